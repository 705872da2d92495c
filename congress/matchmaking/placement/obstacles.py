"""What speaks against a timetable before it is computed: what makes a run pointless, and whom it cannot help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from itertools import pairwise
from operator import and_

from congress.matchmaking.models import MeetingSlot, Profile
from congress.matchmaking.placement.building import Placement, may_move
from congress.matchmaking.placement.rows import Rows
from congress.matchmaking.timetable.problem import Meeting, Modality, Problem


class Obstacle(StrEnum):
    """What is in the way."""

    NO_SLOT = "no_slot"
    SESSIONS_OVERLAP = "sessions_overlap"
    NOTHING_TO_PLACE = "nothing_to_place"
    NO_TABLE = "no_table"
    TABLES_FEWER_THAN_HELD = "tables_fewer_than_held"
    NO_COMMON_SLOT = "no_common_slot"
    NEVER_FREE = "never_free"
    TOO_MANY = "too_many"


FATAL = frozenset(
    {
        Obstacle.NO_SLOT,
        Obstacle.SESSIONS_OVERLAP,
        Obstacle.NOTHING_TO_PLACE,
        Obstacle.NO_TABLE,
        Obstacle.TABLES_FEWER_THAN_HELD,
    }
)
"""With one of these a run could not do anything useful, so none is started."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One obstacle with what it is about; the words are made by whoever shows it."""

    obstacle: Obstacle
    slots: Sequence[MeetingSlot] = ()
    people: Sequence[Profile] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_fatal(self) -> bool:
        """Whether no run is started."""
        return self.obstacle in FATAL


def obstacles(rows: Rows, placement: Placement) -> list[Finding]:
    """Everything that is in the way, what is fatal first."""
    found = [*_of_the_frame(rows, placement), *_too_few_tables(rows)]
    if not any(one.is_fatal for one in found):
        found += [*_of_people(rows, placement), *_of_pairs(rows, placement)]
    return sorted(found, key=lambda one: not one.is_fatal)


def _of_the_frame(rows: Rows, placement: Placement) -> Iterator[Finding]:
    free = [one for one in placement.problem.meetings if one.slot is None]
    if not free:
        yield Finding(Obstacle.NOTHING_TO_PLACE)
    elif not any(one.allowed for one in free):
        yield Finding(Obstacle.NO_SLOT)
    overlapping = next((pair for pair in pairwise(rows.slots) if pair[1].starts_at < pair[0].ends_at), None)
    if overlapping:
        yield Finding(Obstacle.SESSIONS_OVERLAP, slots=overlapping)
    if not rows.tables and rows.slots and all(one.modality is Modality.ON_SITE for one in placement.problem.slots):
        yield Finding(Obstacle.NO_TABLE)


def _too_few_tables(rows: Rows) -> Iterator[Finding]:
    """Meetings that may not move, in a slot with fewer open tables than that."""
    future = {one.id for one in rows.slots}
    held = Counter(
        one.slot_id for one in rows.meetings if one.table_id is not None and not may_move(one, frozenset(), future)
    )
    for slot in rows.slots:
        if held[slot.id] > len(rows.tables):
            numbers = {"meetings": held[slot.id], "tables": len(rows.tables)}
            yield Finding(Obstacle.TABLES_FEWER_THAN_HELD, slots=(slot,), numbers=numbers)


def _of_people(rows: Rows, placement: Placement) -> Iterator[Finding]:
    """People who are never free in what is left, and people with more meetings than they can have."""
    problem = placement.problem
    wanted = Counter(person for one in problem.meetings for person in set(one.people))
    placeable = {person for one in problem.meetings if one.slot is None for person in one.people}
    for number in sorted(placeable):
        person, profile = problem.people[number], rows.profiles[placement.profile_ids[number]]
        free = len(problem.slots) - person.blocked.bit_count()
        most = free if person.maximum is None else min(free, person.maximum)
        if not free:
            yield Finding(Obstacle.NEVER_FREE, people=(profile,))
        elif wanted[number] > most:
            yield Finding(Obstacle.TOO_MANY, people=(profile,), numbers={"meetings": wanted[number], "most": most})


def _of_pairs(rows: Rows, placement: Placement) -> Iterator[Finding]:
    problem = placement.problem
    for meeting in problem.meetings:
        if meeting.slot is None and not common_slots(problem, meeting):
            people = [rows.profiles[placement.profile_ids[one]] for one in meeting.people]
            if all(problem.people[one].blocked.bit_count() < len(problem.slots) for one in meeting.people):
                yield Finding(Obstacle.NO_COMMON_SLOT, people=people)


def common_slots(problem: Problem, meeting: Meeting) -> int:
    """The slots in which all people of a meeting could meet if they met nobody else, as a mask."""
    everything = (1 << len(problem.slots)) - 1
    free = reduce(and_, (~problem.people[one].blocked for one in meeting.people), everything)
    return free & (everything if meeting.allowed is None else meeting.allowed)
