"""Solvers in processes of their own: whoever knows an answer first is heard first."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from congress.matchmaking.timetable.exact.model import Model
from congress.matchmaking.timetable.problem import Place

LOOKS_UP = 0.2
"""Seconds between two looks at the clock and at who wants to cancel."""
DIES_WITH_PARENT = 1
Found = Mapping[int, Place]


@dataclass(frozen=True, slots=True)
class Strategy:
    """A solver of python-sat, and how the number of tables is put into clauses for it."""

    solver: str
    tables: str


STRATEGIES = (Strategy("cadical195", "totalizer"), Strategy("cadical153", "kmtotalizer"))
"""One for each core: what takes one of them long is often short for the other."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """There is such a timetable (`found`), or there is none."""

    found: Found | None


class Racer:
    """A process that works on one question: whether there is a timetable with at most `breaks` breaks."""

    def __init__(self, model: Model, strategy: Strategy, seconds: float) -> None:
        self.breaks: int | None = None
        self.gave_up = False
        self._model, self._strategy, self._seconds = model, strategy, seconds
        self._process: Any = None
        self.answer: Connection | None = None

    def ask(self, breaks: int) -> None:
        """Leave the last question and begin with this one."""
        self.stop()
        context = multiprocessing.get_context("spawn")
        self.answer, theirs = context.Pipe(duplex=False)
        question = (theirs, self._model, breaks, self._strategy, max(1, round(self._seconds)))
        self._process = context.Process(target=_run, args=question, daemon=True)
        self._process.start()
        theirs.close()
        self.breaks = breaks

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None and self.answer is not None:
            self._process.kill()
            self._process.join()
            self.answer.close()
        self._process, self.breaks = None, None

    def verdict(self) -> Verdict | None:
        """The answer that is there; None when the process ended without one (memory), and nothing more is asked."""
        verdict: Verdict | None = None
        with contextlib.suppress(EOFError):
            verdict = self.answer.recv() if self.answer else None
        self.gave_up = verdict is None
        self.stop()
        return verdict

    @staticmethod
    def ready(racers: Sequence[Racer]) -> list[Racer]:
        """Who has something to say, after a short wait."""
        asked = {racer.answer: racer for racer in racers if racer.breaks is not None and racer.answer}
        heard = wait(list(asked), timeout=LOOKS_UP)
        return [racer for answer, racer in asked.items() if answer in heard]


def _run(answer: Connection, model: Model, breaks: int, strategy: Strategy, seconds: int) -> None:
    """What a process does: one question, one answer."""
    _end_with_parent(seconds)
    from congress.matchmaking.timetable.exact.formula import ask  # noqa: PLC0415 (python-sat is an extra)

    answer.send(Verdict(ask(model, breaks, strategy.solver, strategy.tables)))


def _end_with_parent(seconds: int) -> None:
    """A solver hears nothing while it computes: should the parent be killed, the system ends it."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (not everywhere)

    with contextlib.suppress(ValueError, OSError):  # a lower limit is there already
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
