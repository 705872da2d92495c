"""Running the timetable engine in a process of its own: a run of minutes must not keep the worker's interpreter busy.

The child is started afresh, gets plain data, has no database, and ends by itself when its parent is gone. It is told
to stop through the same pipe, and killed when it does not answer in time.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from congress.matchmaking.timetable.problem import Problem, Progress, Timetable

LOWER_PRIORITY = 10
EVERY = 0.25
"""Seconds between two looks at the pipe, and between two signs of progress."""

GRACE = 120.0
"""Seconds that a run may take longer than it was given: for starting, for the way there and back."""

STOP = "stop"
Work = Callable[[Connection, Problem, float, int], None]


class EngineFailed(Exception):
    """The child ended without an answer."""


class EngineTooSlow(Exception):
    """The child did not answer in time and was killed."""


def solve_apart(
    problem: Problem,
    *,
    seconds: float,
    seed: int,
    on_progress: Callable[[Progress | None], bool],
    work: Work | None = None,
    grace: float = GRACE,
) -> Timetable:
    """The engine's timetable. `on_progress` is called about once a second with the latest news, None before any;
    when it answers True, the engine is told to stop and gives the best it has.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=work or run_engine, args=(there, problem, seconds, seed), daemon=True)
    child.start()
    there.close()
    try:
        return _listen(here, time.monotonic() + seconds + grace, on_progress)
    finally:
        here.close()
        child.join(timeout=1)
        if child.is_alive():
            child.kill()
            child.join()
        child.close()


def _listen(
    connection: Connection, deadline: float, on_progress: Callable[[Progress | None], bool], every: float = 1.0
) -> Timetable:
    latest: Progress | None = None
    told_at, stopping = 0.0, False
    while True:
        answer = _next(connection)
        if isinstance(answer, Timetable):
            return answer
        latest = answer or latest
        now = time.monotonic()
        if now > deadline:
            raise EngineTooSlow
        if now - told_at >= every:
            told_at = now
            if on_progress(latest) and not stopping:
                stopping = True
                connection.send(STOP)


def _next(connection: Connection) -> Progress | Timetable | None:
    """What the child says within a moment; a child that is gone says nothing any more."""
    try:
        return connection.recv() if connection.poll(EVERY) else None
    except (EOFError, OSError) as error:
        raise EngineFailed from error


def run_engine(connection: Connection, problem: Problem, seconds: float, seed: int) -> None:
    """What the child does."""
    from congress.matchmaking.timetable.engine import solve  # noqa: PLC0415 (only the child needs it)

    os.nice(LOWER_PRIORITY)
    pipe = _ParentPipe(connection)
    timetable = solve(problem, seconds=seconds, seed=seed, on_progress=pipe.tell, is_cancelled=pipe.is_to_stop)
    connection.send(timetable)


class _ParentPipe:
    """Talking to the parent, not more often than anybody reads; without a parent there is nothing left to do."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._told_at = self._looked_at = 0.0
        self._stopped = False

    def tell(self, progress: Progress) -> None:
        """Send it, unless the last one is a moment ago."""
        now = time.monotonic()
        if now - self._told_at < EVERY:
            return
        self._told_at = now
        try:
            self._connection.send(progress)
        except OSError:
            os._exit(1)

    def is_to_stop(self) -> bool:
        """Whether the parent said so, or is gone."""
        now = time.monotonic()
        if self._stopped or now - self._looked_at < EVERY:
            return self._stopped
        self._looked_at = now
        try:
            self._stopped = self._connection.poll() and self._connection.recv() == STOP
        except (EOFError, OSError):
            os._exit(1)
        return self._stopped
