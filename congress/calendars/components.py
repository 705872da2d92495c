"""The components and properties of a calendar file. icalendar escapes, folds and writes them.

Where its defaults would mislead a reader they are corrected here, each with its reason: a calendar made by
`Calendar.new()` has a random UID, so two builds would differ and vdirsyncer would keep one event only of a feed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from icalendar import (
    Alarm,
    Calendar,
    Component,
    Event,
    vCalAddress,
    vCategory,
    vDDDTypes,
    vDuration,
    vInt,
    vText,
    vUri,
)

from congress.calendars import colours
from congress.calendars.cleaning import CALL_SCHEMES, mail_address, one_line, paragraphs, uri
from congress.calendars.items import CalendarDetails, CalendarItem, Method, Party, Wording
from congress.calendars.vtimezone import vtimezone

PRODUCT = "-//Congress//Calendars 1.0//EN"
LONGEST = 75
CONTINUED, CONTINUED_MASK = 0b10000000, 0b11000000
"""How the second and later octets of a character begin in UTF-8."""

ESCAPES = b"\\^"
NAMELESS = "-"
"""What has no title: libical refuses a file with an empty one."""

SMALLEST_DEGREES = 0.0001
"""A smaller float is written with an exponent, which GEO does not know; it is 11 metres."""


class Text(vText):
    r"""A TEXT in which `\N` stays what it is, as in `C:\NEW`: icalendar 7.3 takes it for a line break."""

    def to_ical(self) -> bytes:
        """The octets, escaped."""
        if r"\N" not in self:
            return super().to_ical()
        return rb"\\N".join(vText(part).to_ical() for part in self.split(r"\N"))


def calendar(
    method: Method, items: Sequence[CalendarItem], words: Wording, details: CalendarDetails | None = None
) -> Calendar:
    """The calendar with its zones and events; a feed has details, the file of a mail has none."""
    built = Calendar()
    built.add("version", "2.0")
    built.add("prodid", PRODUCT)
    built.add("calscale", "GREGORIAN")
    built.add("method", method)  # in a feed too: Outlook opens the file as a message without it
    if details:
        _describe(built, details)
    events = [_event(item, words, invited=method != "PUBLISH") for item in sorted(items, key=_order)]
    built.subcomponents = [*_zones(events), *events]
    return built


def written(built: Calendar) -> bytes:
    """The octets of the file.

    Folded here: icalendar looks at every character alone, which is a fifth of the time of a large feed.
    """
    lines = built.content_lines(sorted=False)
    return b"\r\n".join(map(_folded, lines))


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets; no character and, if possible, no escape is cut (RFC 5545 §3.1)."""
    octets = line.encode()
    pieces, start, room = [], 0, LONGEST
    while len(octets) - start > room:
        cut = start + room
        while octets[cut] & CONTINUED_MASK == CONTINUED:
            cut -= 1
        while octets[cut - 1] in ESCAPES and cut - start > room // 2:
            cut -= 1
        pieces.append(octets[start:cut])
        start, room = cut, LONGEST - 1
    return b"\r\n ".join([*pieces, octets[start:]])


def _describe(built: Calendar, details: CalendarDetails) -> None:
    name, description = one_line(details.name), paragraphs(details.description)
    refresh = dt.timedelta(hours=max(1, details.refresh_hours))
    built.add("name", Text(name))
    built.add("x-wr-calname", Text(name))
    _add_text(built, "description", description)
    _add_text(built, "x-wr-caldesc", description)
    built.add("x-wr-timezone", Text(one_line(details.zone)))
    built.add("last-modified", details.changed)
    _add_uri(built, "url", uri(details.url))
    # Neither has a default type (RFC 7986 §5.7, §5.8): without VALUE= they are text to a strict reader.
    _add_uri(built, "source", uri(details.source), {"VALUE": "URI"})
    built.add("refresh-interval", vDuration(refresh, params={"VALUE": "DURATION"}))
    built.add("x-published-ttl", vDuration(refresh))
    _add_text(built, "color", colours.nearest_name(details.colour))
    _add_uri(built, "image", uri(details.image), {"VALUE": "URI", "DISPLAY": "BADGE"})
    _add_text(built, "x-apple-calendar-color", colours.hexadecimal(details.colour))


