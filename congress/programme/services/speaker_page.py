"""What speakers do by their own link: only with themselves and with the sessions they speak in."""

from __future__ import annotations

import sqlalchemy as sa

from congress.core.errors import Missing
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SessionState
from congress.programme.models import Session, SessionSpeaker, Speaker
from congress.programme.services.sessions import change_state


def confirm(event: Event, speaker: Speaker, code: str) -> Session:
    """Say yes to an accepted session."""
    _require_own(event, speaker, code)
    return change_state(event, code, SessionState.CONFIRMED)


def withdraw(event: Event, speaker: Speaker, code: str) -> Session:
    """Take a session back, for everybody who speaks in it."""
    _require_own(event, speaker, code)
    return change_state(event, code, SessionState.WITHDRAWN)


def _require_own(event: Event, speaker: Speaker, code: str) -> None:
    own = (
        sa.select(Session.id)
        .join(SessionSpeaker, SessionSpeaker.session_id == Session.id)
        .where(Session.event_id == event.id, Session.code == code, SessionSpeaker.speaker_id == speaker.id)
    )
    if db.session.scalar(own) is None:
        raise Missing
