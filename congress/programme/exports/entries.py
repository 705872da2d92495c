"""What all formats tell of a release: days, rooms, and one entry per slot of a session, in one language.

Breaks are left out: programs that read these files expect talks. Private links are not in here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from congress.core.languages import translated
from congress.core.text import slugified
from congress.events.models import Event
from congress.programme.days import bounds, day_of, days_of
from congress.programme.enums import MaterialKind
from congress.programme.snapshot import Programme, Room, Session, Slot, Speaker, Track

MIN_ACRONYM = 4
MAX_SLUG = 60
_UNFIT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the views name what is elsewhere: absolute addresses."""

    programme: str
    session: Callable[[str], str]
    speaker: Callable[[str], str]
    material: Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Link:
    """A link or a file of a session."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One slot of a session; times are local, with their offset. `repeats`: not the first slot of its session."""

    slot: Slot
    session: Session
    starts: dt.datetime
    ends: dt.datetime
    room: str
    title: str
    subtitle: str
    abstract: str
    kind: str
    track: str
    slug: str
    url: str
    speakers: list[Speaker]
    links: list[Link]
    attachments: list[Link]
    repeats: bool

    @property
    def duration(self) -> str:
        """Hours and minutes, `01:30`."""
        minutes = round((self.slot.ends_at - self.slot.starts_at).total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Day:
    """A programme day with its entries by room; `rooms` holds all rooms, in their order."""

    index: int
    date: dt.date
    starts: dt.datetime
    ends: dt.datetime
    rooms: Mapping[str, list[Entry]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A whole release in one language."""

    event: Event
    programme: Programme
    language: str
    addresses: Addresses
    acronym: str
    title: str
    days: list[Day]

    @property
    def rooms(self) -> list[tuple[Room, str]]:
        """The rooms with their names."""
        return [(room, room_name(room, self.language)) for room in self.programme.rooms]

    @property
    def tracks(self) -> list[tuple[Track, str, str]]:
        """The tracks with their names, and names for addresses."""
        named = [(track, self.text(track.name)) for track in self.programme.tracks]
        return [(track, name, f"t{track.id}-{slugified(name)}".rstrip("-")) for track, name in named]

    def text(self, text: Mapping[str, str]) -> str:
        """A text in the language of the file."""
        return clean(translated(text, self.language))

    def name_of(self, speaker: Speaker) -> str:
        """A speaker's name."""
        return clean(speaker.full_name)

    @property
    def entries(self) -> list[Entry]:
        """Every entry in the order of time."""
        found = (entry for day in self.days for entries in day.rooms.values() for entry in entries)
        return sorted(found, key=lambda entry: (entry.slot.starts_at, entry.slot.id))


def schedule_of(event: Event, programme: Programme, language: str, addresses: Addresses) -> Schedule:
    """The release as these formats tell it."""
    acronym = _acronym(event)
    entries = _Entries(event, programme, language, addresses, acronym)
    by_day: dict[dt.date, list[Slot]] = defaultdict(list)
    for slot in programme.live_slots:
        if slot.session_id is not None:
            by_day[day_of(slot.starts_at, event.zone)].append(slot)
    days = sorted({*days_of(event), *by_day})
    return Schedule(
        event,
        programme,
        language,
        addresses,
        acronym,
        clean(translated(event.name, language)),
        [entries.day(index, day, by_day[day]) for index, day in enumerate(days, start=1)],
    )


def clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _UNFIT_FOR_XML.sub("", text)


def room_name(room: Room, language: str) -> str:
    """What a room is called; its number when it has no name."""
    return clean(translated(room.name, language)) or str(room.id)


class _Entries:
    """Makes the entries of one release."""

    def __init__(self, event: Event, programme: Programme, language: str, addresses: Addresses, acronym: str) -> None:
        self._programme, self._language, self._addresses, self._acronym = programme, language, addresses, acronym
        self._zone, self._zone_name = ZoneInfo(event.zone), event.zone
        self._rooms = {room.id: room_name(room, language) for room in programme.rooms}
        self._tracks = {track.id: clean(translated(track.name, language)) for track in programme.tracks}
        self._first = {slots[0].guid for slots in programme.slots_by_session.values()}

    def day(self, index: int, date: dt.date, slots: list[Slot]) -> Day:
        """A day with all rooms, also the empty ones."""
        starts, ends = (moment.astimezone(self._zone) for moment in bounds(date, self._zone_name))
        rooms: dict[str, list[Entry]] = {name: [] for name in self._rooms.values()}
        for slot in slots:
            rooms.setdefault(self._place(slot), []).append(self._entry(slot))
        return Day(index, date, starts, ends, rooms)

    def _entry(self, slot: Slot) -> Entry:
        session = self._programme.session_by_id[slot.session_id or 0]
        title = self._text(session.title)
        repeats = slot.guid not in self._first
        name = slugified(title)[:MAX_SLUG].strip("-") or "session"
        ending = f"-{slot.id}" if repeats else ""
        return Entry(
            slot=slot,
            session=session,
            starts=slot.starts_at.astimezone(self._zone),
            ends=slot.ends_at.astimezone(self._zone),
            room=self._place(slot),
            title=title,
            subtitle=self._text(session.subtitle),
            abstract=self._text(session.abstract),
            kind=self._text(session.format) or "other",
            track=self._tracks.get(session.track_id or 0, ""),
            slug=f"{self._acronym}-{session.code.lower()}-{name}{ending}",
            url=self._addresses.session(session.code),
            speakers=self._programme.speakers_of(session),
            links=[Link(one.url, clean(one.label)) for one in session.materials if one.url],
            attachments=[
                Link(self._addresses.material(session.code, one.id), clean(one.label))
                for one in session.materials
                if one.kind is MaterialKind.FILE
            ],
            repeats=repeats,
        )

    def _place(self, slot: Slot) -> str:
        return self._rooms.get(slot.room_id or 0, "")

    def _text(self, text: Mapping[str, str]) -> str:
        return clean(translated(text, self._language))


def _acronym(event: Event) -> str:
    """The event's address in the letters that the format allows."""
    made = re.sub("[^a-z0-9]+", "_", event.slug.lower()).strip("_")
    return made if len(made) >= MIN_ACRONYM else f"event_{made}"
