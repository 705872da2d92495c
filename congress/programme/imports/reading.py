"""From bytes to `Contents`: which kind of file it is, and refusals in words for what is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from congress.core.errors import Malformed
from congress.core.languages import lazy_gettext as _l
from congress.events.models import Event
from congress.programme.days import bounds, day_of, days_of
from congress.programme.errors import ScheduleRefused
from congress.programme.imports.schedule_files import read_json, read_xml
from congress.programme.imports.tables import read_table
from congress.programme.imports.values import Contents

MAX_BYTES = 5 * 1024 * 1024


def read(content: bytes, event: Event, language: str, *, shift: bool = False) -> Contents:
    """What a file says. `language`: that of its texts, where the file does not say. `shift`: its first day becomes
    the event's first day, and the others follow.

    Raises `ScheduleRefused` for a file that is no schedule at all; what is wrong with single rows is in `errors`.
    """
    if len(content) > MAX_BYTES:
        raise ScheduleRefused(_l("The file is larger than 5 MB."))
    contents = _read(content, event, language)
    if not contents.entries and not contents.errors:
        raise ScheduleRefused(_l("There is no session in this file."))
    if shift:
        _shift(contents, event)
    _refuse_other_days(contents, event)
    return contents


def _shift(contents: Contents, event: Event) -> None:
    """By whole days on the clocks of the event, so that a session at nine stays at nine when the clocks change."""
    days = [day_of(entry.starts_at, event.zone) for entry in contents.entries if entry.starts_at]
    if not days:
        return
    by = days_of(event)[0] - min(days)
    contents.entries = [
        replace(
            entry, starts_at=_later(entry.starts_at, by, event.zone), ends_at=_later(entry.ends_at, by, event.zone)
        )
        for entry in contents.entries
    ]


def _later(instant: dt.datetime | None, by: dt.timedelta, zone: str) -> dt.datetime | None:
    return None if instant is None else (instant.astimezone(ZoneInfo(zone)) + by).astimezone(dt.UTC)


def _refuse_other_days(contents: Contents, event: Event) -> None:
    days = days_of(event)
    first, last = bounds(days[0], event.zone)[0], bounds(days[-1], event.zone)[1]
    for entry in contents.entries:
        if entry.starts_at and not first <= entry.starts_at < last:
            contents.refuse(entry.row, str(_l("This time is not on a day of the event.")))


def _read(content: bytes, event: Event, language: str) -> Contents:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    try:
        if start == b"<":
            return read_xml(content, event, language)
        if start == b"{":
            return read_json(content, event, language)
        return read_table(content, event)
    except Malformed as error:
        raise ScheduleRefused from error
