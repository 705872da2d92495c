"""Making a `Problem` of the rows, and knowing afterwards which row each of its numbers stood for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from congress.core import clock
from congress.events.models import Event
from congress.matchmaking.enums import MeetingState, Origin
from congress.matchmaking.guards import maximum_of
from congress.matchmaking.models import Meeting as MeetingRow
from congress.matchmaking.models import Profile
from congress.matchmaking.placement.held import set_outside
from congress.matchmaking.placement.rows import Rows, read
from congress.matchmaking.timetable.problem import (
    Meeting,
    Modality,
    Person,
    Place,
    Priority,
    Problem,
    Slot,
    Table,
    Timetable,
    Unplaced,
)

State = tuple[MeetingState, int | None, int | None, bool, tuple[int, ...]]
RowPlace = tuple[int, int | None]
"""A slot and a table by the ids of their rows."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A problem with the ids that its numbers stand for.

    `states` is how each meeting was found, to be compared before anything is written. `before` is the timetable as it
    is. `outside` are meetings that may not move although today's rules would not allow them: their people are busy,
    their table is taken, and the engine does not see them.
    """

    problem: Problem
    slot_ids: tuple[int, ...]
    table_ids: tuple[int, ...]
    profile_ids: tuple[int, ...]
    meeting_ids: tuple[int, ...]
    states: Mapping[int, State]
    before: Timetable
    outside: frozenset[int]

    def place(self, place: Place) -> RowPlace:
        """A place in ids."""
        return self.slot_ids[place.slot], None if place.table is None else self.table_ids[place.table]

    def is_free(self, meeting: int) -> bool:
        """Whether the engine may put the meeting with this number somewhere."""
        return self.problem.meetings[meeting].slot is None


def state_of(meeting: MeetingRow, people: Collection[int]) -> State:
    """What has to be the same when the result is written."""
    return (
        meeting.state,
        meeting.slot_id,
        meeting.table_id,
        meeting.locked_at is not None,
        tuple(sorted(people)),
    )


def may_move(meeting: MeetingRow, movable: Collection[int], future: Collection[int]) -> bool:
    """Whether a run decides where this meeting is: agreed, not begun, not locked, not published unless ticked."""
    if meeting.state is MeetingState.UNSCHEDULED:
        return True
    if meeting.state is not MeetingState.SCHEDULED or meeting.locked_at is not None:
        return False
    if meeting.slot_id not in future:
        return False
    return meeting.shown_slot_id is None or meeting.id in movable


def build(event: Event, *, movable: Collection[int] = (), now: dt.datetime | None = None) -> Placement:
    """The problem of an event as it stands; `movable` are ids of published meetings that may move."""
    return of_rows(read(event), movable=movable, now=now or clock.now())


def of_rows(rows: Rows, *, movable: Collection[int], now: dt.datetime) -> Placement:
    """The same from rows that were read."""
    numbers = _Numbers(rows, movable, now)
    problem = Problem(
        slots=_slots(rows),
        people=tuple(_person(rows, numbers, profile) for profile in numbers.profiles),
        tables=_tables(rows, numbers),
        meetings=tuple(_meeting(rows, numbers, one) for one in rows.meetings),
        walking=_walking(rows, numbers),
        excluded=_excluded(rows, numbers),
        interpreters=_interpreters(rows),
    )
    current = tuple(numbers.place_of(one) for one in rows.meetings)
    problem, outside = set_outside(problem, current, frozenset(numbers.homeless()))
    kept = [number for number in range(len(rows.meetings)) if number not in outside]
    return Placement(
        problem=replace(problem, meetings=tuple(problem.meetings[number] for number in kept)),
        slot_ids=tuple(slot.id for slot in rows.slots),
        table_ids=tuple(table.id for table in numbers.tables),
        profile_ids=tuple(profile.id for profile in numbers.profiles),
        meeting_ids=tuple(rows.meetings[number].id for number in kept),
        states={one.id: state_of(one, rows.people[one.id]) for one in rows.meetings},
        before=_timetable([current[number] for number in kept]),
        outside=frozenset(rows.meetings[number].id for number in outside),
    )


class _Numbers:
    """Which number each row has in the problem, and which meetings are free."""

    def __init__(self, rows: Rows, movable: Collection[int], now: dt.datetime) -> None:
        self.rows = rows
        self.profiles = sorted(rows.profiles.values(), key=lambda one: one.id)
        self.person = {one.id: number for number, one in enumerate(self.profiles)}
        self.slot = {one.id: number for number, one in enumerate(rows.slots)}
        self.future = frozenset(one.id for one in rows.slots if one.starts_at > now)
        # A booth whose delegation meets nobody is a table for nobody.
        staffed = {rows.booths[one.id] for one in self.profiles if one.id in rows.booths}
        self.tables = [one for one in rows.tables if one.delegation_id is None or one.id in staffed]
        self.table = {one.id: number for number, one in enumerate(self.tables)}
        self.free = frozenset(one.id for one in rows.meetings if may_move(one, movable, self.future))
        self.held_by = Counter(
            person for one in rows.meetings if one.id not in self.free for person in rows.people[one.id]
        )

    def place_of(self, meeting: MeetingRow) -> Place | None:
        """Where a meeting is now; a table that is closed by now has no number."""
        if meeting.slot_id is None:
            return None
        return Place(self.slot[meeting.slot_id], self.table.get(meeting.table_id or 0))

    def homeless(self) -> list[int]:
        """Meetings that may not move and stand at a table that the problem does not have."""
        return [
            number
            for number, one in enumerate(self.rows.meetings)
            if one.id not in self.free and one.table_id is not None and one.table_id not in self.table
        ]

    def mask(self, slot_ids: Collection[int]) -> int:
        """A set of slots as the problem writes it."""
        return sum(1 << self.slot[one] for one in slot_ids if one in self.slot)


def _slots(rows: Rows) -> tuple[Slot, ...]:
    if not rows.slots:
        return ()
    first = rows.slots[0].starts_at
    sessions = {
        session_id: number for number, session_id in enumerate(dict.fromkeys(s.session_id for s in rows.slots))
    }

    def minutes(instant: dt.datetime) -> int:
        return int((instant - first).total_seconds()) // 60

    return tuple(
        Slot(
            starts=minutes(one.starts_at),
            ends=minutes(one.ends_at),
            session=sessions[one.session_id],
            modality=Modality(one.session.modality.value),
        )
        for one in rows.slots
    )


def _person(rows: Rows, numbers: _Numbers, profile: Profile) -> Person:
    available = rows.available[profile.id]
    everything = (1 << len(rows.slots)) - 1
    maximum = maximum_of(profile, rows.quotas.get(profile.type), rows.matchmaking)
    booth = rows.booths.get(profile.id)
    return Person(
        blocked=everything & ~numbers.mask(available.free),
        remote=numbers.mask(available.remote),
        maximum=None if maximum is None else max(maximum, numbers.held_by[profile.id]),
        booth=None if booth is None else numbers.table[booth],
    )


def _tables(rows: Rows, numbers: _Numbers) -> tuple[Table, ...]:
    zones = _zones(numbers)
    guests: dict[int, set[int]] = {}
    for profile_id, table_id in rows.booths.items():
        if profile_id in numbers.person:
            guests.setdefault(table_id, set()).add(numbers.person[profile_id])
    return tuple(
        Table(zone=zones[one.zone_id or 0], reserved_for=frozenset(guests.get(one.id, ()))) for one in numbers.tables
    )


def _zones(numbers: _Numbers) -> dict[int, int]:
    """The number of each zone; 0 are the tables without one, which are near to all others."""
    found = sorted({one.zone_id for one in numbers.tables if one.zone_id is not None})
    return {0: 0} | {zone_id: number for number, zone_id in enumerate(found, start=1)}


def _walking(rows: Rows, numbers: _Numbers) -> Mapping[tuple[int, int], int]:
    """The same time between any two zones."""
    if not rows.matchmaking.walking_minutes:
        return {}
    return dict.fromkeys(combinations(range(1, len(_zones(numbers))), 2), rows.matchmaking.walking_minutes)


def _meeting(rows: Rows, numbers: _Numbers, meeting: MeetingRow) -> Meeting:
    people = tuple(numbers.person[one] for one in rows.people[meeting.id])
    interpreter = interpreter_for(rows, meeting.id)
    if meeting.id in numbers.free:
        return Meeting(
            people,
            priority=_priority(meeting),
            allowed=numbers.mask(numbers.future),
            interpreter=interpreter,
        )
    place = numbers.place_of(meeting)
    return Meeting(
        people,
        priority=Priority.GUARANTEED,
        slot=place.slot if place else None,
        table=place.table if place else None,
        interpreter=interpreter,
    )


def _priority(meeting: MeetingRow) -> Priority:
    """What was promised comes first: a published meeting that may move may not get lost."""
    if meeting.is_guaranteed or meeting.shown_slot_id is not None:
        return Priority.GUARANTEED
    if meeting.is_mutual:
        return Priority.MUTUAL
    return Priority.RECOMMENDED if meeting.origin is Origin.GENERATED else Priority.ONE_SIDED


def interpreter_for(rows: Rows, meeting_id: int) -> str | None:
    """The pair of languages that has to be interpreted: the largest pool that helps people without a common one."""
    spoken = [set(rows.profiles[one].languages) for one in rows.people[meeting_id]]
    if not all(spoken) or set.intersection(*spoken):
        return None
    pairs = {
        "-".join(sorted((one, other)))
        for first, second in combinations(spoken, 2)
        for one in first
        for other in second
        if one != other
    }
    return max((one for one in pairs if one in rows.pools), key=lambda one: (rows.pools[one], one), default=None)


def _interpreters(rows: Rows) -> dict[str, tuple[int, ...]]:
    """How many there are in each slot."""
    return {languages: (number,) * len(rows.slots) for languages, number in rows.pools.items()}


def _excluded(rows: Rows, numbers: _Numbers) -> frozenset[tuple[int, int]]:
    """Pairs of the free meetings that a rule or a block keeps apart."""
    found = set()
    for meeting_id in numbers.free:
        asking, asked = rows.sides[meeting_id]
        for one in asking:
            for other in asked:
                types = (rows.profiles[one].type, rows.profiles[other].type)
                if types in rows.forbidden or (min(one, other), max(one, other)) in rows.blocks:
                    pair = sorted((numbers.person[one], numbers.person[other]))
                    found.add((pair[0], pair[1]))
    return frozenset(found)


def _timetable(places: list[Place | None]) -> Timetable:
    missing = {number: Unplaced.NO_COMMON_SLOT for number, place in enumerate(places) if place is None}
    return Timetable(tuple(places), missing)
