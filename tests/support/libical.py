"""libical, the engine of GNOME, KDE and many servers, through ctypes: what it reads and what it objects to."""

from __future__ import annotations

import ctypes
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from tests.support.seen import Seen

LIBRARY = "libical.so.3"
POINTER, TEXT, NUMBER = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int


class Time(ctypes.Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = [
        *((name, NUMBER) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")),
        ("zone", POINTER),
    ]


FUNCTIONS = {
    "icalparser_parse_string": (POINTER, [TEXT]),
    "icalcomponent_free": (None, [POINTER]),
    "icalrestriction_check": (NUMBER, [POINTER]),
    "icalcomponent_count_errors": (NUMBER, [POINTER]),
    "icalcomponent_as_ical_string": (TEXT, [POINTER]),
    "icalcomponent_string_to_kind": (NUMBER, [TEXT]),
    "icalcomponent_get_first_component": (POINTER, [POINTER, NUMBER]),
    "icalcomponent_get_next_component": (POINTER, [POINTER, NUMBER]),
    "icalcomponent_get_uid": (TEXT, [POINTER]),
    "icalcomponent_get_sequence": (NUMBER, [POINTER]),
    "icalcomponent_get_status": (NUMBER, [POINTER]),
    "icalproperty_enum_to_string": (TEXT, [NUMBER]),
    "icalcomponent_get_summary": (TEXT, [POINTER]),
    "icalcomponent_get_location": (TEXT, [POINTER]),
    "icalcomponent_get_description": (TEXT, [POINTER]),
    "icalcomponent_get_dtstart": (Time, [POINTER]),
    "icalcomponent_get_dtend": (Time, [POINTER]),
    "icaltime_as_timet_with_zone": (ctypes.c_long, [Time, POINTER]),
}


@cache
def _library() -> Any:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def read_with_libical(raw: bytes) -> list[Seen]:
    """Every event; raises `AssertionError` for a file that libical objects to."""
    with _parsed(raw) as (library, calendar):
        _check(library, calendar)
        return [_seen(library, event) for event in _events(library, calendar)]


@contextmanager
def _parsed(raw: bytes) -> Iterator[tuple[Any, int]]:
    library = _library()
    if library is None:
        pytest.skip(f"there is no {LIBRARY} here: apt-get install libical3")
    calendar = library.icalparser_parse_string(raw)
    assert calendar, "libical cannot parse it"
    try:
        yield library, calendar
    finally:
        library.icalcomponent_free(calendar)


def _check(library: Any, calendar: int) -> None:
    assert library.icalcomponent_count_errors(calendar) == 0, "syntax"
    allowed = library.icalrestriction_check(calendar)
    written = library.icalcomponent_as_ical_string(calendar).decode().replace("\r\n ", "")
    errors = [line for line in written.splitlines() if line.startswith("X-LIC-ERROR")]
    assert (allowed, errors) == (1, []), errors


def _events(library: Any, calendar: int) -> Iterator[int]:
    kind = library.icalcomponent_string_to_kind(b"VEVENT")
    event = library.icalcomponent_get_first_component(calendar, kind)
    while event:
        yield event
        event = library.icalcomponent_get_next_component(calendar, kind)


def _seen(library: Any, event: int) -> Seen:
    def text(name: str) -> str:
        return (getattr(library, f"icalcomponent_get_{name}")(event) or b"").decode()

    def time(name: str) -> dt.date:
        found = getattr(library, f"icalcomponent_get_{name}")(event)
        if found.is_date:
            return dt.date(found.year, found.month, found.day)
        return dt.datetime.fromtimestamp(library.icaltime_as_timet_with_zone(found, found.zone), dt.UTC)

    return Seen(
        uid=text("uid"),
        sequence=library.icalcomponent_get_sequence(event),
        status=library.icalproperty_enum_to_string(library.icalcomponent_get_status(event)).decode(),
        starts=time("dtstart"),
        ends=time("dtend"),
        title=text("summary"),
        location=text("location"),
        description=text("description"),
    )