def _event(item: CalendarItem, words: Wording, *, invited: bool) -> Event:
    event = Event()
    changed = vDDDTypes(item.changed.astimezone(dt.UTC))
    # Set and not added: `add` looks for the type of each value, which costs a large feed a third of its time.
    event["uid"] = Text(one_line(item.uid))
    event["dtstamp"] = changed
    event["created"] = vDDDTypes(item.created.astimezone(dt.UTC))
    event["last-modified"] = changed
    event["sequence"] = vInt(item.sequence)
    event["dtstart"] = vDDDTypes(_time(item.starts, item.zone))
    event["dtend"] = vDDDTypes(_time(item.ends, item.zone))
    event["status"] = vText(item.status.upper())
    event["transp"] = vText("OPAQUE" if item.busy and not item.cancelled else "TRANSPARENT")
    _say_what(event, item, words)
    _say_who(event, item, invited=invited)
    if item.alarm_minutes is not None and not item.cancelled:
        event.add_component(_alarm(item.alarm_minutes, item.title))
    return event


def _say_what(event: Event, item: CalendarItem, words: Wording) -> None:
    join = uri(item.join_url, CALL_SCHEMES)
    title = one_line(f"{words.cancelled} {item.title}" if item.cancelled else item.title)
    event["summary"] = Text(title or NAMELESS)
    _add_text(event, "description", paragraphs(_description(item, words, join)))
    _add_text(event, "location", one_line(item.location))
    if item.geo:
        event.add("geo", (_degrees(item.geo[0]), _degrees(item.geo[1])))
    _add_uri(event, "url", uri(item.url))
    _add_categories(event, item.categories)
    _add_text(event, "color", colours.nearest_name(item.colour))
    _add_uri(event, "image", uri(item.image), {"VALUE": "URI", "DISPLAY": "BADGE"})
    # Not icalendar's Conference: it quotes the features, so that they are one feature with a comma in its name.
    conference = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"], "LABEL": one_line(words.join)}
    _add_uri(event, "conference", join, conference)


def _description(item: CalendarItem, words: Wording, join: str) -> str:
    # Google, Outlook and Apple do not read CONFERENCE, so the link is told in words too.
    told = f"{words.join}\n{join}" if join and join not in item.description else ""
    return "\n\n".join(filter(None, (item.description, told)))


def _say_who(event: Event, item: CalendarItem, *, invited: bool) -> None:
    event["organizer"] = _address(item.organiser)
    if invited and item.attendee:  # a PUBLISH must not name anybody (RFC 5546 §3.2.1)
        # Accepted: the person has registered already, and nobody waits for a reply.
        accepted = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
        event.add("attendee", _address(item.attendee, accepted))


def _address(party: Party, parameters: Mapping[str, str] | None = None) -> vCalAddress:
    name = one_line(party.name)
    named = {"CN": name} if name else {}
    return vCalAddress(mail_address(party.mail), params={**named, **(parameters or {})})


def _alarm(minutes: int, title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", Text(one_line(title) or NAMELESS))
    alarm.add("trigger", -dt.timedelta(minutes=max(0, minutes)))
    return alarm


def _add_text(component: Component, name: str, value: str) -> None:
    if value:
        component[name] = Text(value)


def _add_uri(component: Component, name: str, value: str, parameters: Mapping[str, object] | None = None) -> None:
    if value:
        component[name] = vUri(value, params=dict(parameters or {}))


def _add_categories(event: Event, values: Iterable[str]) -> None:
    categories = vCategory([])
    categories.cats = [Text(value) for value in map(one_line, values) if value]
    if categories.cats:
        event["categories"] = categories


def _degrees(value: float) -> float:
    return round(value, 6) if abs(value) >= SMALLEST_DEGREES else 0.0


def _time(when: dt.datetime | dt.date, zone: str) -> dt.datetime | dt.date:
    """A date, a local time with its zone, or UTC.

    UTC for the local times that come twice on the night when summer time ends: one of them always means the first
    (RFC 5545 §3.3.5), which the second cannot say and ical.js does not know.
    """
    if not isinstance(when, dt.datetime):
        return when
    local = when.astimezone(ZoneInfo(zone))
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return when.astimezone(dt.UTC) if twice else local


def _zones(events: Iterable[Event]) -> list[Component]:
    """The zones that the events name, each right for their years and one more on both sides.

    Ours and not icalendar's: that lists changes as RDATE, and Outlook and ical.js then show summer an hour off.
    """
    years: dict[str, set[int]] = {}
    for event in events:
        for time in (event.get("DTSTART"), event.get("DTEND")):
            if time.params.tzid:
                years.setdefault(time.params.tzid, set()).add(time.dt.year)
    return [vtimezone(tzid, min(seen) - 1, max(seen) + 1) for tzid, seen in sorted(years.items())]


def _order(item: CalendarItem) -> tuple[str, str]:
    starts = item.starts
    when = f"{starts.astimezone(dt.UTC):%Y%m%dT%H%M%S}" if isinstance(starts, dt.datetime) else f"{starts:%Y%m%d}"
    return when, item.uid
