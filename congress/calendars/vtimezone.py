"""VTIMEZONE with recurrence rules, from the POSIX rule at the end of the zone's file.

Clients do not read a zone alike: Outlook and ical.js put events an hour off when a zone lists its changes as
RDATE, so a rule is written wherever it is true. Where the file's rule is not what happens in the years of the
items (Africa/Casablanca follows the moon until 2087), each change of those years is an observance of its own.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from icalendar import Component, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

EPOCH_YEAR = 1970
DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
LAST_WEEK = 5
FEBRUARY, DECEMBER = 2, 12
A_DAY = 86400

Recurrence = dict[str, str | int | list[int]]
"""The parts of an RRULE, as icalendar takes them."""

_OFFSET = r"[+-]?\d{1,3}(?::\d\d){0,2}"
_NAME = r"<[^>]+>|[A-Za-z]{3,}"
_FOOTER = re.compile(
    rf"(?P<standard>{_NAME})(?P<offset>{_OFFSET})"
    rf"(?P<summer>{_NAME})(?P<summer_offset>{_OFFSET})?,(?P<begin>M[^,]+),(?P<end>M[^,]+)"
)
_RULE = re.compile(rf"M(\d+)\.([1-5])\.([0-6])(?:/({_OFFSET}))?")


@dataclass(frozen=True)
class Change:
    """The clock goes from one offset to another (seconds east of UTC), at a wall time of the one it leaves."""

    onset: dt.datetime
    before: int
    after: int
    name: str = ""

    def observance(self, recurrence: Recurrence | None = None) -> TimezoneStandard | TimezoneDaylight:
        """A STANDARD or DAYLIGHT part.

        Clocks that go forward are DAYLIGHT: Europe/Dublin calls its winter the exception, which no client
        understands, and the offsets are the same either way.
        """
        part = TimezoneDaylight() if self.after > self.before else TimezoneStandard()
        part.add("tzname", self.name)
        part.add("tzoffsetfrom", dt.timedelta(seconds=self.before))
        part.add("tzoffsetto", dt.timedelta(seconds=self.after))
        part.add("dtstart", self.onset)
        if recurrence:
            part.add("rrule", vRecur(recurrence))
        return part


@dataclass(frozen=True)
class Rule:
    """The n-th weekday of a month (5: the last one), and seconds after its midnight: -167 to +167 hours."""

    month: int
    week: int
    weekday: int
    seconds: int

    def onset(self, year: int) -> dt.datetime:
        """The wall time of the change in this year, of the offset that it leaves."""
        first = dt.date(year, self.month, 1)
        day = first + dt.timedelta(days=(self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1))
        if day.month != self.month:
            day -= dt.timedelta(days=7)
        return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=self.seconds)

    def recurrences(self) -> dict[int, Recurrence]:
        """An RRULE for each month in which the change may fall; none when no RRULE can say it.

        A time before midnight or after 24:00 moves the weekday and the days it may fall on: Cairo's "last
        Thursday of October, 24:00" is the Friday among 26 October to 1 November, which takes two rules.
        """
        shift = self.seconds // A_DAY
        weekday = DAYS[(self.weekday + shift) % 7]
        if not shift:
            nth = -1 if self.week == LAST_WEEK else self.week
            return {self.month: {"FREQ": "YEARLY", "BYMONTH": self.month, "BYDAY": f"{nth}{weekday}"}}
        possible = [day + dt.timedelta(days=shift) for day in self._possible_days()]
        if any(day.month == FEBRUARY for day in possible):
            return {}  # February's end is not the same day every year
        return {
            month: {
                "FREQ": "YEARLY",
                "BYMONTH": month,
                "BYDAY": weekday,
                "BYMONTHDAY": [day.day for day in possible if day.month == month],
            }
            for month in sorted({day.month for day in possible})
        }

    def _possible_days(self) -> list[dt.date]:
        first = dt.date(2001, self.month, 1)
        if self.week == LAST_WEEK:
            next_month = (first + dt.timedelta(days=31)).replace(day=1)
            return [next_month - dt.timedelta(days=days) for days in range(7, 0, -1)]
        return [first + dt.timedelta(days=7 * (self.week - 1) + days) for days in range(7)]


@dataclass(frozen=True)
class YearlyRules:
    """Two changes a year, for ever."""

    begin: Rule
    end: Rule
    standard: int
    summer: int
    standard_name: str
    summer_name: str

    def pairs(self) -> tuple[tuple[Rule, int, int, str], ...]:
        """Each rule with the offset it leaves, the one it goes to, and the name of that."""
        return (
            (self.begin, self.standard, self.summer, self.summer_name),
            (self.end, self.summer, self.standard, self.standard_name),
        )

    def changes(self, year: int) -> set[tuple[dt.datetime, int, int]]:
        """When the clock changes in this year, and between which offsets."""
        return {(rule.onset(year), before, after) for rule, before, after, _name in self.pairs()}

    def expressible(self) -> bool:
        """Whether RRULE can say both."""
        return bool(self.begin.recurrences() and self.end.recurrences())

    def observances(self, from_year: int) -> Iterator[Component]:
        """Both rules, from their first change in this year or later."""
        for rule, before, after, name in self.pairs():
            for month, recurrence in rule.recurrences().items():
                onsets = (rule.onset(year) for year in range(from_year, from_year + 40))
                onset = next((when for when in onsets if when.month == month), None)
                if onset:
                    yield Change(onset, before, after, name).observance(recurrence)


@lru_cache(maxsize=256)
def vtimezone(tzid: str, first_year: int, last_year: int) -> Timezone:
    """The zone, right for every instant of these years at least. It is shared: do not change it.

    Raises `zoneinfo.ZoneInfoNotFoundError` for a name that is no zone, and nothing for a zone.
    """
    zone = zoneinfo.ZoneInfo(tzid)
    rules = yearly_rules(posix_footer(tzid))
    changes = list(_changes(zone, first_year, last_year))
    steady = _steady_from(rules, changes, first_year, last_year)
    built = Timezone()
    built.add("tzid", tzid)
    if rules is None or steady > first_year:
        built.add_component(_before_the_first(zone, first_year))
        for change in changes:
            if change.onset.year < steady:
                built.add_component(change.observance())
    if rules is not None and steady <= last_year:
        for part in rules.observances(min(EPOCH_YEAR, first_year) if steady == first_year else steady):
            built.add_component(part)
    return built


def posix_footer(tzid: str) -> str:
    """The POSIX TZ string at the end of the zone's file (RFC 8536 §3.3); empty when there is none."""
    parts = tzid.split("/")
    for base in zoneinfo.TZPATH:
        path = Path(base, *parts)
        if path.is_file():
            return _last_line(path.read_bytes())
    try:
        return _last_line(resources.files("tzdata").joinpath("zoneinfo", *parts).read_bytes())
    except (ModuleNotFoundError, OSError):
        return ""


