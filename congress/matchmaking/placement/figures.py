"""How good a timetable is, in the few numbers that organisers compare."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from itertools import pairwise

from congress.matchmaking.timetable import checker
from congress.matchmaking.timetable.problem import Place, Problem, Timetable


@dataclass(frozen=True, slots=True)
class Figures:
    """`breaks` are idle gaps of people between two of their meetings of one session; `most_breaks` those of the
    person who has the most; `table_changes` count from one meeting of a person to the next.
    """

    placed: int
    breaks: int
    most_breaks: int
    table_changes: int

    def as_json(self) -> dict[str, int]:
        """For the row of the run."""
        return asdict(self)


def figures_of(problem: Problem, timetable: Timetable) -> Figures:
    """The numbers of one timetable."""
    breaks = checker.breaks_of_people(problem, timetable)
    return Figures(
        placed=sum(place is not None for place in timetable.places),
        breaks=sum(breaks),
        most_breaks=max(breaks, default=0),
        table_changes=_table_changes(problem, timetable),
    )


def _table_changes(problem: Problem, timetable: Timetable) -> int:
    visits: dict[int, list[Place]] = defaultdict(list)
    for meeting, place in zip(problem.meetings, timetable.places, strict=True):
        if place is not None and place.table is not None:
            for person in meeting.people:
                visits[person].append(place)
    return sum(
        one.table != other.table
        for places in visits.values()
        for one, other in pairwise(sorted(places, key=lambda place: place.slot))
    )
