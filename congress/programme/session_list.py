"""The organisers' list of sessions: what it can be searched for, narrowed to and sorted by.

Titles are in two languages inside a JSON column, so searching and sorting happen here, over short rows.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa

from congress.core.languages import translated
from congress.core.pagination import MAX_PAGE, PAGE_SIZE, Page
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SessionState
from congress.programme.models import Session, SessionSpeaker, Slot, Speaker

SEARCH_LENGTH = 200
MAX_WORDS = 8
NUMBER_LENGTH = 9
NOTHING = "none"
"""In an address: sessions without a slot, without a speaker, without a track."""
Choice = TypeVar("Choice", bound=StrEnum)


class Order(StrEnum):
    """What the list may be sorted by."""

    TITLE = "title"
    TIME = "time"
    STATE = "state"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Row:
    """A session as the list shows it; `slots` are the draft's times."""

    id: int
    code: str
    title: Mapping[str, str]
    state: SessionState
    track_id: int | None
    format_id: int | None
    language: str
    changed_at: dt.datetime
    speakers: tuple[str, ...]
    slots: tuple[dt.datetime, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; made from the address of the page, which says it all."""

    q: str = ""
    state: SessionState | None = None
    track: str = ""
    format: str = ""
    language: str = ""
    missing: str = ""
    sort: Order = Order.TITLE
    descending: bool = False

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Read the arguments of an address; what makes no sense is left out."""
        sort = _choice(Order, arguments.get("sort")) or Order.TITLE
        missing = arguments.get("missing", "")
        return cls(
            q=" ".join(arguments.get("q", "").split())[:SEARCH_LENGTH],
            state=_choice(SessionState, arguments.get("state")),
            track=_number(arguments.get("track", "")),
            format=_number(arguments.get("format", "")),
            language=arguments.get("language", "")[:10],
            missing=missing if missing in {"slot", "speaker"} else "",
            sort=sort,
            descending=arguments.get("dir", "asc") == "desc",
        )

    def arguments(self) -> dict[str, str]:
        """The arguments of the address that shows this list; defaults are left out."""
        found = {
            field.name: str(getattr(self, field.name) or "")
            for field in fields(self)
            if field.name not in {"sort", "descending"}
        }
        if (self.sort, self.descending) != (Order.TITLE, False):
            found |= {"sort": self.sort, "dir": "desc" if self.descending else "asc"}
        return {name: value for name, value in found.items() if value}

    def sorted_by(self, key: str, descending: bool) -> Filters:  # noqa: FBT001 (called from a template)
        """The same sessions in another order."""
        return replace(self, sort=Order(key), descending=bool(descending))

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return any(getattr(self, name) for name in ("q", "state", "track", "format", "language", "missing"))


def rows_of(event: Event) -> list[Row]:
    """Every session of an event with the names of its speakers, in three queries."""
    speakers, slots = _speakers(event), _slots(event)
    columns = ("id", "code", "title", "state", "track_id", "format_id", "language", "changed_at")
    found = db.session.execute(
        sa.select(*(getattr(Session, name) for name in columns)).where(Session.event_id == event.id)
    )
    return [Row(**row._mapping, speakers=tuple(speakers[row.id]), slots=tuple(slots[row.id])) for row in found]


def counts_of(rows: Sequence[Row]) -> Counter[SessionState]:
    """How many sessions there are in each state."""
    return Counter(row.state for row in rows)


def page_of(rows: Sequence[Row], filters: Filters, number: int) -> Page[Row]:
    """One page of the sessions that match, in order."""
    found = in_order([row for row in rows if matches(row, filters)], filters)
    number = max(1, min(number, MAX_PAGE, -(-len(found) // PAGE_SIZE) or 1))
    return Page(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, PAGE_SIZE, len(found))


def in_order(rows: Sequence[Row], filters: Filters) -> list[Row]:
    """Sorted; sessions without a time come last when sorted by time."""
    states = list(SessionState)
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    keys: dict[Order, Callable[[Row], Any]] = {
        Order.TITLE: lambda row: search_key(translated(row.title)),
        Order.TIME: lambda row: row.slots[0] if row.slots else never,
        Order.STATE: lambda row: states.index(row.state),
        Order.CHANGED: lambda row: row.changed_at,
    }
    title, key = keys[Order.TITLE], keys[filters.sort]
    return sorted(rows, key=lambda row: (key(row), title(row), row.id), reverse=filters.descending)


def matches(row: Row, filters: Filters) -> bool:
    """Whether a session is one of those wanted."""
    return (
        (filters.state is None or row.state is filters.state)
        and _is(row.track_id, filters.track)
        and _is(row.format_id, filters.format)
        and (not filters.language or row.language == filters.language)
        and (filters.missing != "slot" or not row.slots)
        and (filters.missing != "speaker" or not row.speakers)
        and _has_words(row, filters.q)
    )


def _has_words(row: Row, q: str) -> bool:
    if not q:
        return True
    text = search_key(" ".join([row.code, *row.title.values(), *row.speakers]))
    return all(search_key(word) in text for word in q.split()[:MAX_WORDS])


def _is(value: int | None, wanted: str) -> bool:
    if not wanted:
        return True
    return value is None if wanted == NOTHING else value == int(wanted)


def _speakers(event: Event) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(SessionSpeaker.session_id, Speaker.given_name, Speaker.family_name)
        .join(Speaker, Speaker.id == SessionSpeaker.speaker_id)
        .where(Speaker.event_id == event.id)
        .order_by(SessionSpeaker.session_id, SessionSpeaker.position, SessionSpeaker.speaker_id)
    )
    for session_id, given_name, family_name in rows:
        found[session_id].append(f"{given_name} {family_name}".strip())
    return found


def _slots(event: Event) -> Mapping[int, list[dt.datetime]]:
    found: dict[int, list[dt.datetime]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(Slot.session_id, Slot.starts_at)
        .where(Slot.event_id == event.id, Slot.session_id.is_not(None))
        .order_by(Slot.starts_at, Slot.id)
    )
    for session_id, starts_at in rows:
        found[session_id or 0].append(starts_at)
    return found


def _choice(values: type[Choice], text: str | None) -> Choice | None:
    return values(text) if text in set(values) else None


def _number(text: str) -> str:
    is_number = text.isascii() and text.isdigit() and len(text) <= NUMBER_LENGTH
    return text if is_number or text == NOTHING else ""
