"""The organisers' list of every slot, also of those that no grid shows: outside the event's days, without a room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from congress.core.languages import translated
from congress.core.pagination import MAX_PAGE, PAGE_SIZE, Page
from congress.core.text import search_key
from congress.programme.conflict_words import Told
from congress.programme.days import day_of, days_of
from congress.programme.enums import SlotKind
from congress.programme.schedule import Entry, Schedule

SEARCH_LENGTH = 200
OUTSIDE = "outside"
"""In an address: the slots that are on none of the event's days."""

NOWHERE = "none"
"""In an address: the slots without a room."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; made from the address of the page."""

    q: str = ""
    day: str = ""
    room: str = ""
    kind: str = ""
    warned: bool = False

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Read the arguments of an address; what makes no sense is left out."""
        kind = arguments.get("kind", "")
        return cls(
            q=" ".join(arguments.get("q", "").split())[:SEARCH_LENGTH],
            day=arguments.get("day", "")[:10],
            room=arguments.get("room", "")[:10],
            kind=kind if kind in set(SlotKind) else "",
            warned=bool(arguments.get("warned")),
        )

    def arguments(self) -> dict[str, Any]:
        """The arguments of the address that shows this list."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: "1" if value is True else value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Row:
    """A slot with its day and what it is warned of."""

    entry: Entry
    day: dt.date
    is_outside: bool
    warnings: Sequence[str]


def rows_of(schedule: Schedule, warnings: Sequence[Told]) -> list[Row]:
    """Every slot, by time."""
    said: dict[int, list[str]] = {}
    for told in warnings:
        for slot_id in told.warning.slot_ids:
            said.setdefault(slot_id, []).append(told.sentence)
    days = set(days_of(schedule.event))
    found = []
    for entry in schedule.entries:
        day = day_of(entry.starts_at, schedule.event.zone)
        found.append(Row(entry, day, day not in days, said.get(entry.id, ())))
    return found


def narrowed(rows: Sequence[Row], filters: Filters, schedule: Schedule) -> list[Row]:
    """The rows that match."""
    words = search_key(filters.q).split()
    return [
        row
        for row in rows
        if (not filters.kind or row.entry.kind == filters.kind)
        and (not filters.warned or row.warnings)
        and (not filters.day or filters.day == (OUTSIDE if row.is_outside else row.day.isoformat()))
        and (not filters.room or filters.room == str(row.entry.room_id or NOWHERE))
        and (not words or _matches(row.entry, words, schedule))
    ]


def _matches(entry: Entry, words: Sequence[str], schedule: Schedule) -> bool:
    names = " ".join(schedule.speakers[one] for one in entry.speaker_ids)
    key = search_key(f"{translated(entry.title)} {names} {entry.code}")
    return all(word in key for word in words)


def page_of_rows(rows: Sequence[Row], number: int) -> Page[Row]:
    """One page; a page past the end shows the last one."""
    number = max(1, min(number, MAX_PAGE, -(-len(rows) // PAGE_SIZE) or 1))
    return Page(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, PAGE_SIZE, len(rows))
