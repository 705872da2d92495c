"""A released programme as plain values: what a release stores, and what every public page, feed and export reads.

Nothing here knows the database. `join_url` is private: it is for the personal calendar and agenda of those who
registered, and for nothing else. Texts are {"fr": ..., "en": ...}; instants are aware UTC.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from congress.core.text import search_key
from congress.programme.enums import Level, MaterialKind, Participation, SlotKind

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room as it was called at the release."""

    id: int
    guid: str
    name: Texts
    capacity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A track with its colour, `#rrggbb`."""

    id: int
    name: Texts
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """What the public reads of a speaker; no address. `photo` is the name of a file, see `SpeakerPhoto`."""

    id: int
    guid: str
    code: str
    given_name: str
    family_name: str
    organisation: str
    job_title: str
    biography: Texts
    photo: str | None

    @property
    def full_name(self) -> str:
        """Given name, then family name."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A link, or a file of ours by its id."""

    id: int
    kind: MaterialKind
    label: str
    url: str | None
    file_name: str | None
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session. `dropped_at`: it left the programme with that release; its page stays and says so."""

    id: int
    guid: str
    code: str
    title: Texts
    subtitle: Texts
    abstract: Texts
    format: Texts
    track_id: int | None
    language: str
    level: Level
    participation: Participation
    is_recorded: bool
    needs_sign_up: bool
    join_url: str | None
    speaker_ids: tuple[int, ...]
    materials: tuple[Material, ...]
    dropped_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time of a session or of a break. The last four fields are its calendar identity over all releases.

    `sequence` grows with every change of time, place or status; `changed_at` is the last change of anything shown;
    `cancelled_at` says that it no longer takes place, and since when.
    """

    id: int
    guid: str
    kind: SlotKind
    session_id: int | None
    room_id: int | None
    title: Texts
    starts_at: dt.datetime
    ends_at: dt.datetime
    created_at: dt.datetime
    changed_at: dt.datetime
    sequence: int = 0
    cancelled_at: dt.datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether it takes place."""
        return self.cancelled_at is None


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One release of one event's programme. Look-ups are computed once: an instance is never changed."""

    event_id: int
    number: int
    name: str
    released_at: dt.datetime
    rooms: tuple[Room, ...]
    tracks: tuple[Track, ...]
    speakers: tuple[Speaker, ...]
    sessions: tuple[Session, ...]
    slots: tuple[Slot, ...]

    @cached_property
    def live_slots(self) -> tuple[Slot, ...]:
        """What takes place, by time, then by the order of rooms."""
        order = {room.id: place for place, room in enumerate(self.rooms)}
        return tuple(
            sorted(
                (slot for slot in self.slots if slot.is_live),
                key=lambda slot: (slot.starts_at, order.get(slot.room_id or 0, -1), slot.id),
            )
        )

    @cached_property
    def room_by_id(self) -> Mapping[int, Room]:
        """The rooms by id."""
        return {room.id: room for room in self.rooms}

    @cached_property
    def track_by_id(self) -> Mapping[int, Track]:
        """The tracks by id."""
        return {track.id: track for track in self.tracks}

    @cached_property
    def speaker_by_id(self) -> Mapping[int, Speaker]:
        """The speakers by id."""
        return {speaker.id: speaker for speaker in self.speakers}

    @cached_property
    def speaker_by_code(self) -> Mapping[str, Speaker]:
        """The speakers by the code in their address."""
        return {speaker.code: speaker for speaker in self.speakers}

    @cached_property
    def session_by_id(self) -> Mapping[int, Session]:
        """The sessions by id, those that left the programme included."""
        return {session.id: session for session in self.sessions}

    @cached_property
    def session_by_code(self) -> Mapping[str, Session]:
        """The sessions by the code in their address, those that left the programme included."""
        return {session.code: session for session in self.sessions}

    @cached_property
    def slots_by_session(self) -> Mapping[int, tuple[Slot, ...]]:
        """The live slots of each session, by time."""
        found: dict[int, list[Slot]] = {}
        for slot in self.live_slots:
            if slot.session_id is not None:
                found.setdefault(slot.session_id, []).append(slot)
        return {session_id: tuple(slots) for session_id, slots in found.items()}

    @cached_property
    def search_keys(self) -> Mapping[int, str]:
        """What is searched of each session: titles, abstract and speakers in every language, without accents."""
        found = {}
        for session in self.sessions:
            texts = (text for one in (session.title, session.subtitle, session.abstract) for text in one.values())
            people = (f"{one.full_name} {one.organisation}" for one in self.speakers_of(session))
            found[session.id] = search_key("\n".join((*texts, *people)))
        return found

    @cached_property
    def live_sessions(self) -> tuple[Session, ...]:
        """The sessions that take place."""
        return tuple(session for session in self.sessions if session.dropped_at is None)

    @cached_property
    def live_speakers(self) -> tuple[Speaker, ...]:
        """Those who speak in a session that takes place, by family name."""
        speaking = {speaker_id for session in self.live_sessions for speaker_id in session.speaker_ids}
        found = (speaker for speaker in self.speakers if speaker.id in speaking)
        return tuple(sorted(found, key=lambda one: (search_key(one.family_name), search_key(one.given_name), one.id)))

    def speakers_of(self, session: Session) -> list[Speaker]:
        """The speakers of a session in their order."""
        return [self.speaker_by_id[one] for one in session.speaker_ids if one in self.speaker_by_id]

    def sessions_of(self, speaker: Speaker) -> list[Session]:
        """The live sessions of a speaker."""
        return [session for session in self.live_sessions if speaker.id in session.speaker_ids]


def to_json(programme: Programme) -> dict[str, Any]:
    """The values that a JSON column holds."""
    document = {field.name: getattr(programme, field.name) for field in dataclasses.fields(programme)}
    plain: dict[str, Any] = _plain(document)
    return plain


def from_json(document: Mapping[str, Any]) -> Programme:
    """Read what `to_json` wrote."""
    return Programme(
        event_id=document["event_id"],
        number=document["number"],
        name=document["name"],
        released_at=dt.datetime.fromisoformat(document["released_at"]),
        rooms=tuple(Room(**one) for one in document["rooms"]),
        tracks=tuple(Track(**one) for one in document["tracks"]),
        speakers=tuple(Speaker(**one) for one in document["speakers"]),
        sessions=tuple(map(_session, document["sessions"])),
        slots=tuple(map(_slot, document["slots"])),
    )


def _session(values: Mapping[str, Any]) -> Session:
    return Session(
        **{
            **values,
            "level": Level(values["level"]),
            "participation": Participation(values["participation"]),
            "speaker_ids": tuple(values["speaker_ids"]),
            "materials": tuple(Material(**{**one, "kind": MaterialKind(one["kind"])}) for one in values["materials"]),
            "dropped_at": _instant(values["dropped_at"]),
        }
    )


def _slot(values: Mapping[str, Any]) -> Slot:
    instants = ("starts_at", "ends_at", "created_at", "changed_at", "cancelled_at")
    return Slot(
        **{
            **values,
            "kind": SlotKind(values["kind"]),
            **{name: _instant(values[name]) for name in instants},
        }
    )


def _instant(written: str | None) -> Any:
    return None if written is None else dt.datetime.fromisoformat(written)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value
