"""Days of a programme: each runs from 04:00 to 03:59 in the event's zone, so that a late evening stays on its day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from congress.events.models import Event
from congress.programme.errors import NoSuchTime

DAY_BEGINS = dt.time(4)


def days_of(event: Event) -> list[dt.date]:
    """The days on which something may take place, first to last."""
    first, last = (
        day_of(event.starts_at, event.zone),
        day_of(event.ends_at - dt.timedelta(microseconds=1), event.zone),
    )
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def day_of(instant: dt.datetime, zone: str) -> dt.date:
    """The programme day that an instant belongs to."""
    local = instant.astimezone(ZoneInfo(zone))
    return local.date() if local.time() >= DAY_BEGINS else local.date() - dt.timedelta(days=1)


def bounds(day: dt.date, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """When a programme day begins and ends (excluded), as instants; 23 or 25 hours when the clocks change."""
    return _begin(day, zone), _begin(day + dt.timedelta(days=1), zone)


def local_of(instant: dt.datetime, zone: str) -> dt.datetime:
    """What the clock on the wall shows, without a zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def instant_of(local: dt.datetime, zone: str) -> dt.datetime:
    """The instant of a time on the wall; `NoSuchTime` when the clocks skip it, the first one when they repeat it."""
    instant = local.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    if local_of(instant, zone) != local:
        raise NoSuchTime
    return instant


def _begin(day: dt.date, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, DAY_BEGINS, ZoneInfo(zone)).astimezone(dt.UTC)
