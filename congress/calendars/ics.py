"""Calendar files (RFC 5545, 5546, 7986): the feed that clients subscribe to, and the invitation in a mail.

A file depends on its arguments alone, so that two builds are the same bytes: DTSTAMP is the last real change,
never the time of the build, and the calendar has no UID (vdirsyncer keeps one event only of a feed with one).

We write the lines ourselves: the icalendar package takes half a millisecond an event, and five of its
defaults would need correction. It reads every file back in the tests instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from zoneinfo import ZoneInfo

from congress.calendars import colours
from congress.calendars.contentlines import (
    CALL_SCHEMES,
    line,
    mail_address,
    one_line,
    paragraphs,
    parameter,
    plain,
    text_list,
    to_bytes,
    uri,
)
from congress.calendars.items import CalendarDetails, CalendarItem, ItemStatus, Party
from congress.calendars.vtimezone import vtimezone

__all__ = [
    "WORDING",
    "CalendarDetails",
    "CalendarItem",
    "ItemStatus",
    "Party",
    "Wording",
    "feed",
    "invitation",
    "mail_method",
]

PRODUCT = "-//Congress//Calendars 1.0//EN"
UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


@dataclass(frozen=True)
class Wording:
    """The few words that we add to an item."""

    cancelled: str
    join: str


WORDING: Mapping[str, Wording] = {
    "en": Wording(cancelled="[Cancelled]", join="Join online"),
    "fr": Wording(cancelled="[Annulé]", join="Rejoindre en ligne"),
}


def feed(details: CalendarDetails, items: Iterable[CalendarItem], wording: Mapping[str, Wording] = WORDING) -> bytes:
    """The file that clients subscribe to: every item once, its latest state, in the order of time."""
    latest = {item.uid: item for item in sorted(items, key=lambda item: (item.sequence, item.changed))}
    words = _words(details.language, wording)
    return to_bytes(_calendar("PUBLISH", _details(details), list(latest.values()), words))


def mail_method(items: Sequence[CalendarItem], method: Literal["REQUEST", "CANCEL"]) -> Method:
    """The METHOD that `invitation` writes, which the mail's Content-Type has to repeat.

    A REQUEST or CANCEL speaks of one UID and to its attendees (RFC 5546 §3.2.2, §3.2.5). Several items in one
    file, or one without an attendee, are published: such a file is attached, it is no alternative of the text.
    """
    return method if len(items) == 1 and items[0].attendee else "PUBLISH"


def invitation(
    items: Sequence[CalendarItem],
    method: Literal["REQUEST", "CANCEL"],
    language: str,
    wording: Mapping[str, Wording] = WORDING,
) -> bytes:
    """The file of a mail: REQUEST on confirmation and on a change, CANCEL on cancellation, by the same UID.

    The caller has already raised `sequence`; a CANCEL shows every item as cancelled whatever its status was.
    """
    if method == "CANCEL":
        items = [replace(item, status=ItemStatus.CANCELLED) for item in items]
    return to_bytes(_calendar(mail_method(items, method), (), items, _words(language, wording)))


def _words(language: str, wording: Mapping[str, Wording]) -> Wording:
    return wording.get(language) or wording["en"]


def _calendar(method: Method, details: Iterable[str], items: Sequence[CalendarItem], words: Wording) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield f"PRODID:{PRODUCT}"
    yield "CALSCALE:GREGORIAN"
    yield f"METHOD:{method}"  # in a feed too: Outlook opens the file as a message without it
    yield from details
    for tzid, (first, last) in sorted(_zones(items).items()):
        yield from vtimezone(tzid, first, last)
    for item in sorted(items, key=_order):
        yield from _event(item, words, invited=method != "PUBLISH")
    yield "END:VCALENDAR"


def _details(details: CalendarDetails) -> Iterator[str]:
    refresh = f"PT{max(1, details.refresh_hours)}H"
    name, description = one_line(details.name), paragraphs(details.description)
    page, source = uri(details.url), uri(details.source)
    colour, apple_colour = colours.nearest_name(details.colour), colours.hexadecimal(details.colour)
    yield line("NAME", name)
    yield line("X-WR-CALNAME", name)
    yield from _given("DESCRIPTION", description)
    yield from _given("X-WR-CALDESC", description)
    yield line("X-WR-TIMEZONE", plain(details.zone))
    yield line("LAST-MODIFIED", _utc(details.changed))
    yield from _given("URL", page)
    # Neither has a default type (RFC 7986 §5.7, §5.8): without VALUE= they are text to a strict reader.
    yield from _given("SOURCE", source, {"VALUE": "URI"})
    yield line("REFRESH-INTERVAL", refresh, {"VALUE": "DURATION"})
    yield line("X-PUBLISHED-TTL", refresh)
    yield from _given("COLOR", colour)
    yield from _given("X-APPLE-CALENDAR-COLOR", apple_colour)


def _event(item: CalendarItem, words: Wording, *, invited: bool) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield line("UID", one_line(item.uid))
    yield line("DTSTAMP", _utc(item.changed))
    yield line("CREATED", _utc(item.created))
    yield line("LAST-MODIFIED", _utc(item.changed))
    yield line("SEQUENCE", str(item.sequence))
    yield _time("DTSTART", item.starts, item.zone)
    yield _time("DTEND", item.ends, item.zone)
    yield line("STATUS", item.status.upper())
    yield line("TRANSP", "OPAQUE" if item.busy and not item.cancelled else "TRANSPARENT")
    yield from _what(item, words)
    yield from _who(item, invited=invited)
    if item.alarm_minutes is not None and not item.cancelled:
        yield from _alarm(item.alarm_minutes, item.title)
    yield "END:VEVENT"


def _what(item: CalendarItem, words: Wording) -> Iterator[str]:
    join = uri(item.join_url, CALL_SCHEMES)
    yield line("SUMMARY", one_line(f"{words.cancelled} {item.title}" if item.cancelled else item.title))
    yield from _given("DESCRIPTION", paragraphs(_description(item, words, join)))
    yield from _given("LOCATION", one_line(item.location))
    if item.geo:
        yield line("GEO", f"{item.geo[0]:.6f};{item.geo[1]:.6f}")
    yield from _given("URL", uri(item.url))
    yield from _given("CATEGORIES", text_list(item.categories))
    yield from _given("COLOR", colours.nearest_name(item.colour))
    yield from _given("IMAGE", uri(item.image), {"VALUE": "URI", "DISPLAY": "BADGE"})
    conference = {"VALUE": "URI", "FEATURE": "AUDIO,VIDEO", "LABEL": parameter(words.join)}
    yield from _given("CONFERENCE", join, conference)


def _description(item: CalendarItem, words: Wording, join: str) -> str:
    # Google, Outlook and Apple do not read CONFERENCE, so the link is told in words too.
    told = f"{words.join}\n{join}" if join and join not in item.description else ""
    return "\n\n".join(filter(None, (item.description, told)))


def _who(item: CalendarItem, *, invited: bool) -> Iterator[str]:
    organiser = {"CN": parameter(item.organiser.name)} if item.organiser.name else {}
    yield line("ORGANIZER", mail_address(item.organiser.mail), organiser)
    if invited and item.attendee:  # a PUBLISH must not name anybody (RFC 5546 §3.2.1)
        # Accepted: the person has registered already, and nobody waits for a reply.
        accepted = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
        name = parameter(item.attendee.name or item.attendee.mail)
        yield line("ATTENDEE", mail_address(item.attendee.mail), {"CN": name} | accepted)


def _alarm(minutes: int, title: str) -> Iterator[str]:
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield line("DESCRIPTION", one_line(title))
    yield line("TRIGGER", f"-PT{minutes}M" if minutes > 0 else "PT0M")
    yield "END:VALARM"


def _given(name: str, value: str, parameters: Mapping[str, str] | None = None) -> Iterator[str]:
    if value:
        yield line(name, value, parameters)


def _time(name: str, when: dt.datetime | dt.date, zone: str) -> str:
    """A date, a local time with its zone, or UTC.

    UTC for a UTC zone, and for the local times that come twice on the night when summer time ends: one of them
    always means the first (RFC 5545 §3.3.5), which the second cannot say and ical.js does not know.
    """
    if not isinstance(when, dt.datetime):
        return line(name, f"{when:%Y%m%d}", {"VALUE": "DATE"})
    if zone in UTC_NAMES:
        return line(name, _utc(when))
    local = when.astimezone(ZoneInfo(zone))
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return line(name, _utc(when))
    return line(name, f"{local:%Y%m%dT%H%M%S}", {"TZID": zone})


def _zones(items: Iterable[CalendarItem]) -> dict[str, tuple[int, int]]:
    """The zones that the items need, each with the years it must be right for."""
    zones: dict[str, tuple[int, int]] = {}
    for item in items:
        if item.all_day or item.zone in UTC_NAMES:
            continue
        first, last = zones.get(item.zone, (item.starts.year, item.ends.year))
        zones[item.zone] = (min(first, item.starts.year), max(last, item.ends.year))
    return {zone: (first - 1, last + 1) for zone, (first, last) in zones.items()}


def _order(item: CalendarItem) -> tuple[str, str]:
    starts = item.starts
    return (_utc(starts) if isinstance(starts, dt.datetime) else f"{starts:%Y%m%d}", item.uid)


def _utc(when: dt.datetime) -> str:
    return f"{when.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
