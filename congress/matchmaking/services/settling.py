"""What of a timetable still fits when it is written: whatever changed while the engine worked stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from congress.matchmaking.placement import Placement
from congress.matchmaking.timetable import checker
from congress.matchmaking.timetable.checker import Rule, Violation
from congress.matchmaking.timetable.problem import Place, Problem, Timetable, Unplaced

Places = dict[int, Place | None]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where each meeting of `now` goes, by its number there; `left_out` are ids of meetings that changed meanwhile,
    or whose place somebody else has by now.
    """

    now: Placement
    places: Mapping[int, Place | None]
    left_out: frozenset[int]

    @property
    def timetable(self) -> Timetable:
        """The whole of it, as the engine would have answered."""
        return _timetable(self.places)


def settle(now: Placement, then: Placement, answer: Timetable, published: frozenset[int]) -> Settlement:
    """Compare the event as it was (`then`) with what it is `now`, and keep of the answer what breaks no rule today.

    `published` are ids of meetings that people know of: they keep their place when the engine found none.
    """
    current: Places = dict(enumerate(now.before.places))
    wanted = _wanted(now, then, answer)
    places, moving, left_out = dict(current), set(), set()
    for number, meeting_id in enumerate(now.meeting_ids):
        if not now.is_free(number):
            continue
        if meeting_id not in wanted:
            left_out.add(meeting_id)
            continue
        place = wanted[meeting_id]
        if place is None and meeting_id in published:
            place = current[number]
        places[number] = place
        if place != current[number]:
            moving.add(number)
    left_out |= {now.meeting_ids[number] for number in _put_back(now.problem, places, current, moving)}
    return Settlement(now, places, frozenset(left_out | (_free(then) - _free(now))))


def _free(placement: Placement) -> set[int]:
    return {meeting_id for number, meeting_id in enumerate(placement.meeting_ids) if placement.is_free(number)}


def _wanted(now: Placement, then: Placement, answer: Timetable) -> dict[int, Place | None]:
    """The answer for the meetings that are as they were, in the numbers of today, by id."""
    slots = {one: number for number, one in enumerate(now.slot_ids)}
    tables = {one: number for number, one in enumerate(now.table_ids)}
    found: dict[int, Place | None] = {}
    for number, meeting_id in enumerate(then.meeting_ids):
        if not then.is_free(number) or now.states.get(meeting_id) != then.states[meeting_id]:
            continue
        place = answer.places[number]
        if place is None:
            found[meeting_id] = None
            continue
        slot_id, table_id = then.place(place)
        if slot_id in slots and (table_id is None or table_id in tables):
            found[meeting_id] = Place(slots[slot_id], None if table_id is None else tables[table_id])
    return found


def _put_back(problem: Problem, places: Places, current: Mapping[int, Place | None], moving: set[int]) -> set[int]:
    """Undo moves until no rule is broken by one; changes `places` and `moving`, and says which were undone."""
    undone: set[int] = set()
    while True:
        found = checker.violations(problem, _timetable(places))
        guilty = {number for one in found if (number := _mover(problem, places, one, moving)) is not None}
        if not guilty:
            return undone
        for number in guilty:
            places[number] = current[number]
        moving -= guilty
        undone |= guilty


def _mover(problem: Problem, places: Places, violation: Violation, moving: set[int]) -> int | None:
    """Which of the moves behind a broken rule is undone: the least important one."""
    involved: Iterable[int] = [*violation.others, *([] if violation.meeting is None else [violation.meeting])]
    if violation.rule in {Rule.INTERPRETERS, Rule.VIDEOS}:
        involved = [number for number, place in places.items() if place and place.slot == violation.slot]
    candidates = [number for number in involved if number in moving]
    return max(candidates, key=lambda number: (problem.meetings[number].priority, number), default=None)


def _timetable(places: Mapping[int, Place | None]) -> Timetable:
    missing = {number: Unplaced.NO_COMMON_SLOT for number, place in places.items() if place is None}
    return Timetable(tuple(places[number] for number in range(len(places))), missing)
