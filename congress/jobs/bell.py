"""The bell: tells the worker at once that there is work. Losing a ring costs time, never a job."""

from __future__ import annotations

from collections.abc import Callable

_ring: Callable[[], None] | None = None


def hang(ring: Callable[[], None] | None) -> None:
    """Say how this process rings (see `huey_app`); None = nobody listens, as in most tests."""
    global _ring  # noqa: PLW0603 (one bell per process, set once at start)
    _ring = ring


def ring() -> None:
    """Wake a worker."""
    if _ring is not None:
        _ring()
