"""Reads of the draft. What the public sees is in `releases`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import Call, Programme, Session, SessionFormat, Slot, Speaker, Track


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


def call_by_slug(event: Event, slug: str) -> Call | None:
    """A call of this event with its criteria, published or not."""
    return db.session.scalar(
        sa.select(Call).where(Call.event_id == event.id, Call.slug == slug).options(selectinload(Call.criteria))
    )