def yearly_rules(footer: str) -> YearlyRules | None:
    """What the POSIX TZ string says of summer time; none without it, or in a form that no RRULE can say."""
    found = _FOOTER.fullmatch(footer)
    if not found:
        return None
    begin, end = _rule(found["begin"]), _rule(found["end"])
    if begin is None or end is None:
        return None
    standard = -_seconds(found["offset"])  # POSIX counts westwards
    summer = -_seconds(found["summer_offset"]) if found["summer_offset"] else standard + 3600
    names = (found["standard"].strip("<>"), found["summer"].strip("<>"))
    rules = YearlyRules(begin, end, standard, summer, *names)
    return rules if rules.expressible() else None


def _last_line(raw: bytes) -> str:
    return raw.removesuffix(b"\n").rpartition(b"\n")[2].decode("ascii", "replace")


def _rule(written: str) -> Rule | None:
    found = _RULE.fullmatch(written)
    if not found or not 1 <= int(found[1]) <= DECEMBER:
        return None
    return Rule(int(found[1]), int(found[2]), int(found[3]), _seconds(found[4] or "2"))


def _seconds(written: str) -> int:
    hours, minutes, seconds = ([int(part) for part in written.lstrip("+-").split(":")] + [0, 0])[:3]
    size = hours * 3600 + minutes * 60 + seconds
    return -size if written.startswith("-") else size


def _offset_at(zone: zoneinfo.ZoneInfo, stamp: int) -> int:
    offset = dt.datetime.fromtimestamp(stamp, zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _name_at(zone: zoneinfo.ZoneInfo, stamp: int) -> str:
    return dt.datetime.fromtimestamp(stamp, zone).tzname() or "-"


def _start_of(year: int) -> int:
    return int(dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp())


def _changes(zone: zoneinfo.ZoneInfo, first_year: int, last_year: int) -> Iterator[Change]:
    """Every change of offset in these years, found day by day and then to the second."""
    before = _offset_at(zone, _start_of(first_year))
    for end_of_day in range(_start_of(first_year) + A_DAY, _start_of(last_year + 1) + 1, A_DAY):
        after = _offset_at(zone, end_of_day)
        if after == before:
            continue
        early, late = end_of_day - A_DAY, end_of_day
        while late - early > 1:
            middle = (early + late) // 2
            early, late = (middle, late) if _offset_at(zone, middle) == before else (early, middle)
        onset = dt.datetime.fromtimestamp(late + before, dt.UTC).replace(tzinfo=None)
        yield Change(onset, before, after, _name_at(zone, late))
        before = after


def _steady_from(rules: YearlyRules | None, changes: list[Change], first_year: int, last_year: int) -> int:
    """The year from which the rules tell all that happens; the year after the last one when they never do."""
    year = last_year + 1
    while rules is not None and year > first_year:
        of_the_year = (change for change in changes if change.onset.year == year - 1)
        happens = {(change.onset, change.before, change.after) for change in of_the_year}
        if happens != rules.changes(year - 1):
            break
        year -= 1
    return year


def _before_the_first(zone: zoneinfo.ZoneInfo, first_year: int) -> Component:
    start = _start_of(first_year)
    offset = _offset_at(zone, start)
    onset = dt.datetime.combine(dt.date(min(EPOCH_YEAR, first_year), 1, 1), dt.time())
    return Change(onset, offset, offset, _name_at(zone, start)).observance()
