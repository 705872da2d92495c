"""Where a meeting could take place: slots that are free for its people, each with the table that suits it best.

The rules are those of the timetable engine: a booth comes before every other table, and is nobody else's; people who
go from one zone to another need the time to walk; whoever is there by video needs no table.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.availability import Availability, availability_of, by_video, common_slots
from congress.matchmaking.enums import HAS_PLACE, UPCOMING
from congress.matchmaking.models import (
    Matchmaking,
    Meeting,
    MeetingPerson,
    MeetingSlot,
    MeetingTable,
    Profile,
)
from congress.matchmaking.queries.setup import slots_of, tables_of


@dataclass(frozen=True, slots=True)
class Place:
    """A slot, and a table in it; without a table it is by video."""

    slot: MeetingSlot
    table: MeetingTable | None

    @property
    def ids(self) -> tuple[int, int | None]:
        """What a meeting stores."""
        return self.slot.id, self.table.id if self.table else None


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody sits at a table in a zone."""

    slot_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone_id: int | None


class Board:
    """Everything that decides where meetings of some people could go, read once."""

    def __init__(self, event: Event, people: Collection[Profile], *, besides: Meeting | None = None) -> None:
        """`besides` is the meeting that may move: its own place is free for it."""
        itself = besides.id if besides else None
        every = list({one.id: one for one in people}.values())
        self.now = clock.now()
        self.slots = slots_of(event)
        self.tables = tables_of(event)
        self.availability: dict[int, Availability] = dict(availability_of(event, every, besides=itself))
        self._walk = _walking_time(event.id)
        self._occupied = _occupied(event.id, itself)
        self._sittings = _sittings(every, itself)

    def common(self, people: Sequence[Profile]) -> list[MeetingSlot]:
        """The slots to come in which all of them could have one more meeting, in the order of time."""
        free = common_slots(*(self.availability[one.id] for one in people))
        return [slot for slot in self.slots if slot.id in free and slot.starts_at > self.now]

    def places(self, people: Sequence[Profile], wanted: Sequence[int | None] = ()) -> Iterator[Place]:
        """The places for a meeting of these people, who asked first: wanted slots first, then the earliest."""
        rank = {slot_id: number for number, slot_id in reversed(list(enumerate(wanted)))}
        for slot in sorted(self.common(people), key=lambda one: rank.get(one.id, len(wanted))):
            place = next(self.places_in(slot, people), None)
            if place is not None:
                yield place

    def places_in(self, slot: MeetingSlot, people: Sequence[Profile]) -> Iterator[Place]:
        """The same in one slot that is free for them: each suitable table, or none for a meeting by video."""
        if by_video(slot, *(self.availability[one.id] for one in people)):
            yield Place(slot, None)
            return
        for table in self.tables_for(people):
            if self._suits(table, slot, people):
                yield Place(slot, table)

    def take(self, place: Place, people: Sequence[Profile]) -> None:
        """These people will be there: who asks next finds neither them nor their table free then."""
        slot, table = place.slot, place.table
        for one in people:
            known = self.availability[one.id]
            self.availability[one.id] = replace(known, taken=known.taken | {slot.id})
            if table is not None:
                self._sittings[one.id].append(Sitting(slot.id, slot.starts_at, slot.ends_at, table.zone_id))
        if table is not None:
            self._occupied.add((table.id, slot.id))

    def tables_for(self, people: Sequence[Profile]) -> list[MeetingTable]:
        """The booth of the last of them who has one; without any, the tables that are nobody's booth."""
        for profile in reversed(people):
            own = profile.joined_delegation_id
            booth = [one for one in self.tables if own is not None and one.delegation_id == own]
            if booth:
                return booth
        return [one for one in self.tables if one.delegation_id is None]

    def _suits(self, table: MeetingTable, slot: MeetingSlot, people: Sequence[Profile]) -> bool:
        if (table.id, slot.id) in self._occupied:
            return False
        return all(self._can_walk(table, slot, self._sittings[one.id]) for one in people)

    def _can_walk(self, table: MeetingTable, slot: MeetingSlot, sittings: Sequence[Sitting]) -> bool:
        """Whether somebody comes in time from the table before, and to the one after."""
        before = max((one for one in sittings if one.ends_at <= slot.starts_at), key=_end, default=None)
        after = min((one for one in sittings if one.starts_at >= slot.ends_at), key=_start, default=None)
        return (before is None or self._near(before, table) or slot.starts_at - before.ends_at >= self._walk) and (
            after is None or self._near(after, table) or after.starts_at - slot.ends_at >= self._walk
        )

    def _near(self, sitting: Sitting, table: MeetingTable) -> bool:
        return None in (sitting.zone_id, table.zone_id) or sitting.zone_id == table.zone_id


def _start(sitting: Sitting) -> dt.datetime:
    return sitting.starts_at


def _end(sitting: Sitting) -> dt.datetime:
    return sitting.ends_at


def _walking_time(event_id: int) -> dt.timedelta:
    minutes = db.session.scalar(sa.select(Matchmaking.walking_minutes).where(Matchmaking.event_id == event_id))
    return dt.timedelta(minutes=minutes or 0)


def _occupied(event_id: int, besides: int | None) -> set[tuple[int, int]]:
    """The tables in use, each with its slot: those of meetings, and those that people were told."""
    real = (Meeting.table_id, Meeting.slot_id, Meeting.state.in_(HAS_PLACE))
    told = (Meeting.shown_table_id, Meeting.shown_slot_id, Meeting.state.in_(UPCOMING))
    found: set[tuple[int, int]] = set()
    for table, slot, states in (real, told):
        rows = db.session.execute(
            sa.select(table, slot).where(
                Meeting.event_id == event_id, table.is_not(None), states, Meeting.id != (besides or 0)
            )
        )
        found |= {(table_id, slot_id) for table_id, slot_id in rows if table_id and slot_id}
    return found


def _sittings(people: Sequence[Profile], besides: int | None) -> Mapping[int, list[Sitting]]:
    """At which tables these people sit already, by profile."""
    rows = db.session.execute(
        sa.select(
            MeetingPerson.profile_id,
            MeetingSlot.id,
            MeetingSlot.starts_at,
            MeetingSlot.ends_at,
            MeetingTable.zone_id,
        )
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .join(MeetingSlot, MeetingSlot.id == MeetingPerson.slot_id)
        .join(MeetingTable, MeetingTable.id == Meeting.table_id)
        .where(MeetingPerson.profile_id.in_([one.id for one in people]), Meeting.id != (besides or 0))
    )
    found: dict[int, list[Sitting]] = defaultdict(list)
    for profile_id, slot_id, starts_at, ends_at, zone_id in rows:
        found[profile_id].append(Sitting(slot_id, starts_at, ends_at, zone_id))
    return found
