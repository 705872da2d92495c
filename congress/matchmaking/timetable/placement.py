"""Which meeting is in which slot, with the books that keep every rule cheap to ask."""

from __future__ import annotations

from collections.abc import Iterable

from congress.matchmaking.timetable.board import TABLES, Board
from congress.matchmaking.timetable.matching import unmatched

FREE = -1


class Placement:
    """A timetable in the making. `at[actor][slot]` is a meeting, `mask[actor]` the slots in which the actor meets."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.at = [[FREE] * board.slots for _ in range(board.actors)]
        self.mask = [0] * board.actors
        self.count = [0] * board.actors
        self.slot = [FREE] * board.meetings
        self.room = [list(pool) for pool in board.room]
        self.choosy: list[set[int]] = [set() for _ in range(board.slots)]

    def put(self, meeting: int, slot: int) -> None:
        """Into a slot in which its actors are free."""
        bit = 1 << slot
        for actor in self.board.actors_of[meeting]:
            self.at[actor][slot] = meeting
            self.mask[actor] |= bit
            self.count[actor] += 1
        for slots, pool in self.board.uses[meeting]:
            if slots & bit:
                self.room[pool][slot] -= 1
        if self._is_choosy(meeting, slot):
            self.choosy[slot].add(meeting)
        self.slot[meeting] = slot

    def take(self, meeting: int) -> int:
        """Out of its slot, which is returned."""
        slot = self.slot[meeting]
        bit = 1 << slot
        for actor in self.board.actors_of[meeting]:
            self.at[actor][slot] = FREE
            self.mask[actor] ^= bit
            self.count[actor] -= 1
        for slots, pool in self.board.uses[meeting]:
            if slots & bit:
                self.room[pool][slot] += 1
        self.choosy[slot].discard(meeting)
        self.slot[meeting] = FREE
        return slot

    def _is_choosy(self, meeting: int, slot: int) -> bool:
        """Whether it may take a reserved table, or has one: such tables are counted one by one."""
        board = self.board
        if board.video[meeting] >> slot & 1:
            return False
        table = board.own_table[meeting]
        return bool(board.reserved[meeting]) or (table is not None and not board.is_common(table))

    def swap(self, meetings: Iterable[int], one: int, other: int) -> None:
        """Each of the meetings, all in one of two slots, into the other."""
        homes = [(meeting, self.take(meeting)) for meeting in meetings]
        for meeting, home in homes:
            self.put(meeting, other if home == one else one)

    def open_slots(self, meeting: int) -> int:
        """The slots in which the meeting could be and all its actors are free."""
        free = self.board.domain[meeting]
        for actor in self.board.actors_of[meeting]:
            if self.count[actor] >= self.board.maximum[actor]:
                return 0
            free &= ~self.mask[actor]
        return free

    def fits(self, meeting: int, slot: int) -> bool:
        """Whether an open slot has the room that the meeting needs, and its order and walks allow it."""
        if any(slots >> slot & 1 and self.room[pool][slot] <= 0 for slots, pool in self.board.uses[meeting]):
            return False
        if self.board.plain:
            return True
        self.put(meeting, slot)
        keeps = self.is_valid((meeting,), (slot,))
        self.take(meeting)
        return keeps

    def is_valid(self, meetings: Iterable[int], slots: Iterable[int]) -> bool:
        """Whether these slots have room and these meetings are in order and within walking distance."""
        return all(self.has_room(slot) for slot in slots) and all(
            not self.out_of_order(meeting) and not self.too_far(meeting) for meeting in meetings
        )

    def has_room(self, slot: int) -> bool:
        """Whether no more is used than there is; who finds no reserved table needs one of the common ones."""
        if any(pool[slot] < 0 for pool in self.room):
            return False
        return not self.choosy[slot] or self._homeless(slot) <= self.room[TABLES][slot]

    def _homeless(self, slot: int) -> int:
        board, wishes, taken = self.board, {}, set()
        for meeting in sorted(self.choosy[slot]):
            own = board.own_table[meeting]
            if own is None:
                wishes[meeting] = [
                    n for n in board.reserved[meeting] if not board.problem.tables[n].closed >> slot & 1
                ]
            else:
                taken.add(own)
        return len(unmatched({meeting: [n for n in tables if n not in taken] for meeting, tables in wishes.items()}))

    def out_of_order(self, meeting: int) -> set[int]:
        """The placed meetings that it should follow or precede and does not."""
        slot, board = self.slot[meeting], self.board
        wrong = {other for other in board.after[meeting] if self.slot[other] >= slot and other != meeting}
        return wrong | {
            other for other in board.before[meeting] if FREE < self.slot[other] <= slot and other != meeting
        }

    def too_far(self, meeting: int) -> set[int]:
        """The meetings of its people just before and after that are too far from its own table."""
        board = self.board
        zone = board.zone[meeting]
        if not board.walks or zone is None or board.video[meeting] >> self.slot[meeting] & 1:
            return set()
        far: set[int] = set()
        for person in board.people_of[meeting]:
            far |= self._too_far_for(person, self.slot[meeting], zone)
        return far

    def _too_far_for(self, person: int, slot: int, zone: int) -> set[int]:
        before, later = self._next(person, slot, -1), self._next(person, slot, 1)
        far = set()
        if before is not None and self.board.too_far(before[1], self.slot[before[0]], zone, slot):
            far.add(before[0])
        if later is not None and self.board.too_far(zone, slot, later[1], self.slot[later[0]]):
            far.add(later[0])
        return far

    def _next(self, person: int, slot: int, step: int) -> tuple[int, int] | None:
        """The next meeting of somebody at a table, and its zone; none when its table is still open."""
        board, row = self.board, self.at[person]
        slot += step
        while 0 <= slot < board.slots:
            meeting = row[slot]
            if meeting != FREE and not board.video[meeting] >> slot & 1:
                zone = board.zone[meeting]
                return None if zone is None else (meeting, zone)
            slot += step
        return None

    def placed(self) -> int:
        """How many meetings have a slot."""
        return sum(slot != FREE for slot in self.slot)

    def restore(self, slots: list[int]) -> None:
        """Back to slots noted earlier."""
        moved = [meeting for meeting, slot in enumerate(slots) if slot != self.slot[meeting]]
        for meeting in moved:
            if self.slot[meeting] != FREE:
                self.take(meeting)
        for meeting in moved:
            if slots[meeting] != FREE:
                self.put(meeting, slots[meeting])
