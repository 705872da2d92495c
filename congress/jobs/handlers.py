"""What each kind of job does: features register a function per kind, the worker looks it up.

    @handles("invitations.clean_up")        runs inside one writing transaction, together with the job's end
    @handles_slowly("mail.send")            reads, ends its transaction, does slow work (mail, PDF), then returns a
                                            function with the writes, which are committed together with the job's end
    @gives_up("mail.send")                  told, in the same transaction, when no more attempt is made

Each may run again after a crash, so each must be safe to repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from congress.jobs.models import Job

Result = dict[str, Any] | None
Handler = Callable[[Job], Result]
Writes = Callable[[], Result]
SlowHandler = Callable[[Job], Writes]
Farewell = Callable[[Job, str], None]


class PermanentFailure(Exception):
    """Trying this job again would not help; the text is for the organiser, without names or addresses."""


class TryLater(Exception):
    """The world was not ready (a mail server is down); try again after the back-off.

    With `counts=False` the attempt is not counted: what is missing is ours to bring, and the job waits for it.
    """

    def __init__(self, reason: str, *, counts: bool = True) -> None:
        super().__init__(reason)
        self.counts = counts


@dataclass(frozen=True, slots=True)
class Work:
    """What one kind means: exactly one of the two."""

    quick: Handler | None = None
    slow: SlowHandler | None = None


_work: dict[str, Work] = {}
_farewells: dict[str, Farewell] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind in one writing transaction. No I/O in there."""

    def register(handler: Handler) -> Handler:
        _register(kind, Work(quick=handler))
        return handler

    return register


def handles_slowly(kind: str) -> Callable[[SlowHandler], SlowHandler]:
    """Register a function that takes its time: it starts in a reading unit of work and returns its writes."""

    def register(handler: SlowHandler) -> SlowHandler:
        _register(kind, Work(slow=handler))
        return handler

    return register


def gives_up(kind: str) -> Callable[[Farewell], Farewell]:
    """Register what else is written when a job of this kind has failed for good; it is told why."""

    def register(farewell: Farewell) -> Farewell:
        if _farewells.setdefault(kind, farewell) is not farewell:
            raise RuntimeError(f"two farewells for {kind}")
        return farewell

    return register


def work_of(kind: str) -> Work:
    """What jobs of this kind do."""
    try:
        return _work[kind]
    except KeyError as error:
        raise PermanentFailure(f"no handler for {kind}") from error


def farewell_of(kind: str) -> Farewell | None:
    """What is written when a job of this kind is given up, if anything."""
    return _farewells.get(kind)


def _register(kind: str, work: Work) -> None:
    if _work.setdefault(kind, work) != work:
        raise RuntimeError(f"two handlers for {kind}")
