"""The second stage: simulated annealing has people wait less, and places what was left over when room appears."""

from __future__ import annotations

from random import Random

from congress.matchmaking.timetable.budget import Budget
from congress.matchmaking.timetable.construction import bits
from congress.matchmaking.timetable.costs import Costs
from congress.matchmaking.timetable.moves.paths import Paths
from congress.matchmaking.timetable.placement import FREE, Placement

HOT, COLD = 0.3, 0.1
FOCUS = 1
# Tries in a round: enough that looking at the clock costs nothing.
ROUND, ROUND_PER_PERSON = 500, 2
# Up to so many meetings a better state is looked for after each round only, because noting it takes long.
LEFT_OVER = 20


class Improvement:
    """Changes a placement until the budget is used, and leaves the best state found in it."""

    def __init__(self, placement: Placement, costs: Costs, random: Random, left_over: list[int]) -> None:
        self.placement = placement
        self.random = random
        self.left_over = left_over
        self.paths = Paths(placement, costs, random)
        self.best_cost = self.paths.cost
        self.best = list(placement.slot)

    def run(self, budget: Budget) -> None:
        """Until the time is over, it is cancelled or nothing is left to gain."""
        size = ROUND + ROUND_PER_PERSON * self.placement.board.people
        while self.best_cost > 0 or self.left_over:
            share = budget.next(self.best)
            if share >= 1:
                break
            self.paths.round(size, HOT * (COLD / HOT) ** share, FOCUS)
            self._place_left_over()
            if self.paths.cost < self.best_cost - 1e-9:
                self._note()
        if self.paths.cost > self.best_cost:
            self.placement.restore(self.best)

    def _note(self) -> None:
        self.best_cost = self.paths.cost
        self.best = list(self.placement.slot)

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
                self._note()
