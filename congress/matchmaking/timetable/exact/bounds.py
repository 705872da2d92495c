"""How many breaks there are at least, by counting alone: so many people cannot be busy in so few places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from congress.matchmaking.timetable.exact.model import Model

UNIT = 64
"""Prices are whole parts of a break, so that the sum is exact."""
NEVER = 10**9
ROUNDS = 300
FRESH, BUSY, IDLE = range(3)
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Crowd:
    """The people with meetings: in which slots each can meet, how often each meets, how often until when.

    The slots stand session by session here. `possible` holds for each slot, person and number of meetings whether
    there can be so many after that slot: some meetings have to be over then, and some cannot have been.
    """

    able: npt.NDArray[np.bool_]
    possible: npt.NDArray[np.bool_]
    counts: Numbers
    begins: tuple[bool, ...]


def lowest_breaks(model: Model) -> int:
    """No timetable has fewer (Lagrangian bound: a person who is busy in a full slot pays its price)."""
    crowd = _crowd(model)
    if not len(crowd.counts):
        return 0
    room = np.array(model.room_for_people(), dtype=np.int64)[[slot for part in model.sessions for slot in part]]
    prices, best = np.zeros(len(room)), 0
    for turn in range(ROUNDS):
        whole = np.rint(prices).astype(np.int64)
        value, busy = _cheapest(crowd, whole)
        best = max(best, value - int((whole * room).sum()))
        excess = (busy - room).astype(float)
        step = UNIT / 2 / (1 + turn / 20)
        prices = np.maximum(0, prices + step * excess / max(1.0, float(np.abs(excess).max())))
    return -(-best // UNIT)


def _crowd(model: Model) -> _Crowd:
    slots = len(model.problem.slots)
    counts = {person: len(meetings) for person, meetings in model.meetings_of.items()}
    able = np.zeros((len(counts), slots), dtype=np.bool_)
    for row, meetings in enumerate(model.meetings_of.values()):
        for meeting in meetings:
            able[row, list(model.domains[meeting])] = True
    order = [slot for session in model.sessions for slot in session]
    most = max(counts.values(), default=0)
    possible = np.zeros((slots, len(counts), most + 1), dtype=np.bool_)
    for row, meetings in enumerate(model.meetings_of.values()):
        for at in range(slots):
            done = set(order[: at + 1])
            least = sum(done.issuperset(model.domains[meeting]) for meeting in meetings)
            last = sum(not done.isdisjoint(model.domains[meeting]) for meeting in meetings)
            possible[at, row, least : last + 1] = True
    begins = tuple(place == 0 for session in model.sessions for place in range(len(session)))
    return _Crowd(able[:, order], possible, np.array(list(counts.values()), dtype=np.int64), begins)


def _cheapest(crowd: _Crowd, prices: Numbers) -> tuple[int, Numbers]:
    """What the cheapest days of everybody cost together, and how many are busy in each slot then."""
    people, most = len(crowd.counts), int(crowd.counts.max())
    cost = np.full((3, people, most + 1), NEVER, dtype=np.int64)
    cost[FRESH, :, 0] = 0
    steps: list[Any] = []
    for slot, begins in enumerate(crowd.begins):
        cost, step = _next(cost, begins=begins, able=crowd.able[:, slot], price=int(prices[slot]))
        cost[:, ~crowd.possible[slot]] = NEVER
        steps.append(step)
    rows = np.arange(people)
    last = cost[:, rows, crowd.counts]
    state, count, busy = last.argmin(axis=0), crowd.counts.copy(), np.zeros(len(prices), dtype=np.int64)
    for slot in range(len(prices) - 1, -1, -1):
        now = state == BUSY
        busy[slot] = now.sum()
        count = count - now
        state = steps[slot][state, rows, count]
    return int(last.min(axis=0).sum()), busy


def _next(cost: Numbers, *, begins: bool, able: npt.NDArray[np.bool_], price: int) -> tuple[Numbers, Any]:
    """One slot on: the costs by state and meetings so far, and from which state each came."""
    ways = _WAYS[begins][:, :, None, None] + cost[:, None]
    step, reached = ways.argmin(axis=0), ways.min(axis=0)
    after = np.full_like(cost, NEVER)
    after[FRESH], after[IDLE] = reached[FRESH], reached[IDLE]
    after[BUSY, :, 1:] = np.where(able[:, None], reached[BUSY, :, :-1] + price, NEVER)
    return np.minimum(after, NEVER), step


def _ways(rows: Sequence[Sequence[int]]) -> Numbers:
    return np.array(rows, dtype=np.int64)


_WAYS = {
    # From fresh, busy, idle (rows) to fresh, busy, idle; a session begins fresh, whatever was before.
    True: _ways([[0, 0, NEVER], [0, 0, NEVER], [0, 0, NEVER]]),
    False: _ways([[0, 0, NEVER], [NEVER, 0, 0], [NEVER, UNIT, 0]]),
}
