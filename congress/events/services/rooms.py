"""The rooms of an event's venue."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import ordering
from congress.core.errors import Missing
from congress.events.errors import TooMany
from congress.events.models import Event, Room
from congress.events.queries import rooms_of
from congress.events.services.pages import event_changed, note
from congress.events.signals import rooms_changed
from congress.extensions import db

MAX_ROOMS = 200


def add_room(event: Event, name: dict[str, str], capacity: int | None) -> Room:
    """Add a room at the end of the list."""
    rooms = rooms_of(event)
    if len(rooms) >= MAX_ROOMS:
        raise TooMany
    position = max((room.position for room in rooms), default=0) + 1
    room = Room(event_id=event.id, name=name, capacity=capacity, position=position)
    db.session.add(room)
    db.session.flush()
    note("room.added", event, ("room", room.id), after={"name": name, "capacity": capacity})
    _changed(event)
    return room


def change_room(event: Event, room_id: int, values: dict[str, Any]) -> None:
    """Change the name or the capacity of a room."""
    room = room_of(event, room_id)
    before, after = apply_changes(room, {key: values[key] for key in ("name", "capacity")})
    if after:
        note("room.changed", event, ("room", room.id), before, after)
        _changed(event)


def move_room(event: Event, room_id: int, step: int) -> None:
    """Move a room up (-1) or down (+1)."""
    ordering.move(rooms_of(event), room_of(event, room_id), step)
    note("room.reordered", event)
    _changed(event)


def remove_room(event: Event, room_id: int) -> None:
    """Take a room out of the list."""
    room = room_of(event, room_id)
    note("room.removed", event, ("room", room.id), before={"name": room.name, "capacity": room.capacity})
    db.session.delete(room)
    _changed(event)


def _changed(event: Event) -> None:
    event_changed(event)
    rooms_changed.send(None, event=event)


def room_of(event: Event, room_id: int) -> Room:
    """A room of this event; `Missing` for that of another one."""
    room = db.session.scalar(sa.select(Room).where(Room.id == room_id, Room.event_id == event.id))
    if room is None:
        raise Missing
    return room
