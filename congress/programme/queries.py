"""Reads of the draft. What the public sees is in `releases`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import (
    Programme,
    Session,
    SessionFeedback,
    SessionFormat,
    SessionSpeaker,
    Slot,
    Speaker,
    Track,
)


def programme_of(event: Event) -> Programme | None:
    """The programme's own row; there is none before the first change."""
    return db.session.scalar(sa.select(Programme).where(Programme.event_id == event.id))


def tracks_of(event: Event) -> list[Track]:
    """The tracks in their order."""
    return list(
        db.session.scalars(sa.select(Track).where(Track.event_id == event.id).order_by(Track.position, Track.id))
    )


def formats_of(event: Event) -> list[SessionFormat]:
    """The formats in their order."""
    found = sa.select(SessionFormat).where(SessionFormat.event_id == event.id)
    return list(db.session.scalars(found.order_by(SessionFormat.position, SessionFormat.id)))


def session_by_code(event: Event, code: str) -> Session | None:
    """A session of this event with all that its page shows."""
    return db.session.scalar(
        sa.select(Session)
        .where(Session.event_id == event.id, Session.code == code)
        .options(
            joinedload(Session.event),
            joinedload(Session.format),
            joinedload(Session.track),
            selectinload(Session.speakers),
            selectinload(Session.materials),
            selectinload(Session.slots).joinedload(Slot.room),
        )
    )


def speaker_by_code(event: Event, code: str) -> Speaker | None:
    """A speaker of this event with sessions and availability."""
    return db.session.scalar(
        sa.select(Speaker)
        .where(Speaker.event_id == event.id, Speaker.code == code)
        .options(selectinload(Speaker.sessions), selectinload(Speaker.availabilities))
    )


def speaker_ids_of(event: Event) -> Mapping[int, tuple[int, ...]]:
    """The speakers of each session that has any, in their order."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(SessionSpeaker.session_id, SessionSpeaker.speaker_id)
        .join(Session, Session.id == SessionSpeaker.session_id)
        .where(Session.event_id == event.id)
        .order_by(SessionSpeaker.session_id, SessionSpeaker.position, SessionSpeaker.speaker_id)
    )
    for session_id, speaker_id in rows:
        found[session_id].append(speaker_id)
    return {session_id: tuple(ids) for session_id, ids in found.items()}


def has_session(event: Event, session_id: int) -> bool:
    """Whether the draft still has a session that a release shows."""
    found = sa.select(Session.id).where(Session.event_id == event.id, Session.id == session_id)
    return db.session.scalar(found) is not None


def feedback_figures(event: Event) -> list[tuple[Session, float, int, int]]:
    """Sessions with feedback: average rating, how many ratings, how many comments; the best first."""
    average, ratings = sa.func.avg(SessionFeedback.rating), sa.func.count(SessionFeedback.id)
    comments = sa.func.count(sa.func.nullif(SessionFeedback.comment, ""))
    found = db.session.execute(
        sa.select(Session, average, ratings, comments)
        .join(SessionFeedback, SessionFeedback.session_id == Session.id)
        .where(Session.event_id == event.id)
        .group_by(Session.id)
        .order_by(average.desc(), ratings.desc(), Session.id)
    )
    return [(session, float(mean), count, said) for session, mean, count, said in found]


def ratings_of(session: Session) -> dict[int, int]:
    """How often each rating was given."""
    found = sa.select(SessionFeedback.rating, sa.func.count()).where(SessionFeedback.session_id == session.id)
    given = {row[0]: row[1] for row in db.session.execute(found.group_by(SessionFeedback.rating))}
    return {rating: given.get(rating, 0) for rating in range(5, 0, -1)}


def comments_on(session: Session) -> sa.Select[SessionFeedback]:
    """The feedback with words, newest first, for `page_of`."""
    found = sa.select(SessionFeedback).where(SessionFeedback.session_id == session.id, SessionFeedback.comment != "")
    return found.order_by(SessionFeedback.created_at.desc(), SessionFeedback.id.desc())
