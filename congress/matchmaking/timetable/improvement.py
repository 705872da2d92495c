"""The second stage: simulated annealing has people wait less, and places what was left over when room appears."""

from __future__ import annotations

from random import Random

from congress.matchmaking.timetable.budget import Budget
from congress.matchmaking.timetable.construction import bits
from congress.matchmaking.timetable.costs import Costs, breaks_in
from congress.matchmaking.timetable.moves.paths import TINY, Paths
from congress.matchmaking.timetable.placement import FREE, Placement

# Temperatures at the start and at the end of a run: a change for the worse by a whole break is rare at both.
HOT, COLD = 0.3, 0.1
# Those who wait are tried so many times as often, together, as everybody.
FOCUS = 1
# Tries in a round: enough that looking at the clock costs nothing. The first ones are shorter: they take longer.
ROUND, ROUND_PER_PERSON, FIRST = 500, 2, 250
# So many meetings without a place are tried again after each round.
LEFT_OVER = 20
# Without any break, what is left is only to be better in small things: it ends when this share brought nothing.
ENOUGH = 0.05


class Improvement:
    """Changes a placement until the budget is used, and leaves the best state found in it."""

    def __init__(self, placement: Placement, costs: Costs, random: Random, left_over: list[int]) -> None:
        self.placement = placement
        self.left_over = left_over
        self.paths = Paths(placement, costs, random)
        self.sessions = costs.sessions
        self.better_at = 0.0

    def run(self, budget: Budget) -> None:
        """Until the time is over, it is cancelled or nothing is left to gain."""
        paths, size, most = self.paths, 0, ROUND + ROUND_PER_PERSON * self.placement.board.people
        while True:
            size = min(most, size + FIRST)
            share, lowest = budget.next(paths.best), paths.lowest
            if share >= 1 or self._is_enough(share):
                break
            paths.round(size, HOT * (COLD / HOT) ** share, FOCUS)
            self._place_left_over()
            if paths.cost < paths.lowest - TINY:
                paths.note()
            if paths.lowest < lowest:
                self.better_at = share
        if paths.cost > paths.lowest:
            self.placement.restore(paths.best)

    def _is_enough(self, share: float) -> bool:
        if self.left_over or self.paths.lowest < TINY:
            return not self.left_over
        if share < self.better_at + ENOUGH:
            return False
        self.better_at = share
        return not self._has_breaks()

    def _has_breaks(self) -> bool:
        """Whether somebody waits in the best state."""
        board = self.placement.board
        masks = [0] * board.people
        for people, slot in zip(board.people_of, self.paths.best, strict=True):
            for person in people if slot != FREE else ():
                masks[person] |= 1 << slot
        return any(breaks_in(mask, self.sessions) for mask in masks)

    def _place_left_over(self) -> None:
        """What had no place may have one now: more important than any cost."""
        for meeting in self.left_over[:LEFT_OVER]:
            slot = next(
                (slot for slot in bits(self.placement.open_slots(meeting)) if self.placement.fits(meeting, slot)),
                FREE,
            )
            if slot != FREE:
                self.placement.put(meeting, slot)
                self.left_over.remove(meeting)
                self.paths.cost = self.paths.sum_of_costs()
                self.paths.note()
