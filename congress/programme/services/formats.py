"""Formats of sessions, with their usual durations."""

from __future__ import annotations

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import ordering
from congress.core.errors import Missing
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme.errors import TooMany
from congress.programme.models import SessionFormat
from congress.programme.queries import formats_of
from congress.programme.services.drafting import draft_changed

MAX_FORMATS = 50


def add_format(event: Event, name: dict[str, str], minutes: int) -> SessionFormat:
    """Add a format at the end of the list."""
    draft_changed(event)
    formats = formats_of(event)
    if len(formats) >= MAX_FORMATS:
        raise TooMany
    position = max((one.position for one in formats), default=0) + 1
    made = SessionFormat(event_id=event.id, name=name, minutes=minutes, position=position)
    db.session.add(made)
    db.session.flush()
    note("session_format.added", event, ("session_format", made.id), after={"name": name, "minutes": minutes})
    return made


def change_format(event: Event, format_id: int, name: dict[str, str], minutes: int) -> None:
    """Change the name or the duration; slots that are in the schedule keep theirs."""
    found = format_of(event, format_id)
    before, after = apply_changes(found, {"name": name, "minutes": minutes})
    if after:
        note("session_format.changed", event, ("session_format", found.id), before, after)
        draft_changed(event)


def move_format(event: Event, format_id: int, step: int) -> None:
    """Move a format up (-1) or down (+1)."""
    draft_changed(event)
    ordering.move(formats_of(event), format_of(event, format_id), step)
    note("session_format.reordered", event)


def remove_format(event: Event, format_id: int) -> None:
    """Take a format away; its sessions stay, without one."""
    found = format_of(event, format_id)
    before = {"name": found.name, "minutes": found.minutes}
    note("session_format.removed", event, ("session_format", found.id), before=before)
    db.session.delete(found)
    draft_changed(event)


def format_of(event: Event, format_id: int) -> SessionFormat:
    """A format of this event; `Missing` for that of another one."""
    found = db.session.scalar(
        sa.select(SessionFormat).where(SessionFormat.id == format_id, SessionFormat.event_id == event.id)
    )
    if found is None:
        raise Missing
    return found
