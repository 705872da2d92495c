"""Starring and un-starring a session: the personal agenda."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.agenda.errors import NotInProgramme
from congress.agenda.models import Star
from congress.core import clock
from congress.core.upserts import insert_unless_there
from congress.extensions import db
from congress.programme import releases
from congress.registration.models import Registration
from congress.registration.services.calendars import calendars_changed


def set_star(registration: Registration, session_id: int, *, starred: bool) -> None:
    """Put a session into somebody's agenda, or take it out; what is so already stays as it is.

    Only what a release shows can be starred; what has left the programme since can still be un-starred.
    """
    changed = _add(registration, session_id) if starred else _remove(registration, session_id)
    if changed:
        calendars_changed([registration.group_id])


def _add(registration: Registration, session_id: int) -> bool:
    programme = releases.latest(registration.event_id)
    if programme is None or session_id not in programme.slots_by_session:
        raise NotInProgramme
    values = {"registration_id": registration.id, "session_id": session_id, "created_at": clock.now()}
    # Two taps at once are one star.
    return insert_unless_there(Star, values, ("registration_id", "session_id")) is not None


def _remove(registration: Registration, session_id: int) -> bool:
    removed: Any = db.session.execute(
        sa.delete(Star)
        .where(Star.registration_id == registration.id, Star.session_id == session_id)
        .execution_options(synchronize_session=False)
    )
    return bool(removed.rowcount)
