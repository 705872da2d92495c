"""The first stage: every meeting gets a slot, in the order of priorities, if it can be done at all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from random import Random

from congress.matchmaking.timetable.board import TABLES, Board
from congress.matchmaking.timetable.costs import Costs
from congress.matchmaking.timetable.placement import FREE, Placement

# A repair is given up after so many exchanges without one more meeting placed: less when there are few meetings.
PATIENCE, PATIENCE_PER_MEETING = 3000, 60
# To take the place of a more important meeting weighs so many times more, per step of priority.
STEP = 2.0


def bits(mask: int) -> Iterator[int]:
    """The slots of a mask."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Construction:
    """Places held meetings, then the others by priority and tightness, and repairs by exchanging meetings."""

    def __init__(self, placement: Placement, costs: Costs, random: Random, ruled: set[int]) -> None:
        self.placement = placement
        self.board: Board = placement.board
        self.costs = costs
        self.random = random
        self.ruled = ruled
        self.members: list[set[int]] = [set() for _ in range(self.board.slots)]
        self.weight = [0.0] * self.board.meetings
        self.lowest = max(self.board.priority, default=0)
        self.tally = [0] * (self.lowest + 1)

    def run(self, stop: Callable[[], bool]) -> None:
        """Everything that can be placed is; `stop` is asked now and then."""
        self._hold()
        free = [meeting for meeting in range(self.board.meetings) if meeting not in self.ruled]
        ordered = [meeting for meeting in self._ordered(free) if self.placement.slot[meeting] == FREE]
        # One priority after the other, so that none takes a place before the more important ones had their turn.
        late: list[int] = []
        for level in range(self.lowest + 1):
            waiting = [meeting for meeting in ordered if self.board.priority[meeting] == level]
            new = [meeting for meeting in waiting if not self._insert(meeting)]
            # Earlier ones once more, too: to put one in the place of an equal one may make room for a new one.
            late = [meeting for meeting in late if self.placement.slot[meeting] == FREE] + new
            if new:
                self._repair(late, stop)

    def _hold(self) -> None:
        """Held meetings first; one that the others make impossible breaks a rule."""
        held = [meeting for meeting in range(self.board.meetings) if self.board.held[meeting]]
        for meeting in sorted(held, key=self.board.priority.__getitem__):
            if meeting in self.ruled or self._insert(meeting):
                continue
            people = self.board.actors_of[meeting]
            if all(self.placement.count[person] < self.board.maximum[person] for person in people):
                self.ruled.add(meeting)

    def _ordered(self, meetings: list[int]) -> list[int]:
        """By priority; when somebody wants more than there is, everybody's first ones first; then the tightest."""
        board = self.board
        wanted = [0] * board.actors
        for meeting in meetings:
            for actor in board.actors_of[meeting]:
                wanted[actor] += 1
        tight = {
            meeting: board.domain[meeting].bit_count() - sum(wanted[actor] for actor in board.actors_of[meeting])
            for meeting in meetings
        }
        ordered = sorted(meetings, key=lambda meeting: (board.priority[meeting], tight[meeting]))
        scarce = len(meetings) > sum(board.room[TABLES])
        if not scarce and all(number <= board.maximum[actor] for actor, number in enumerate(wanted)):
            return ordered
        turn, seen = {}, [0] * board.actors
        for meeting in ordered:
            for actor in board.actors_of[meeting]:
                seen[actor] += 1
            turn[meeting] = max(seen[actor] for actor in board.actors_of[meeting])
        return sorted(ordered, key=lambda meeting: (board.priority[meeting], turn[meeting], tight[meeting]))

    def _insert(self, meeting: int) -> bool:
        """Into the open slot in which its people wait least."""
        placement, costs, people = self.placement, self.costs, self.board.people_of[meeting]
        best, least = FREE, 0.0
        room = placement.room[0]
        for slot in bits(placement.open_slots(meeting)):
            cost = sum(costs[placement.mask[person] | 1 << slot] for person in people)
            cost += self.random.random() * 0.1 - room[slot] * 0.001
            if (best == FREE or cost < least) and placement.fits(meeting, slot):
                best, least = slot, cost
        if best != FREE:
            self._put(meeting, best)
        return best != FREE

    def _put(self, meeting: int, slot: int) -> None:
        self.placement.put(meeting, slot)
        self.members[slot].add(meeting)
        self.tally[self.board.priority[meeting]] += 1

    def _take(self, meeting: int) -> int:
        slot = self.placement.take(meeting)
        self.members[slot].discard(meeting)
        self.tally[self.board.priority[meeting]] -= 1
        return slot

    def _repair(self, late: list[int], stop: Callable[[], bool]) -> None:
        """Meetings without a place take that of others, which look for another; the best state found stays."""
        patience = min(PATIENCE + self.board.meetings, PATIENCE_PER_MEETING * (self.board.meetings + 1))
        queue = deque(late)
        best, noted, idle = list(self.tally), list(self.placement.slot), 0
        while queue and idle < patience and not (idle % 64 == 0 and stop()):
            idle += 1
            queue.extend(self._force(queue.popleft()))
            if self.tally > best:
                best, noted, idle = list(self.tally), list(self.placement.slot), 1
        if best >= self.tally:
            self._restore(noted)

    def _restore(self, slots: list[int]) -> None:
        self.placement.restore(slots)
        self.tally = [0] * (self.lowest + 1)
        self.members = [set() for _ in range(self.board.slots)]
        for meeting, slot in enumerate(slots):
            if slot != FREE:
                self.members[slot].add(meeting)
                self.tally[self.board.priority[meeting]] += 1

    def _force(self, meeting: int) -> list[int]:
        """Place it, at the expense of others if need be, which are returned; it stays out when there is no way."""
        if self._insert(meeting):
            return []
        self.weight[meeting] += 1
        ways = []
        for slot in bits(self.board.domain[meeting]):
            others = self._in_the_way(meeting, slot)
            if others is not None:
                ways.append((sum(map(self._price, others)) * (0.2 + self.random.random()), slot, others))
        for _, slot, others in sorted(ways, key=lambda way: way[:2]):
            if self._exchange(meeting, slot, others):
                return others
        return []

    def _price(self, meeting: int) -> float:
        return (1 + self.weight[meeting]) * STEP ** (self.lowest - self.board.priority[meeting])

    def _exchange(self, meeting: int, slot: int, others: list[int]) -> bool:
        homes = [(other, self._take(other)) for other in others]
        if self.placement.open_slots(meeting) >> slot & 1 and self.placement.fits(meeting, slot):
            self._put(meeting, slot)
            return True
        for other, home in homes:
            self._put(other, home)
        return False

    def _in_the_way(self, meeting: int, slot: int) -> list[int] | None:
        """Which meetings have to leave for this one to be in a slot; None when a held one would have to."""
        board, placement = self.board, self.placement
        others = {placement.at[actor][slot] for actor in board.actors_of[meeting]} - {FREE}
        if not board.plain:
            others |= self._wrongly_ordered(meeting, slot)
        for actor in board.actors_of[meeting]:
            if placement.count[actor] - len(others.intersection(placement.at[actor])) >= board.maximum[actor]:
                others |= self._cheapest(set(placement.at[actor]) - {FREE} - others)
        for slots, pool in board.uses[meeting]:
            if slots >> slot & 1 and placement.room[pool][slot] + self._freed(others, slot, pool) <= 0:
                others |= self._cheapest(
                    {other for other in self.members[slot] if self._takes(other, slot, pool)} - others
                )
        return None if any(board.held[other] for other in others) else sorted(others)

    def _wrongly_ordered(self, meeting: int, slot: int) -> set[int]:
        board, slots = self.board, self.placement.slot
        wrong = {other for other in board.after[meeting] if slots[other] >= slot}
        return wrong | {other for other in board.before[meeting] if FREE < slots[other] <= slot}

    def _takes(self, meeting: int, slot: int, pool: int) -> bool:
        return any(which == pool and slots >> slot & 1 for slots, which in self.board.uses[meeting])

    def _freed(self, meetings: set[int], slot: int, pool: int) -> int:
        return sum(self.placement.slot[other] == slot and self._takes(other, slot, pool) for other in meetings)

    def _cheapest(self, meetings: set[int]) -> set[int]:
        """One that is not held, of those that weigh least."""
        free = [meeting for meeting in sorted(meetings) if not self.board.held[meeting]]
        return {min(free, key=lambda meeting: self._price(meeting) * (0.2 + self.random.random()))} if free else set()
