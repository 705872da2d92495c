"""The third stage: a table for each meeting on site; few people change tables, and all tables are used alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from congress.matchmaking.timetable.board import Board
from congress.matchmaking.timetable.matching import match
from congress.matchmaking.timetable.placement import FREE


class Seating:
    """Goes through the slots in time and keeps people where they sit. `failed` found no table within reach."""

    def __init__(self, board: Board, slots: Sequence[int]) -> None:
        self.board = board
        self.tables: list[int | None] = [None] * board.meetings
        self.failed: list[int] = []
        self.last: list[tuple[int, int] | None] = [None] * board.people
        self.used = [0] * len(board.problem.tables)
        self.common = [number for number in range(len(board.problem.tables)) if board.is_common(number)]
        self.in_slot: list[list[int]] = [[] for _ in range(board.slots)]
        for meeting, slot in enumerate(slots):
            if slot != FREE and not board.video[meeting] >> slot & 1:
                self.in_slot[slot].append(meeting)
        self.coming = self._coming()
        for slot in range(board.slots):
            self._seat(slot)

    def _coming(self) -> list[dict[int, tuple[int, int]]]:
        """For each slot, where people have to be next: (slot, zone) of a meeting that has its own table."""
        coming: list[dict[int, tuple[int, int]]] = [{} for _ in range(self.board.slots + 1)]
        for slot in range(self.board.slots - 1, -1, -1) if self.board.walks else ():
            coming[slot] = dict(coming[slot + 1])
            for meeting in self.in_slot[slot]:
                zone = self.board.zone[meeting]
                for person in self.board.people_of[meeting]:
                    coming[slot].pop(person, None)
                    if zone is not None:
                        coming[slot][person] = (slot, zone)
        return coming

    def _seat(self, slot: int) -> None:
        """Own tables first, then reserved ones, then those that somebody sits at, then the least used."""
        board, free = self.board, self._free(slot)
        waiting: list[int] = []
        for meeting in self.in_slot[slot]:
            own = board.own_table[meeting]
            if own is None:
                waiting.append(meeting)
            elif self._reaches(meeting, own, slot):
                self._take(meeting, own, free)
            else:
                self.failed.append(meeting)
        waiting.sort(key=lambda meeting: -len(set(self._seats(meeting))) + 4 * (len(self._seats(meeting)) > 1))
        reserved = {meeting: self._reserved(meeting, slot, free) for meeting in waiting if board.reserved[meeting]}
        for meeting, table in match(reserved).items():
            self._take(meeting, table, free)
        rest = [meeting for meeting in waiting if self.tables[meeting] is None]
        if board.walks:
            self._seat_within_reach(rest, slot, free)
        else:
            self._seat_anywhere(rest, free)
        self._remember(slot)

    def _free(self, slot: int) -> dict[int, None]:
        """The open tables of a slot that are nobody's own in it, the least used first."""
        tables = self.board.problem.tables
        own = {self.board.own_table[meeting] for meeting in self.in_slot[slot]}
        usable = (table for table in range(len(tables)) if table not in own and not tables[table].closed >> slot & 1)
        return dict.fromkeys(sorted(usable, key=self.used.__getitem__))

    def _take(self, meeting: int, table: int, free: dict[int, None]) -> None:
        self.tables[meeting] = table
        self.used[table] += 1
        free.pop(table, None)

    def _seats(self, meeting: int) -> list[int]:
        """Where the people of the meeting sat last."""
        lasts = (self.last[person] for person in self.board.people_of[meeting])
        return [last[0] for last in lasts if last is not None]

    def _reserved(self, meeting: int, slot: int, free: dict[int, None]) -> list[int]:
        seats = set(self._seats(meeting))
        tables = [
            table for table in self.board.reserved[meeting] if table in free and self._reaches(meeting, table, slot)
        ]
        return sorted(tables, key=lambda table: (table not in seats, self.used[table]))

    def _reaches(self, meeting: int, table: int, slot: int) -> bool:
        """Whether everybody has time to walk to this table, and from it to where they have to be next."""
        board = self.board
        if not board.walks:
            return True
        zone = board.problem.tables[table].zone
        return not any(self._too_far(person, zone, slot) for person in board.people_of[meeting])

    def _too_far(self, person: int, zone: int, slot: int) -> bool:
        board, last, coming = self.board, self.last[person], self.coming[slot + 1].get(person)
        if last is not None and board.too_far(board.problem.tables[last[0]].zone, last[1], zone, slot):
            return True
        return coming is not None and board.too_far(zone, slot, coming[1], coming[0])

    def _seat_anywhere(self, meetings: Iterable[int], free: dict[int, None]) -> None:
        common = [table for table in free if self.board.is_common(table)]
        later = []
        for meeting in meetings:
            seat = next(
                (table for table in self._seats(meeting) if table in free and self.board.is_common(table)), None
            )
            if seat is None:
                later.append(meeting)
            else:
                self._take(meeting, seat, free)
        rest = iter([table for table in common if table in free])
        for meeting in later:
            table = next(rest, None)
            if table is None:
                self.failed.append(meeting)
            else:
                self._take(meeting, table, free)

    def _seat_within_reach(self, meetings: Iterable[int], slot: int, free: dict[int, None]) -> None:
        common = [table for table in free if self.board.is_common(table)]
        wishes = {}
        for meeting in meetings:
            seats = [table for table in self._seats(meeting) if table in free and self.board.is_common(table)]
            wishes[meeting] = [table for table in (*seats, *common) if self._reaches(meeting, table, slot)]
        got = match(dict(sorted(wishes.items(), key=lambda wish: len(wish[1]))))
        for meeting in wishes:
            if meeting in got:
                self._take(meeting, got[meeting], free)
            else:
                self.failed.append(meeting)

    def _remember(self, slot: int) -> None:
        for meeting in self.in_slot[slot]:
            table = self.tables[meeting]
            for person in self.board.people_of[meeting] if table is not None else ():
                self.last[person] = (table, slot) if table is not None else None
