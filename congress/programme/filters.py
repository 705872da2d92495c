"""What a visitor looks for in the public programme: a track, a room, a language, a way to take part, words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from congress.core.text import search_key
from congress.programme.enums import Participation
from congress.programme.snapshot import Programme, Room, Track
from congress.programme.timetable import Entry

T = TypeVar("T")
TEXT_LENGTH = 100
MOST_WORDS = 8
FOLLOWED = {
    Participation.ON_SITE: frozenset({Participation.ON_SITE, Participation.BOTH}),
    Participation.ONLINE: frozenset({Participation.ONLINE, Participation.BOTH}),
}
"""Which sessions somebody can follow who is on site, or online."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from: only what some session has."""

    tracks: list[Track]
    rooms: list[Room]
    languages: list[str]
    participations: list[Participation]


@dataclass(frozen=True, slots=True)
class Filter:
    """All of it at once; what is None or empty does not matter."""

    text: str = ""
    track_id: int | None = None
    room_id: int | None = None
    language: str | None = None
    participation: Participation | None = None

    @property
    def query(self) -> dict[str, str]:
        """The same in the words of an address; empty when everything is wanted."""
        said = {
            "q": self.text,
            "track": self.track_id,
            "room": self.room_id,
            "language": self.language,
            "participation": self.participation,
        }
        return {name: str(value) for name, value in said.items() if value}

    def keep(self, programme: Programme, entries: Iterable[Entry]) -> list[Entry]:
        """The sessions that are wanted. Breaks are not: nobody looks for them."""
        words = search_key(self.text).split()[:MOST_WORDS]
        return [entry for entry in entries if self._is_wanted(entry) and _holds(programme, entry, words)]

    def _is_wanted(self, entry: Entry) -> bool:
        session = entry.session
        return (
            session is not None
            and self.track_id in {None, session.track_id}
            and self.room_id in {None, entry.slot.room_id}
            and self.language in {None, session.language}
            and (self.participation is None or session.participation in FOLLOWED[self.participation])
        )


def choices_of(programme: Programme) -> Choices:
    """What the sessions of a programme have."""
    sessions = programme.live_sessions
    tracks = {session.track_id for session in sessions}
    rooms = {slot.room_id for slot in programme.live_slots if slot.session_id is not None}
    ways = {session.participation for session in sessions}
    return Choices(
        [track for track in programme.tracks if track.id in tracks],
        [room for room in programme.rooms if room.id in rooms],
        sorted({session.language for session in sessions}),
        list(FOLLOWED) if len(ways) > 1 else [],
    )


def read_filter(values: Mapping[str, str], programme: Programme) -> Filter:
    """What an address asks for. What this programme does not have is left out: nothing would be found."""
    choices = choices_of(programme)
    return Filter(
        " ".join(values.get("q", "")[:TEXT_LENGTH].split()),
        _one_of(values.get("track"), [track.id for track in choices.tracks]),
        _one_of(values.get("room"), [room.id for room in choices.rooms]),
        _one_of(values.get("language"), choices.languages),
        _one_of(values.get("participation"), choices.participations),
    )


def _one_of(said: str | None, known: Iterable[T]) -> T | None:
    return next((one for one in known if str(one) == said), None)


def _holds(programme: Programme, entry: Entry, words: Iterable[str]) -> bool:
    return all(word in programme.search_keys[entry.slot.session_id or 0] for word in words)
