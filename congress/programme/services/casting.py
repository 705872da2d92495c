"""Who speaks in a session, in which order."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from congress.core import ordering
from congress.core.errors import Missing
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme.errors import TooMany
from congress.programme.models import SessionSpeaker, Speaker
from congress.programme.services.sessions import session_of, touch

MAX_SPEAKERS = 50


def add_speaker(event: Event, code: str, speaker_code: str) -> None:
    """Let somebody speak in a session, as the last one named; adding twice is harmless."""
    session, speaker_id = session_of(event, code), _speaker_id(event, speaker_code)
    cast = _cast(session.id)
    if any(one.speaker_id == speaker_id for one in cast):
        return
    if len(cast) >= MAX_SPEAKERS:
        raise TooMany
    position = max((one.position for one in cast), default=0) + 1
    db.session.add(SessionSpeaker(session_id=session.id, speaker_id=speaker_id, position=position))
    db.session.flush()
    touch(event, session)
    note("session.speaker_added", event, ("session", session.id), after={"speaker_id": speaker_id})


def remove_speaker(event: Event, code: str, speaker_code: str) -> None:
    """Take somebody out of a session."""
    session, speaker_id = session_of(event, code), _speaker_id(event, speaker_code)
    db.session.delete(_of(_cast(session.id), speaker_id))
    db.session.flush()
    touch(event, session)
    note("session.speaker_removed", event, ("session", session.id), before={"speaker_id": speaker_id})


def move_speaker(event: Event, code: str, speaker_code: str, step: int) -> None:
    """Name somebody earlier (-1) or later (+1)."""
    session, speaker_id = session_of(event, code), _speaker_id(event, speaker_code)
    cast = _cast(session.id)
    ordering.move(cast, _of(cast, speaker_id), step)
    touch(event, session)
    note("session.speakers_reordered", event, ("session", session.id))


def _cast(session_id: int) -> Sequence[SessionSpeaker]:
    return db.session.scalars(
        sa.select(SessionSpeaker)
        .where(SessionSpeaker.session_id == session_id)
        .order_by(SessionSpeaker.position, SessionSpeaker.speaker_id)
        .execution_options(populate_existing=True)
    ).all()


def _of(cast: Sequence[SessionSpeaker], speaker_id: int) -> SessionSpeaker:
    found = next((one for one in cast if one.speaker_id == speaker_id), None)
    if found is None:
        raise Missing
    return found


def _speaker_id(event: Event, speaker_code: str) -> int:
    found = db.session.scalar(sa.select(Speaker.id).where(Speaker.event_id == event.id, Speaker.code == speaker_code))
    if found is None:
        raise Missing
    return found
