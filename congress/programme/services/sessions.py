"""Sessions: making, changing, moving from state to state, deleting.

Nothing of it is public before the next release, a cancellation neither. The code of a session is fixed for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import clock
from congress.core.errors import Missing
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme import releases
from congress.programme.codes import new_code, new_guid
from congress.programme.enums import SessionState
from congress.programme.errors import ChangedMeanwhile, StepRefused, TooMany, WasReleased
from congress.programme.models import Session
from congress.programme.permissions import session_can_become
from congress.programme.services import formats, materials, tracks
from congress.programme.services.drafting import draft_changed, lock_programme
from congress.programme.signals import session_changed

MAX_SESSIONS = 10_000
HIDDEN = frozenset({"abstract", "join_url", "note"})
"""What the history does not repeat: long, secret, or about people."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of several sessions that were to change their state."""

    changed: tuple[Session, ...]
    skipped: tuple[Session, ...]


def create_session(event: Event, values: Mapping[str, Any]) -> Session:
    """A new session, submitted unless `values` says otherwise; speakers are added afterwards."""
    draft_changed(event)
    if (db.session.scalar(sa.select(sa.func.count(Session.id)).where(Session.event_id == event.id)) or 0) >= (
        MAX_SESSIONS
    ):
        raise TooMany
    _check_places(event, values)
    now = clock.now()
    session = Session(
        **values, event_id=event.id, guid=new_guid(), code=free_code(event, Session), created_at=now, changed_at=now
    )
    db.session.add(session)
    db.session.flush()
    note("session.created", event, ("session", session.id), after={"title": session.title, "state": session.state})
    return session


def change_session(event: Event, code: str, values: Mapping[str, Any], seen_version: int) -> Session:
    """Change what a session says; `ChangedMeanwhile` when it is no longer the version that the person saw."""
    session = session_of(event, code)
    if session.version != seen_version:
        raise ChangedMeanwhile
    _check_places(event, values)
    before, after = apply_changes(session, values, HIDDEN)
    if after:
        touch(event, session)
        note("session.changed", event, ("session", session.id), before, after)
        session_changed.send(None, session=session)
    return session


def change_state(event: Event, code: str, state: SessionState) -> Session:
    """Go to another state; `StepRefused` when the table of transitions does not know the way."""
    session = session_of(event, code)
    if not session_can_become(session.state, state):
        raise StepRefused
    _go(event, session, state)
    return session


def change_states(event: Event, codes: Iterable[str], state: SessionState) -> Moved:
    """Take several sessions to a state. Those that cannot go there stay as they are and are named."""
    lock_programme(event)
    found = db.session.scalars(
        sa.select(Session)
        .where(Session.event_id == event.id, Session.code.in_(list(codes)))
        .order_by(Session.id)
        .execution_options(populate_existing=True)
    ).all()
    possible = tuple(one for one in found if session_can_become(one.state, state))
    for session in possible:
        _go(event, session, state)
    return Moved(possible, tuple(one for one in found if one not in possible and one.state is not state))


def remove_session(event: Event, code: str) -> None:
    """Delete a session that was never public; what was public keeps its page and can only be cancelled."""
    session = session_of(event, code)
    if was_released(event, session.id):
        raise WasReleased
    note("session.removed", event, ("session", session.id), before={"title": session.title, "state": session.state})
    materials.delete_all_of(session.id)
    db.session.execute(sa.delete(Session).where(Session.id == session.id))
    draft_changed(event)


def session_of(event: Event, code: str) -> Session:
    """A session of this event as it is now, under the lock of the draft; `Missing` for that of another one."""
    lock_programme(event)
    session = db.session.scalar(
        sa.select(Session)
        .where(Session.event_id == event.id, Session.code == code)
        .execution_options(populate_existing=True)
    )
    if session is None:
        raise Missing
    return session


def was_released(event: Event, session_id: int) -> bool:
    """Whether the public ever saw it: a release names what left, too."""
    latest = releases.latest(event.id)
    return latest is not None and session_id in latest.session_by_id


def touch(event: Event, session: Session) -> None:
    """Something of it changed: whoever has the earlier version open is told when saving."""
    session.version += 1
    session.changed_at = clock.now()
    draft_changed(event)


def free_code(event: Event, model: Any) -> str:
    """A code that no row of this event has; asked again for the improbable case."""
    while True:
        code = new_code()
        if db.session.scalar(sa.select(model.id).where(model.event_id == event.id, model.code == code)) is None:
            return code


def _go(event: Event, session: Session, state: SessionState) -> None:
    before = session.state
    session.state = state
    touch(event, session)
    note("session.state_changed", event, ("session", session.id), {"state": before}, {"state": state})


def _check_places(event: Event, values: Mapping[str, Any]) -> None:
    """Track and format belong to this event."""
    if values.get("track_id"):
        tracks.track_of(event, values["track_id"])
    if values.get("format_id"):
        formats.format_of(event, values["format_id"])
