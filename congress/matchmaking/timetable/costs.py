"""What a person's day costs, and which changes of one meeting do not make it much dearer: computed once per mask."""

from __future__ import annotations

from congress.matchmaking.timetable.problem import Problem, Slot

# One break is worth one; each break above two in addition, because nobody should have many more than another.
MANY, DEAR = 2, 2.0
# A slot beyond the longest run weighs less than any break.
LONG = 0.02
# An idle slot in a break: a shorter break is nearer to none.
IDLE = 0.02
# A change that costs a person less than this may start a chain.
CHEAP = 0.5
# Whoever meets in many slots has very many possible days: a table that grows beyond this begins again.
REMEMBERED = 200_000


def sessions_of(slots: tuple[Slot, ...]) -> list[int]:
    """A mask for each run of slots of one session."""
    masks: list[int] = []
    for number, slot in enumerate(slots):
        if number and slots[number - 1].session == slot.session:
            masks[-1] |= 1 << number
        else:
            masks.append(1 << number)
    return masks


def breaks_in(mask: int, sessions: list[int]) -> int:
    """How many times somebody who meets in these slots waits between two meetings of one session."""
    breaks = 0
    for session in sessions:
        met = mask & session
        if met:
            breaks += (met & ~(met << 1)).bit_count() - 1
    return breaks


def idle_in(mask: int, sessions: list[int]) -> int:
    """How many slots of waiting there are in these breaks."""
    idle = 0
    for session in sessions:
        met = mask & session
        if met:
            idle += met.bit_length() - (met & -met).bit_length() + 1 - met.bit_count()
    return idle


def longest_run(mask: int, sessions: list[int]) -> int:
    """The most meetings without a pause."""
    longest = 0
    for session in sessions:
        met, run = mask & session, 0
        while met:
            met &= met << 1
            run += 1
        longest = max(longest, run)
    return longest


def beyond(mask: int, sessions: list[int], longest: int) -> int:
    """How many meetings come after more than the longest run without a pause."""
    slots = 0
    for session in sessions:
        met = mask & session
        for _ in range(longest):
            met &= met << 1
        slots += met.bit_count()
    return slots


class Costs(dict[int, float]):
    """The cost of a person's slots, by mask."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.sessions = sessions_of(problem.slots)
        self.longest = problem.longest_run

    def __missing__(self, mask: int) -> float:
        if len(self) > REMEMBERED * 10:
            self.clear()
        breaks = breaks_in(mask, self.sessions)
        cost = breaks + DEAR * max(0, breaks - MANY) + LONG * beyond(mask, self.sessions, self.longest)
        cost += IDLE * idle_in(mask, self.sessions)
        self[mask] = cost
        return cost


# From slot, to slot, the bit of each, what it costs.
Change = tuple[int, int, int, int, float]


class Changes(dict[int, tuple[Change, ...]]):
    """The cheap changes of one slot for another, by mask, within the slots that somebody can meet in."""

    def __init__(self, costs: Costs, allowed: int) -> None:
        super().__init__()
        self.costs = costs
        self.bits = [(slot, 1 << slot) for slot in range(allowed.bit_length()) if allowed >> slot & 1]

    def __missing__(self, mask: int) -> tuple[Change, ...]:
        if len(self) > REMEMBERED:
            self.clear()
        costs = self.costs
        limit = costs[mask] + CHEAP
        filled = [(slot, bit) for slot, bit in self.bits if mask & bit]
        empty = [(slot, bit) for slot, bit in self.bits if not mask & bit]
        found = tuple(
            (slot, other, bit, to, costs[mask ^ bit ^ to] - costs[mask])
            for slot, bit in filled
            for other, to in empty
            if costs[mask ^ bit ^ to] < limit
        )
        self[mask] = found
        return found
