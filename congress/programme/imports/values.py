"""What a file says, checked and in plain values, before anything is looked up in the draft."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.programme.enums import Level, Participation
from congress.programme.errors import ScheduleRefused

MAX_ENTRIES = 5_000


def check_number(entries: int) -> None:
    """`ScheduleRefused` for more entries than are read, good ones and bad ones: each of them costs time."""
    if entries > MAX_ENTRIES:
        raise ScheduleRefused(_l("The file has more than 5,000 entries."))


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong and where: a row of the table, or an entry of the file."""

    row: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Person:
    """A speaker as the file names one."""

    name: str
    guid: str | None = None
    email: str | None = None
    biography: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that belongs to a session."""

    url: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row: a session, with at most one time. None means that the file says nothing of it.

    `group` is what rows of one session have in common. Texts are {"fr", "en"}, as far as the file gives them.
    """

    row: str
    group: str
    guid: str | None
    code: str | None
    title: dict[str, str]
    subtitle: dict[str, str] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    format: str | None = None
    track: str | None = None
    language: str | None = None
    level: Level | None = None
    participation: Participation | None = None
    is_recorded: bool | None = None
    room: str | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    people: tuple[Person, ...] | None = None
    links: tuple[Link, ...] = ()


@dataclass(slots=True)
class Contents:
    """A whole file. `rooms`: name to (guid, capacity); `tracks`: name to colour."""

    entries: list[Entry] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    rooms: dict[str, tuple[str | None, int | None]] = field(default_factory=dict)
    tracks: dict[str, str | None] = field(default_factory=dict)
    guids: set[str] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """One entry more; an identity that came before is a `ValueError`."""
        if entry.guid is not None and entry.guid in self.guids:
            raise ValueError(_("The same GUID is in the file twice."))
        if entry.guid is not None:
            self.guids.add(entry.guid)
        self.entries.append(entry)

    def refuse(self, row: str, sentence: str) -> None:
        """One error more."""
        self.errors.append(RowError(row, sentence))
