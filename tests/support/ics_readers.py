"""Programs that read calendar files, none of them ours, and a look at the octets themselves.

Each reader answers with the same small record, so that a test compares what people would see. `own_zone_names`
takes away the names that readers know by heart: then only the VTIMEZONE in the file can tell them the offset.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.libical import read_with_libical
from tests.support.node_readers import read_with_ical_js, read_with_node_ical
from tests.support.seen import Seen

CONTENT_LINE = re.compile(r'([A-Z][A-Z0-9-]*)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)')


def unfolded(raw: bytes) -> list[str]:
    """The content lines, after the checks of RFC 5545 §3.1 on every octet."""
    assert raw.endswith(b"\r\n")
    physical = raw.split(b"\r\n")[:-1]
    for octets in physical:
        assert len(octets) <= 75, f"{len(octets)} octets"
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", octets), "a control character"
        octets.decode()  # a cut character would raise
    lines = raw.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert all(CONTENT_LINE.fullmatch(line) for line in lines), lines
    return lines


def names(raw: bytes) -> list[str]:
    """The property names in the order of the file."""
    return [re.split("[;:]", line, maxsplit=1)[0] for line in unfolded(raw)]


def values(raw: bytes, name: str) -> list[str]:
    """What stands after `NAME`, with its parameters, for every line of that name."""
    return [line[len(name) :] for line in unfolded(raw) if re.match(rf"{name}[;:]", line)]


def own_zone_names(raw: bytes) -> bytes:
    """The same file with zone names that no database knows, new for every content of the zone."""
    for block in re.findall(rb"BEGIN:VTIMEZONE.*?END:VTIMEZONE", raw, re.DOTALL):
        name = re.search(rb"TZID:(\S+)", block)[1]
        made_up = b"Test/" + hashlib.sha256(block).hexdigest()[:12].encode()
        raw = re.sub(rb"(TZID[:=])" + re.escape(name) + rb"(?=[:\r])", rb"\1" + made_up, raw)
    return raw


def offset_by_rules(vtimezone: list[str] | tuple[str, ...]) -> Callable[[int], int]:
    """The offset that RFC 5545 §3.6.5 gives at a POSIX time, from 1970 to 2040: that of the latest onset before."""
    from dateutil.rrule import rrulestr

    onsets: list[tuple[int, int]] = []
    for block in re.findall(r"BEGIN:(?:STANDARD|DAYLIGHT)\n(.*?)\nEND:", "\n".join(vtimezone), re.DOTALL):
        of = dict(line.split(":", 1) for line in block.split("\n"))
        start = dt.datetime.strptime(of["DTSTART"], "%Y%m%dT%H%M%S")
        times = [start]
        if "RRULE" in of:
            times = rrulestr(of["RRULE"], dtstart=start).between(start, dt.datetime(2040, 1, 1), inc=True)
            assert times[0] == start, "DTSTART is an onset of its own rule"
        onsets += [
            (int(when.replace(tzinfo=dt.UTC).timestamp()) - _seconds(of["TZOFFSETFROM"]), _seconds(of["TZOFFSETTO"]))
            for when in times
        ]
    onsets.sort()
    return lambda stamp: onsets[bisect_right(onsets, (stamp, 10**6)) - 1][1]


def _seconds(written: str) -> int:
    sign = -1 if written[0] == "-" else 1
    return sign * (int(written[1:3]) * 3600 + int(written[3:5]) * 60 + int(written[5:] or 0))


def _utc(when: dt.date) -> dt.date:
    if not isinstance(when, dt.datetime):
        return when
    assert when.tzinfo, "a floating time"
    return when.astimezone(dt.UTC)


def read_with_icalendar(raw: bytes) -> list[Seen]:
    import icalendar

    calendar = icalendar.Calendar.from_ical(raw)
    assert not [error for component in calendar.walk() for error in component.errors]
    return [
        Seen(
            uid=str(event["UID"]),
            sequence=int(event["SEQUENCE"]),
            status=str(event["STATUS"]),
            starts=_utc(event["DTSTART"].dt),
            ends=_utc(event["DTEND"].dt),
            title=str(event["SUMMARY"]),
            location=str(event.get("LOCATION", "")),
            description=str(event.get("DESCRIPTION", "")),
        )
        for event in calendar.walk("VEVENT")
    ]


def read_with_vobject(raw: bytes) -> list[Seen]:
    import vobject

    calendar = vobject.readOne(raw.decode())
    calendar.validate(raiseException=True)

    def value(event: Any, name: str) -> Any:
        return event.contents[name][0].value if name in event.contents else ""

    return [
        Seen(
            uid=value(event, "uid"),
            sequence=int(value(event, "sequence")),
            status=value(event, "status"),
            starts=_utc(value(event, "dtstart")),
            ends=_utc(value(event, "dtend")),
            title=value(event, "summary"),
            location=value(event, "location"),
            description=value(event, "description"),
        )
        for event in calendar.contents.get("vevent", [])
    ]


READERS = {
    "icalendar": read_with_icalendar,
    "vobject": read_with_vobject,
    "libical": read_with_libical,
    "ical.js": read_with_ical_js,
    "node-ical": read_with_node_ical,
}

# node-ical looks zones up by their name, and reads an escaped backslash before an n as a line break.
WHOLE_READERS = {name: read for name, read in READERS.items() if name != "node-ical"}

every_reader = [pytest.param(read, id=name) for name, read in READERS.items()]
whole_readers = [pytest.param(read, id=name) for name, read in WHOLE_READERS.items()]
