"""The same problem twice at once, for two processors: from two seeds, and the better answer is taken."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from time import monotonic, time
from typing import Protocol

from congress.matchmaking.timetable.costs import Costs
from congress.matchmaking.timetable.problem import Priority, Problem, Progress, Timetable

# The other seed is this far away, so that neighbouring seeds do not share one of their two.
APART = 1_000_003
# The twin ends a little earlier, and its answer is not waited for any longer than this when the time is over.
ANSWER, GRACE = 0.2, 3.0
EVERY = 0.1


class Solve(Protocol):
    """One run of the engine in one process."""

    def __call__(
        self,
        problem: Problem,
        *,
        seconds: float,
        seed: int,
        rounds: int | None,
        on_progress: Callable[[Progress], None] | None,
        is_cancelled: Callable[[], bool] | None,
    ) -> Timetable: ...


def can_have_twins() -> bool:
    """A daemonic process may not start another."""
    return not current_process().daemon


def better_of_two(
    solve: Solve,
    problem: Problem,
    *,
    seconds: float,
    seed: int,
    rounds: int | None,
    on_progress: Callable[[Progress], None] | None,
    is_cancelled: Callable[[], bool] | None,
) -> Timetable:
    """This process tells its own progress; `solve` has to be a function that another process can import."""
    context = get_context("spawn")
    stop, (receiver, sender) = context.Event(), context.Pipe(duplex=False)
    run = partial(solve, problem, seed=seed + APART, rounds=rounds)
    twin = context.Process(target=_work, args=(sender, stop, run, time() + seconds - ANSWER))
    twin.start()
    sender.close()
    try:
        mine = solve(
            problem, seconds=seconds, seed=seed, rounds=rounds, on_progress=on_progress, is_cancelled=is_cancelled
        )
        theirs = _received(receiver, stop, is_cancelled, None if rounds is not None else GRACE)
    finally:
        twin.terminate()
        twin.join()
        receiver.close()
    return mine if theirs is None else max(mine, theirs, key=lambda answer: merit(problem, answer))


def _work(sender: Connection, stop: Event, run: Callable[..., Timetable], until: float) -> None:
    """What it took to start is not added to the time."""
    sender.send(run(seconds=max(0.0, until - time()), on_progress=None, is_cancelled=stop.is_set))


def _received(
    receiver: Connection, stop: Event, is_cancelled: Callable[[], bool] | None, patience: float | None
) -> Timetable | None:
    """The answer of the twin; none when it died or takes too long."""
    begun = monotonic()
    while not receiver.poll(EVERY):
        if is_cancelled is not None and is_cancelled():
            stop.set()
            patience = GRACE if patience is None else patience
        if patience is not None and monotonic() - begun > patience:
            return None
    try:
        answer: Timetable = receiver.recv()
    except EOFError:
        return None
    return answer


def merit(problem: Problem, timetable: Timetable) -> tuple[tuple[int, ...], float]:
    """What makes an answer better: the more important meetings placed first, then how little people wait."""
    costs, masks = Costs(problem), [0] * len(problem.people)
    placed = [0] * len(Priority)
    for meeting, place in zip(problem.meetings, timetable.places, strict=True):
        if place is None:
            continue
        placed[meeting.priority] += 1
        for person in meeting.people:
            masks[person] |= 1 << place.slot
    return tuple(placed), -sum(costs[mask] for mask in masks)
