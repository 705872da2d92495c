"""The question that a solver is asked: whether there is a timetable with at most so many breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

from pysat.card import CardEnc, EncType
from pysat.formula import IDPool
from pysat.solvers import Solver

from congress.matchmaking.timetable.exact.model import Model
from congress.matchmaking.timetable.problem import Place

PAIRS = 5
"""Up to so many, one at most is said pair by pair."""


class Formula:
    """Clauses over the slots of the meetings (`place`), and what follows from them."""

    def __init__(self, model: Model, breaks: int, tables: str) -> None:
        self.model = model
        self.clauses: list[list[int]] = []
        self._ids = IDPool()
        self._tables = getattr(EncType, tables)
        self._crowds: dict[int, list[int]] = defaultdict(list)
        self._nobody = self._ids.id("nobody")
        self.clauses.append([-self._nobody])
        self._place_everything()
        ends, broken = self._follow_everybody()
        self._share_rooms()
        self._keep_order()
        self.at_most(ends, breaks, EncType.seqcounter)
        self.at_most(broken, breaks, EncType.seqcounter)

    def places(self, answer: Sequence[int]) -> dict[int, Place]:
        """Where the meetings are in a solver's answer; the table is left open (None) where any will do."""
        true = {literal for literal in answer if literal > 0}
        found: dict[int, Place] = {}
        for number, slots in self.model.domains.items():
            slot = next(slot for slot in slots if self.place(number, slot) in true)
            kept = (
                table for table in self._kept(number, slot) if self._ids.id(("kept", number, slot, table)) in true
            )
            found[number] = Place(slot, self.model.table_of(number) if self._own(number, slot) else next(kept, None))
        return found

    def place(self, number: int, slot: int) -> int:
        """The meeting is in the slot."""
        return int(self._ids.id(("place", number, slot)))

    def at_most(self, literals: Sequence[int], count: int, encoding: int) -> None:
        """No more than so many of them."""
        if count == 0:
            self.clauses += [[-literal] for literal in literals]
        elif count == 1 and len(literals) <= PAIRS:
            self.clauses += [[-one, -other] for one, other in combinations(literals, 2)]
        elif len(literals) > count:
            self.clauses += CardEnc.atmost(list(literals), count, vpool=self._ids, encoding=encoding).clauses

    def _once(self, literals: Sequence[int]) -> None:
        self.at_most(literals, 1, EncType.seqcounter)

    def _place_everything(self) -> None:
        for number, slots in self.model.domains.items():
            there = [self.place(number, slot) for slot in slots]
            self.clauses.append(there)
            self._once(there)

    def _follow_everybody(self) -> tuple[list[int], list[int]]:
        """Where breaks end, and whose days have one."""
        ends: list[int] = []
        broken: list[int] = []
        for person, meetings in self.model.meetings_of.items():
            busy = self._busy(person, meetings)
            mine = [end for session in self.model.sessions for end in self._breaks(person, busy, session)]
            ends += mine
            if len(meetings) > 1 and len(self.model.sessions) == 1:
                broken.append(self._in_one_piece(person, len(meetings), busy, mine))
        return ends, broken

    def _busy(self, person: int, meetings: list[int]) -> list[int]:
        """For each slot whether the person has a meeting: as often as there are meetings."""
        busy = []
        for slot in range(len(self.model.problem.slots)):
            mine = [self.place(number, slot) for number in meetings if slot in self.model.domains[number]]
            if not mine:
                busy.append(self._nobody)
                continue
            literal = self._ids.id(("busy", person, slot))
            self.clauses += [[-one, literal] for one in mine]
            self.clauses.append([-literal, *mine])
            self._once(mine)
            self._crowds[slot].append(literal)
            busy.append(literal)
        able = [literal for literal in busy if literal != self._nobody]
        maximum = self.model.problem.people[person].maximum
        if len(able) < len(meetings) or (maximum is not None and maximum < len(meetings)):
            self.clauses.append([self._nobody])
        else:
            counted = CardEnc.equals(able, len(meetings), vpool=self._ids, encoding=EncType.seqcounter)
            self.clauses += counted.clauses
        return busy

    def _breaks(self, person: int, busy: list[int], session: list[int]) -> list[int]:
        """A break ends where the person was busy before, is idle, and is busy in the next slot."""
        before, ends = self._nobody, []
        for now, after in pairwise(session):
            begun = self._ids.id(("begun", person, now))
            self.clauses += [[-busy[now], begun], [-before, begun], [-begun, before, busy[now]]]
            if before != self._nobody and busy[after] != self._nobody:
                end = self._ids.id(("end", person, now))
                self.clauses.append([-before, busy[now], -busy[after], end])
                self.clauses += [[-end, before], [-end, -busy[now]], [-end, busy[after]]]
                ends.append(end)
            before = begun
        return ends

    def _in_one_piece(self, person: int, count: int, busy: list[int], ends: list[int]) -> int:
        """Says of everybody without a break that the meetings fill a window; returns whether there is a break."""
        broken = int(self._ids.id(("broken", person)))
        self.clauses += [[-end, broken] for end in ends]
        windows: dict[int, int] = {}
        for first in range(len(busy) - count + 1):
            if self._nobody not in busy[first : first + count]:
                windows[first] = int(self._ids.id(("window", person, first)))
        self.clauses.append([broken, *windows.values()])
        self._once(list(windows.values()))
        for slot, literal in enumerate(busy):
            inside = [window for first, window in windows.items() if first <= slot < first + count]
            outside = [window for first, window in windows.items() if not first <= slot < first + count]
            self.clauses.append([broken, -literal, *inside])
            self.clauses += [[-window, literal] for window in inside] + [[-window, -literal] for window in outside]
            if not outside:
                self.clauses.append([broken, literal])
        return broken

    def _share_rooms(self) -> None:
        for slot, room in enumerate(self.model.room_for_people()):
            # Follows from the tables, but a solver that counts people finds out sooner that breaks are missing.
            self.at_most(self._crowds[slot], room, self._tables)
            here = [number for number in self.model.wanted if slot in self.model.domains[number]]
            videos = [number for number in here if self.model.by_video(number, slot)]
            if self.model.problem.videos is not None:
                self._limit(videos, slot, self.model.problem.videos)
            self._share_tables([number for number in here if number not in set(videos)], slot)
            spoken: dict[str, list[int]] = defaultdict(list)
            for number in here:
                spoken[self.model.problem.meetings[number].interpreter or ""].append(number)
            for pair, meetings in spoken.items():
                if pair:
                    there = self.model.problem.interpreters.get(pair, ())
                    self._limit(meetings, slot, there[slot] if slot < len(there) else 0)

    def _limit(self, meetings: Iterable[int], slot: int, count: int) -> None:
        self.at_most([self.place(number, slot) for number in meetings], count, self._tables)

    def _share_tables(self, meetings: list[int], slot: int) -> None:
        """A table of one's own, one that is kept for somebody of the meeting, or any of the others."""
        common = self.model.common_tables(slot)
        users: dict[int, list[int]] = defaultdict(list)
        crowd: list[int] = []
        for number in meetings:
            literal, own = self.place(number, slot), self.model.table_of(number)
            if own is not None:
                users[own].append(literal)
            if own is None or own in common:
                crowd.append(self._without_kept(number, slot, literal, users))
        for those in users.values():
            self._once(those)
        self.at_most(crowd, len(common), self._tables)

    def _without_kept(self, number: int, slot: int, literal: int, users: dict[int, list[int]]) -> int:
        """Whether the meeting takes a common table."""
        kept = self._kept(number, slot)
        if not kept:
            return literal
        chosen = {table: int(self._ids.id(("kept", number, slot, table))) for table in kept}
        for table, choice in chosen.items():
            users[table].append(choice)
            self.clauses.append([-choice, literal])
        common = int(self._ids.id(("common", number, slot)))
        self.clauses.append([-literal, common, *chosen.values()])
        return common

    def _keep_order(self) -> None:
        slots = self.model.problem.slots
        for number in self.model.wanted:
            for earlier in self.model.problem.meetings[number].after & self.model.domains.keys():
                for slot in self.model.domains[number]:
                    before = [one for one in self.model.domains[earlier] if slots[one].ends <= slots[slot].starts]
                    self.clauses.append([-self.place(number, slot), *(self.place(earlier, one) for one in before)])

    def _own(self, number: int, slot: int) -> bool:
        return self.model.table_of(number) is not None and not self.model.by_video(number, slot)

    def _kept(self, number: int, slot: int) -> list[int]:
        return [] if self.model.by_video(number, slot) else self.model.reserved_tables(number, slot)


def ask(model: Model, breaks: int, solver_name: str, tables: str) -> dict[int, Place] | None:
    """A timetable with at most so many breaks, or None: there is none. Takes as long as it takes.

    `tables` is the encoding of python-sat for the number of tables in a slot.
    """
    formula = Formula(model, breaks, tables)
    with Solver(name=solver_name, bootstrap_with=formula.clauses) as solver:
        return formula.places(solver.get_model()) if solver.solve() else None
