"""Chains of meetings of two people: only the two people at the ends of such a chain have other slots afterwards."""

from __future__ import annotations

from math import exp, inf
from random import Random

from congress.matchmaking.timetable.board import TABLES
from congress.matchmaking.timetable.costs import REMEMBERED, Changes, Costs
from congress.matchmaking.timetable.moves.components import component, component_cost
from congress.matchmaking.timetable.placement import FREE, Placement

PAIR = 2
# So many tables of changes may be as large as they like; more of them share the room.
SHARED = 4
# Up to so many meetings every better state is noted at once; of larger ones it would take too long.
EAGER = 1000
TINY = 1e-6


class Paths:
    """The hot loop: tries chains from people with something to gain, takes what temperature allows."""

    def __init__(self, placement: Placement, costs: Costs, random: Random) -> None:
        board = placement.board
        self.placement, self.board, self.costs, self.random = placement, board, costs, random
        # The other one of two is the sum less the one. A meeting of more is in no chain: its domain is empty.
        self.pair = [sum(actors[:2]) for actors in board.actors_of]
        self.groups = {number for number, actors in enumerate(board.actors_of) if len(actors) > PAIR}
        self.domain = [0 if number in self.groups else board.domain[number] for number in range(board.meetings)]
        self.changes = self._changes()
        self.cost = self.sum_of_costs()
        self.eager = board.meetings <= EAGER
        self.note()

    def sum_of_costs(self) -> float:
        """What everybody's day costs."""
        return sum(self.costs[mask] for mask in self.placement.mask[: self.board.people])

    def note(self) -> None:
        """This is the best state so far."""
        self.lowest = self.cost
        self.alarm = self.cost - TINY if self.eager else -inf
        self.best = list(self.placement.slot)

    def _changes(self) -> list[Changes]:
        """For each person the cheap changes within the reach of the person's meetings, shared by people alike."""
        reach = [0] * self.board.actors
        for number, actors in enumerate(self.board.actors_of):
            if self.placement.slot[number] != FREE and not self.board.held[number]:
                for actor in actors:
                    reach[actor] |= self.board.domain[number]
        masks = reach[: self.board.people]
        most = REMEMBERED * SHARED // max(SHARED, len(set(masks)))
        tables = {mask: Changes(self.costs, mask, most) for mask in sorted(set(masks))}
        return [tables[mask] for mask in masks]

    def round(self, size: int, heat: float, focus: int) -> None:
        """So many tries. To everybody's, those who wait add `focus` times as many, together."""
        placement, costs, domain, pair, changes = self.placement, self.costs, self.domain, self.pair, self.changes
        at, mask, rand, apply = placement.at, placement.mask, self.random.random, self.apply
        people = self._movable(focus)
        many = len(people)
        for _ in range(size if many else 0):
            person = people[int(rand() * many)]
            options = changes[person][mask[person]]
            if not options:
                continue
            slot, other, bit, to, gain = options[int(rand() * len(options))]
            row, end = at[person], person
            meeting, here, there, goal, back = row[slot], slot, other, to, bit
            length = 0
            while meeting >= 0 and domain[meeting] & goal:
                end = pair[meeting] - end
                length += 1
                here, there, goal, back = there, here, back, goal
                meeting = at[end][here]
            if meeting >= 0:
                if meeting in self.groups:
                    self._group(person, slot, other, heat)
                continue
            before = mask[end]
            gain += costs[before ^ bit ^ to] - costs[before]
            if gain <= 0 or rand() < exp(-gain / heat):
                apply(person, slot, other, length, gain)

    def _movable(self, focus: int) -> list[int]:
        mask, changes, costs = self.placement.mask, self.changes, self.costs
        # Changes that nobody asked for yet are not worked out for this.
        movable = [person for person in range(self.board.people) if changes[person].get(mask[person]) != ()]
        waiting = [person for person in movable if costs[mask[person]] > 0]
        if waiting:
            movable += waiting * (focus * len(movable) // len(waiting))
        return movable

    def chain(self, person: int, slot: int, other: int) -> list[int]:
        """The meetings of the chain that begins with somebody's meeting in `slot`."""
        at, pair = self.placement.at, self.pair
        meeting, meetings = at[person][slot], []
        while meeting != FREE:
            meetings.append(meeting)
            person = pair[meeting] - person
            slot, other = other, slot
            meeting = at[person][slot]
        return meetings

    def apply(self, person: int, slot: int, other: int, length: int, gain: float) -> None:
        """Swap along the chain, if the rooms allow it."""
        if not self.board.plain:
            self._apply_with_rules(self.chain(person, slot, other), slot, other, gain)
            return
        placement = self.placement
        room = placement.room[TABLES]
        if length & 1:
            if room[other] <= 0:
                return
            room[slot] += 1
            room[other] -= 1
        self._swap(self.chain(person, slot, other), person, slot, other)
        self.cost += gain
        if self.cost < self.alarm:
            self.note()

    def _swap(self, meetings: list[int], person: int, slot: int, other: int) -> None:
        """The quick way of `Placement.swap` for meetings that need no more than a table."""
        placement, pair = self.placement, self.pair
        at, home, mask = placement.at, placement.slot, placement.mask
        both = 1 << slot | 1 << other
        at[person][slot] = FREE
        mask[person] ^= both
        to, back = other, slot
        for meeting in meetings:
            home[meeting] = to
            at[person][to] = meeting
            person = pair[meeting] - person
            at[person][to] = meeting
            to, back = back, to
        at[person][to] = FREE
        mask[person] ^= both

    def _apply_with_rules(self, meetings: list[int], slot: int, other: int, gain: float) -> None:
        placement = self.placement
        placement.swap(meetings, slot, other)
        if placement.is_valid(meetings, (slot, other)):
            self.cost += gain
        else:
            placement.swap(meetings, slot, other)

    def _group(self, person: int, slot: int, other: int, heat: float) -> None:
        """The same with a meeting of more than two: not a chain but all that hangs together."""
        meetings = component(self.placement, self.placement.at[person][slot], slot, other)
        gain = component_cost(self.placement, self.costs, meetings, slot, other) if meetings else 0.0
        if meetings and (gain <= 0 or self.random.random() < exp(-gain / heat)):
            self._apply_with_rules(meetings, slot, other, gain)
