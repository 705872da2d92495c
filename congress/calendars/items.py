"""What goes into a calendar file, before anything is said of how it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


class ItemStatus(StrEnum):
    """Where an item stands; its name in capitals is the STATUS of RFC 5545 §3.8.1.11."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Party:
    """An organiser or an attendee. An organiser may have no address, an attendee must."""

    name: str
    mail: str = ""


@dataclass(frozen=True)
class CalendarItem:
    """One event of a calendar.

    `uid` is fixed for ever and `sequence` grows with every change of time, place or status. `created`,
    `changed` and timed `starts` and `ends` are aware; all day is two dates, the second one exclusive. Only an
    invitation names the `attendee`, but every file gives the `join_url`: leave it out of public feeds.
    Raises `ValueError` for times that no client could show.
    """

    uid: str
    created: dt.datetime
    changed: dt.datetime
    starts: dt.datetime | dt.date
    ends: dt.datetime | dt.date
    zone: str
    title: str
    organiser: Party
    sequence: int = 0
    status: ItemStatus = ItemStatus.CONFIRMED
    description: str = ""
    location: str = ""
    url: str = ""
    image: str = ""
    join_url: str = ""
    categories: Sequence[str] = ()
    attendee: Party | None = None
    geo: tuple[float, float] | None = None
    alarm_minutes: int | None = None
    colour: str = ""
    busy: bool = True

    def __post_init__(self) -> None:
        """Refuse what would shift or vanish in a client."""
        if not _aware(self.created, self.changed):
            raise ValueError("created and changed need a time zone")
        if isinstance(self.starts, dt.datetime) != isinstance(self.ends, dt.datetime):
            raise ValueError("an item has two times or two dates")
        if not self.all_day and not _aware(self.starts, self.ends):
            raise ValueError("starts and ends need a time zone")
        if self.ends <= self.starts:
            raise ValueError("an item ends after it starts")

    @property
    def all_day(self) -> bool:
        """Whether the item has dates and no times."""
        return not isinstance(self.starts, dt.datetime)

    @property
    def cancelled(self) -> bool:
        """Whether the item stays only to say that it will not take place."""
        return self.status is ItemStatus.CANCELLED


@dataclass(frozen=True)
class CalendarDetails:
    """What a client shows of the calendar itself.

    `source` is the address of the feed, `url` the page for people; `changed` moves forward on a removal too.
    """

    name: str
    source: str
    zone: str
    language: str
    changed: dt.datetime
    description: str = ""
    url: str = ""
    colour: str = ""
    image: str = ""
    refresh_hours: int = 1


@dataclass(frozen=True)
class Wording:
    """The few words that we add to an item."""

    cancelled: str
    join: str


def _aware(*times: dt.datetime | dt.date) -> bool:
    return all(isinstance(time, dt.datetime) and time.utcoffset() is not None for time in times)
