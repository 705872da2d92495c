"""What the prover knows of a problem: which meeting can be in which slot, and what they compete for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

from congress.matchmaking.timetable.problem import Meeting, Modality, Place, Problem

LARGEST = 40_000
"""Meetings times slots: beyond that a proof is out of reach, and the formula fills the memory."""


class CannotProveError(ValueError):
    """The problem has something that the prover does not know; `reason` says what."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProverMissingError(RuntimeError):
    """The extra with the solvers is not installed."""


@dataclass(frozen=True)
class Model:
    """The meetings that are to be placed, all of them, and their slots."""

    problem: Problem
    wanted: tuple[int, ...]

    @cached_property
    def meetings_of(self) -> Mapping[int, list[int]]:
        """The wanted meetings of everybody who has one."""
        meetings: dict[int, list[int]] = defaultdict(list)
        for number in self.wanted:
            for person in set(self.problem.meetings[number].people):
                meetings[person].append(number)
        return dict(sorted(meetings.items()))

    @cached_property
    def sessions(self) -> list[list[int]]:
        """Slots that follow each other without a pause."""
        sessions: dict[int, list[int]] = defaultdict(list)
        for slot, one in enumerate(self.problem.slots):
            sessions[one.session].append(slot)
        return list(sessions.values())

    @cached_property
    def domains(self) -> Mapping[int, tuple[int, ...]]:
        """The slots in which a meeting is possible at all."""
        slots = range(len(self.problem.slots))
        return {number: tuple(slot for slot in slots if self._fits(number, slot)) for number in self.wanted}

    @cached_property
    def own_tables(self) -> frozenset[int]:
        """Booths: nobody else meets there."""
        return frozenset(person.booth for person in self.problem.people if person.booth is not None)

    def breaks_of(self, places: Sequence[Place | None]) -> int:
        """Runs of idle slots between the first and the last meeting of a session, of everybody together."""
        total = 0
        for meetings in self.meetings_of.values():
            busy = {place.slot for number in meetings if (place := places[number])}
            for session in self.sessions:
                drawing = "".join("x" if slot in busy else " " for slot in session)
                total += max(0, len(drawing.split()) - 1)
        return total

    def by_video(self, number: int, slot: int) -> bool:
        """Whether the meeting would be by video then; otherwise at a table."""
        return self.problem.slots[slot].modality is Modality.ONLINE or self._somebody_remote(number, slot)

    def table_of(self, number: int) -> int | None:
        """The one table at which the meeting can be, if there is such a one."""
        meeting = self.problem.meetings[number]
        if meeting.table is not None:
            return meeting.table
        booths = [booth for one in meeting.people if (booth := self.problem.people[one].booth) is not None]
        return booths[-1] if booths else None

    def common_tables(self, slot: int) -> list[int]:
        """The tables of a slot at which anybody may meet."""
        return [number for number in self._open(slot) if not self.problem.tables[number].reserved_for]

    def reserved_tables(self, number: int, slot: int) -> list[int]:
        """The tables of a slot that are kept for somebody of the meeting, when it has none of its own."""
        if self.table_of(number) is not None:
            return []
        people = self.problem.meetings[number].people
        tables = self.problem.tables
        return [table for table in self._open(slot) if not tables[table].reserved_for.isdisjoint(people)]

    def room_for_people(self) -> list[int]:
        """How many people can be busy in each slot, by the number of tables and videos alone."""
        size = max((len(self.problem.meetings[number].people) for number in self.wanted), default=0)
        return [size * (self._tables_of(slot) + self._videos_of(slot)) for slot in range(len(self.problem.slots))]

    def _tables_of(self, slot: int) -> int:
        return sum(not table.closed >> slot & 1 for table in self.problem.tables)

    def _videos_of(self, slot: int) -> int:
        could = sum(slot in self.domains[number] and self.by_video(number, slot) for number in self.wanted)
        return could if self.problem.videos is None else min(could, self.problem.videos)

    def _open(self, slot: int) -> list[int]:
        return [
            number
            for number, table in enumerate(self.problem.tables)
            if number not in self.own_tables and not table.closed >> slot & 1
        ]

    def _fits(self, number: int, slot: int) -> bool:
        meeting = self.problem.meetings[number]
        return (
            (meeting.slot is None or meeting.slot == slot)
            and (meeting.allowed is None or bool(meeting.allowed >> slot & 1))
            and not any(self.problem.people[one].blocked >> slot & 1 for one in meeting.people)
            and not any(pair in self.problem.excluded for pair in combinations(sorted(set(meeting.people)), 2))
            and self._place_fits(number, meeting, slot)
        )

    def _place_fits(self, number: int, meeting: Meeting, slot: int) -> bool:
        if self.by_video(number, slot):
            return meeting.table is None and self.problem.slots[slot].modality is not Modality.ON_SITE
        table = self.table_of(number)
        if table is None:
            return True
        kept = self.problem.tables[table].reserved_for
        return not self.problem.tables[table].closed >> slot & 1 and (not kept or not kept.isdisjoint(meeting.people))

    def _somebody_remote(self, number: int, slot: int) -> bool:
        people = self.problem.meetings[number].people
        return any(self.problem.people[one].remote >> slot & 1 for one in people)


def model_of(problem: Problem, left_out: Iterable[int] = ()) -> Model:
    """The model of a problem that the prover knows all about; the meetings left out are not placed."""
    out = frozenset(left_out)
    model = Model(problem, tuple(number for number in range(len(problem.meetings)) if number not in out))
    if len(problem.meetings) * len(problem.slots) > LARGEST:
        raise CannotProveError(f"meetings times slots exceed {LARGEST:,}")
    if any(before.ends > after.starts for before, after in pairwise(problem.slots)):
        raise CannotProveError("the slots overlap or are not in their order of time")
    if _somebody_walks(problem):
        raise CannotProveError("walking between zones takes longer than a pause")
    return model


def _somebody_walks(problem: Problem) -> bool:
    zones = {table.zone for table in problem.tables}
    longest = max(
        (minutes for (one, other), minutes in problem.walking.items() if one != other and {one, other} <= zones),
        default=0,
    )
    return any(after.starts - before.ends < longest for before, after in pairwise(problem.slots))
