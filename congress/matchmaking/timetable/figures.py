"""Figures about a timetable that people can judge it by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from congress.matchmaking.timetable.costs import breaks_in, longest_run, sessions_of
from congress.matchmaking.timetable.problem import Problem, Timetable


@dataclass(frozen=True, slots=True)
class Figures:
    """Totals, and by person: meetings, breaks, the longest run without a pause and changes of table."""

    placed: int
    breaks: int
    max_breaks: int
    meetings_of: tuple[int, ...]
    breaks_of: tuple[int, ...]
    longest_run_of: tuple[int, ...]
    table_changes_of: tuple[int, ...]
    meetings_at: tuple[int, ...]

    @property
    def spread(self) -> int:
        """How many more breaks somebody has than another."""
        return max(self.breaks_of, default=0) - min(self.breaks_of, default=0)


def figures(problem: Problem, timetable: Timetable) -> Figures:
    """The figures of one timetable."""
    sessions = sessions_of(problem.slots)
    masks = [0] * len(problem.people)
    sat: list[list[tuple[int, int]]] = [[] for _ in problem.people]
    used: Counter[int] = Counter()
    for meeting, place in zip(problem.meetings, timetable.places, strict=True):
        if place is None:
            continue
        for person in meeting.people:
            masks[person] |= 1 << place.slot
            if place.table is not None:
                sat[person].append((place.slot, place.table))
        if place.table is not None:
            used[place.table] += 1
    breaks = tuple(breaks_in(mask, sessions) for mask in masks)
    return Figures(
        placed=sum(place is not None for place in timetable.places),
        breaks=sum(breaks),
        max_breaks=max(breaks, default=0),
        meetings_of=tuple(mask.bit_count() for mask in masks),
        breaks_of=breaks,
        longest_run_of=tuple(longest_run(mask, sessions) for mask in masks),
        table_changes_of=tuple(_changes(seats) for seats in sat),
        meetings_at=tuple(used[table] for table in range(len(problem.tables))),
    )


def _changes(seats: list[tuple[int, int]]) -> int:
    tables = [table for _, table in sorted(seats)]
    return sum(one != other for one, other in pairwise(tables))
