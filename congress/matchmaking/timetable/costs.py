"""What a person's day costs, and which changes of one meeting do not make it much dearer: computed once per mask."""

from __future__ import annotations

from congress.matchmaking.timetable.problem import Problem, Slot

# One break is worth one; each break above two in addition, because nobody should have many more than another.
MANY, DEAR = 2, 2.0
# A slot beyond the longest run weighs less than any break.
LONG = 0.02
# An idle slot in a break: a shorter break is nearer to none, and that has to be felt while many changes are allowed.
IDLE, ALL_IDLE = 0.05, 0.75
# A change that costs a person less than this may start a chain.
CHEAP = 0.5
# Whoever meets in many slots has very many possible days: a table that grows beyond this begins again.
REMEMBERED = 500_000


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


class Day(dict[int, float]):
    """The cost of somebody's slots of one session, by mask."""

    def __init__(self, session: int, longest: int, idle: float) -> None:
        super().__init__()
        self.session = [session]
        self.longest = longest
        self.idle = idle

    def __missing__(self, met: int) -> float:
        if len(self) > REMEMBERED:
            self.clear()
        waiting = breaks_in(met, self.session) + self.idle * idle_in(met, self.session)
        cost = waiting + LONG * beyond(met, self.session, self.longest)
        self[met] = cost
        return cost


class Costs(dict[int, float]):
    """The cost of a person's slots, by mask: of each session by itself, and more for many breaks in all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.sessions = sessions_of(problem.slots)
        # All idle slots together weigh less than the break that a change must not bring.
        idle = min(IDLE, ALL_IDLE / max(1, len(problem.slots)))
        self.days = [(session, Day(session, problem.longest_run, idle)) for session in self.sessions]

    def __missing__(self, mask: int) -> float:
        if len(self) > REMEMBERED:
            self.clear()
        cost = sum([day[mask & session] for session, day in self.days])
        if cost > MANY:
            cost += DEAR * max(0, breaks_in(mask, self.sessions) - MANY)
        self[mask] = cost
        return cost


# From slot, to slot, the bit of each, what it costs.
Change = tuple[int, int, int, int, float]
# Slot, its bit, its session, what it costs to leave or to enter it alone.
Step = tuple[int, int, int, float]


class Changes(dict[int, tuple[Change, ...]]):
    """The cheap changes of one slot for another, by mask, within the slots that somebody can meet in."""

    def __init__(self, costs: Costs, allowed: int, remembered: int = REMEMBERED) -> None:
        super().__init__()
        self.costs = costs
        self.bits = [
            [(slot, 1 << slot) for slot in range(allowed.bit_length()) if allowed & session & 1 << slot]
            for session in costs.sessions
        ]
        self.remembered = remembered
        self.stored = 0
        self.shared: dict[Change, Change] = {}

    def __missing__(self, mask: int) -> tuple[Change, ...]:
        if self.stored > self.remembered:
            self.stored = 0
            self.shared.clear()
            self.clear()
        pairs = self._pairs(mask) if self.costs[mask] < MANY else self._exact_pairs(mask)
        found = tuple([self.shared.setdefault(change, change) for change in pairs])
        self.stored += 1 + len(found)
        self[mask] = found
        return found

    def _pairs(self, mask: int) -> list[Change]:
        """Two sessions do not matter to each other as long as there are not many breaks."""
        leave, enter = self._steps(mask)
        days, found = self.costs.days, []
        for slot, bit, number, gain in leave:
            session, day = days[number]
            left = mask & session ^ bit
            before = day[mask & session]
            for other, to, where, more in enter:
                cost = gain + more if where != number else day[left | to] - before
                if cost < CHEAP:
                    found.append((slot, other, bit, to, cost))
        return found

    def _steps(self, mask: int) -> tuple[list[Step], list[Step]]:
        leave: list[Step] = []
        enter: list[Step] = []
        for number, ((session, day), slots) in enumerate(zip(self.costs.days, self.bits, strict=True)):
            met = mask & session
            before = day[met]
            for slot, bit in slots:
                (leave if met & bit else enter).append((slot, bit, number, day[met ^ bit] - before))
        return leave, enter

    def _exact_pairs(self, mask: int) -> list[Change]:
        costs, slots = self.costs, [pair for session in self.bits for pair in session]
        limit = costs[mask] + CHEAP
        return [
            (slot, other, bit, to, costs[mask ^ bit ^ to] - costs[mask])
            for slot, bit in slots
            if mask & bit
            for other, to in slots
            if not mask & to and costs[mask ^ bit ^ to] < limit
        ]
