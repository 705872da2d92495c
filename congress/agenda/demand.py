"""What organisers read of the demand for sessions when they choose rooms: how many want what, and what is enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from congress.agenda import queries
from congress.agenda.places import capacity_of
from congress.agenda.queries import Demand
from congress.events.models import Event, Room
from congress.events.queries import rooms_of
from congress.extensions import db
from congress.programme import models, releases
from congress.programme.models import Slot
from congress.programme.snapshot import Programme


@dataclass(frozen=True, slots=True)
class Wanted:
    """A released session with its demand. `rooms` are those of the draft, where the next release puts it.

    `better` is the smallest room that is large enough, when the present one is not; `can_grow` the number that a
    capacity of its own could be raised to, when people wait and the room has more places.
    """

    session: models.Session
    demand: Demand
    needs_sign_up: bool
    capacity: int | None
    rooms: Sequence[Room]
    better: Room | None = None
    too_small: bool = False
    can_grow: int | None = None

    @property
    def room_capacity(self) -> int | None:
        """The places in the smallest of its rooms."""
        return _smallest(self.rooms)

    @property
    def people(self) -> int:
        """How many want to come, as far as anybody knows: those who signed up or wait, or those who starred."""
        return max(self.demand.stars, self.demand.confirmed + self.demand.waiting)


def demand_of(event: Event) -> list[Wanted]:
    """The sessions of the latest release, the most wanted first. A handful of queries, however many there are."""
    programme = releases.latest(event.id)
    if programme is None:
        return []
    demand, rooms = queries.demand_of(event), rooms_of(event)
    places = _draft_rooms(event)
    ids = programme.slots_by_session.keys()
    sessions = db.session.scalars(sa.select(models.Session).where(models.Session.event_id == event.id))
    found = [
        _wanted(one, programme, demand.get(one.id, Demand()), places.get(one.id, []), rooms)
        for one in sessions
        if one.id in ids
    ]
    return sorted(found, key=lambda one: (-one.people, one.session.id))


def demand_for(event: Event, session: models.Session) -> Wanted | None:
    """The same of one session; None when it is in no release."""
    return next((one for one in demand_of(event) if one.session.id == session.id), None)


def _wanted(
    session: models.Session, programme: Programme, demand: Demand, own: Sequence[Room], rooms: Sequence[Room]
) -> Wanted:
    released = programme.session_by_id[session.id]
    capacity = capacity_of(programme, session.id, session.sign_up_capacity)
    row = Wanted(session, demand, released.needs_sign_up, capacity, own)
    there, people = row.room_capacity, row.people
    too_small = there is not None and people > there
    enough = [room for room in rooms if room.capacity is not None and room.capacity >= people]
    grows = demand.waiting and capacity is not None and (there or 0) > capacity
    return replace(
        row,
        better=min(enough, key=lambda room: room.capacity or 0, default=None) if too_small else None,
        too_small=too_small,
        can_grow=there if grows else None,
    )


def _draft_rooms(event: Event) -> Mapping[int | None, list[Room]]:
    rows = db.session.execute(
        sa.select(Slot.session_id, Room)
        .join(Room, Room.id == Slot.room_id)
        .where(Slot.event_id == event.id, Slot.session_id.is_not(None))
        .order_by(Slot.starts_at, Slot.id)
    )
    found: dict[int | None, list[Room]] = {}
    for session_id, room in rows:
        there = found.setdefault(session_id, [])
        if room not in there:
            there.append(room)
    return found


def _smallest(rooms: Iterable[Room]) -> int | None:
    return min((room.capacity for room in rooms if room.capacity is not None), default=None)
