"""Meetings that may not move although today's rules speak against them: they stand outside the problem.

Somebody signed up for a session after the meeting was published, a table was closed, a rule came later: the meeting
stays all the same, and the engine must neither refuse it nor put anything in its way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from congress.matchmaking.timetable import checker
from congress.matchmaking.timetable.problem import Person, Place, Problem, Table, Timetable, Unplaced

Places = Sequence[Place | None]


def set_outside(problem: Problem, places: Places, homeless: frozenset[int]) -> tuple[Problem, frozenset[int]]:
    """The problem in which the held meetings agree with each other and with every rule, and those it leaves out.

    `homeless` are left out whatever the checker says. The checker is asked about the held meetings alone.
    """
    problem = _with_interpreters(problem)
    held = {number for number, one in enumerate(problem.meetings) if one.slot is not None} - homeless
    outside = set(homeless)
    while objections := _objections(problem, places, held):
        outside |= objections
        held -= objections
    return _busy(problem, places, outside), frozenset(outside)


def _objections(problem: Problem, places: Places, held: set[int]) -> set[int]:
    shown = tuple(place if number in held else None for number, place in enumerate(places))
    missing = {number: Unplaced.RULE for number, place in enumerate(shown) if place is None}
    found = set()
    for violation in checker.violations(problem, Timetable(shown, missing)):
        if violation.meeting is not None:
            found.add(violation.meeting)
    return found & held


def _with_interpreters(problem: Problem) -> Problem:
    """As many interpreters as the held meetings have, where that is more than the pool."""
    needed = Counter(
        (one.interpreter, one.slot) for one in problem.meetings if one.interpreter and one.slot is not None
    )
    return replace(
        problem,
        interpreters={
            languages: tuple(max(number, needed[languages, slot]) for slot, number in enumerate(numbers))
            for languages, numbers in problem.interpreters.items()
        },
    )


def _busy(problem: Problem, places: Places, outside: Iterable[int]) -> Problem:
    people, tables = list(problem.people), list(problem.tables)
    for number in outside:
        place = places[number]
        if place is None:
            continue
        mask = _during(problem, place.slot)
        for person in problem.meetings[number].people:
            people[person] = _less(people[person], mask)
        if place.table is not None:
            tables[place.table] = _closed(tables[place.table], mask)
    return replace(problem, people=tuple(people), tables=tuple(tables))


def _less(person: Person, mask: int) -> Person:
    maximum = None if person.maximum is None else max(0, person.maximum - 1)
    return replace(person, blocked=person.blocked | mask, maximum=maximum)


def _closed(table: Table, mask: int) -> Table:
    return replace(table, closed=table.closed | mask)


def _during(problem: Problem, slot: int) -> int:
    """The slots that share a moment with this one, itself included."""
    this = problem.slots[slot]
    return sum(
        1 << number
        for number, other in enumerate(problem.slots)
        if this.starts < other.ends and other.starts < this.ends
    )
