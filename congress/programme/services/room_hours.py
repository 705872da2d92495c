"""When rooms are open, day by day. A room without hours is always open; a warning is all that follows."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from congress.events.models import Event, Room
from congress.events.queries import rooms_of
from congress.events.services.pages import note
from congress.events.services.rooms import room_of
from congress.extensions import db
from congress.programme.errors import EndsBeforeStart, TooMany
from congress.programme.models import RoomHours
from congress.programme.schedule import Window, hours_of
from congress.programme.services.drafting import draft_changed

MAX_WINDOWS = 1_000


def set_hours(event: Event, room_id: int, windows: Iterable[Window], *, of_all_rooms: bool = False) -> None:
    """Replace the opening hours of a room, or of every room of the event."""
    room, wanted = room_of(event, room_id), sorted(set(windows))
    if len(wanted) > MAX_WINDOWS:
        raise TooMany
    if any(closes <= opens for opens, closes in wanted):
        raise EndsBeforeStart
    draft_changed(event)
    before = hours_of(event)
    for one in rooms_of(event) if of_all_rooms else [room]:
        if sorted(before.get(one.id, [])) != wanted:
            _replace(event, one, wanted)


def _replace(event: Event, room: Room, windows: list[Window]) -> None:
    db.session.execute(sa.delete(RoomHours).where(RoomHours.room_id == room.id))
    db.session.add_all(RoomHours(room_id=room.id, opens_at=opens, closes_at=closes) for opens, closes in windows)
    db.session.flush()
    note("room.hours_changed", event, ("room", room.id), after={"count": len(windows)})
