"""The one place that reads the time, so that a test can hold it still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

_held: ContextVar[dt.datetime | None] = ContextVar("held_time", default=None)


def now() -> dt.datetime:
    """The current instant, aware, in UTC."""
    return _held.get() or dt.datetime.now(dt.UTC)


def local_day(instant: dt.datetime, zone: str) -> dt.date:
    """The calendar day on which `instant` falls in the IANA zone `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()


@contextmanager
def held_at(instant: dt.datetime) -> Iterator[None]:
    """Hold the clock at an aware instant; for tests and for the demo data."""
    token = _held.set(instant)
    try:
        yield
    finally:
        _held.reset(token)
