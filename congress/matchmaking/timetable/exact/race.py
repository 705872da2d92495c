"""Solvers in processes of their own: the first that knows the answer ends the race, and so does the clock."""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from congress.matchmaking.timetable.exact.model import Model
from congress.matchmaking.timetable.problem import Place

LOOKS_UP = 0.2
"""Seconds between two looks at the clock and at who wants to cancel."""
GRACE = 5
Found = Mapping[int, Place]


@dataclass(frozen=True, slots=True)
class Strategy:
    """A solver of python-sat, and how the number of tables is put into clauses for it."""

    solver: str
    tables: str


STRATEGIES = (Strategy("cadical195", "cardnetwrk"), Strategy("cadical153", "kmtotalizer"))
"""One for each core: what takes one of them long is often short for the other."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """There is such a timetable (`found`), or there is none."""

    found: Found | None


def race(model: Model, breaks: int, *, until: float, is_cancelled: Callable[[], bool]) -> Verdict | None:
    """Whether there is a timetable with at most so many breaks; None when the time was too short to know."""
    context = multiprocessing.get_context("spawn")
    runners: dict[Connection, Any] = {}
    for strategy in STRATEGIES:
        ours, theirs = context.Pipe(duplex=False)
        seconds = max(1, int(until - time.monotonic()) + GRACE)
        process = context.Process(target=_run, args=(theirs, model, breaks, strategy, seconds), daemon=True)
        process.start()
        theirs.close()
        runners[ours] = process
    try:
        return _first(set(runners), until, is_cancelled)
    finally:
        for connection, process in runners.items():
            process.kill()
            process.join()
            connection.close()


def _first(running: set[Connection], until: float, is_cancelled: Callable[[], bool]) -> Verdict | None:
    while running and time.monotonic() < until and not is_cancelled():
        ready = wait(list(running), timeout=LOOKS_UP)
        for connection in running.intersection(ready):
            try:
                answer: Verdict = connection.recv()
            except EOFError:  # out of memory, or killed from outside: the other may still know
                running.discard(connection)
            else:
                return answer
    return None


def _run(answer: Connection, model: Model, breaks: int, strategy: Strategy, seconds: int) -> None:
    """What a process does: one question, one answer."""
    _end_alone(seconds)
    from congress.matchmaking.timetable.exact.formula import ask  # noqa: PLC0415 (python-sat is an extra)

    answer.send(Verdict(ask(model, breaks, strategy.solver, strategy.tables)))


def _end_alone(seconds: int) -> None:
    """Should whoever started this be killed, the computing ends all the same."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (not everywhere)

        with contextlib.suppress(ValueError, OSError):  # a lower limit is there already
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
