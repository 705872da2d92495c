"""The half-days of an event for which people say how they are there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from congress.events.models import Event
from congress.matchmaking.availability import default_presence, half_of
from congress.matchmaking.enums import Half, Presence
from congress.matchmaking.models import MeetingSlot, PresenceHalf
from congress.registration.models import Category

HalfDay = tuple[dt.date, Half]


def half_days_of(event: Event, slots: Sequence[MeetingSlot]) -> list[HalfDay]:
    """Those that have slots for meetings; before there are any, every half of every day of the event."""
    found = {half_of(slot.starts_at, event.zone) for slot in slots}
    if not found:
        days = (event.last_day - event.first_day).days + 1
        found = {(event.first_day + dt.timedelta(days=number), half) for number in range(days) for half in Half}
    return sorted(found, key=lambda one: (one[0], one[1] is Half.AFTERNOON))


def presence_of(said: Sequence[PresenceHalf], category: Category, half_day: HalfDay) -> Presence:
    """How somebody is there for half a day: as they said, else as the category takes part."""
    for one in said:
        if (one.day, one.half) == half_day:
            return one.presence
    return default_presence(category, half_day[0])


def key_of(half_day: HalfDay) -> str:
    """How a half-day is called in forms: 2027-06-09-morning."""
    return f"{half_day[0].isoformat()}-{half_day[1].value}"
