"""Who is acting: set once by the way in (session, device, link, worker), read by the audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` says by which credential: account, link, device, visitor or system."""

    kind: str
    id: int | None = None

    @property
    def account_id(self) -> int | None:
        """The account, when a person signed in acts."""
        return self.id if self.kind == "account" else None


SYSTEM = Actor("system")
VISITOR = Actor("visitor")
_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


def current_actor() -> Actor:
    """The actor of this request or job."""
    return _actor.get()


def set_actor(actor: Actor) -> None:
    """Say who acts for the rest of this request."""
    _actor.set(actor)


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Act as `actor` within the block; for jobs, commands and tests."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
