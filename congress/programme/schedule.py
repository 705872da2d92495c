"""The schedule of the draft as plain values: what editor, list, form and checks read, in a handful of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from congress.events.models import Event, Room
from congress.events.queries import rooms_of
from congress.extensions import db
from congress.programme import queries
from congress.programme.enums import SCHEDULABLE, Participation, SessionState, SlotKind
from congress.programme.models import (
    Availability,
    RoomHours,
    Session,
    Slot,
    Speaker,
    Track,
)

Window = tuple[dt.datetime, dt.datetime]
"""From an instant to another, which is excluded."""

FALLBACK_MINUTES = 30
"""How long a break lasts, and a session whose format does not say it."""

NO_TEXT: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A slot with what is shown of its session."""

    id: int
    version: int
    kind: SlotKind
    title: Mapping[str, str]
    starts_at: dt.datetime
    ends_at: dt.datetime
    room_id: int | None
    session_id: int | None = None
    code: str = ""
    state: SessionState | None = None
    track_id: int | None = None
    participation: Participation | None = None
    capacity: int | None = None
    speaker_ids: tuple[int, ...] = ()

    @property
    def takes_place(self) -> bool:
        """Not so for a session that was rejected, withdrawn or cancelled and kept its slot."""
        return self.state is None or self.state in SCHEDULABLE


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The draft's slots, of all days or of a window of time, by time; and what they refer to."""

    event: Event
    entries: tuple[Entry, ...]
    rooms: Mapping[int, Room]
    tracks: Mapping[int, Track]
    speakers: Mapping[int, str]
    walking_minutes: int = 0
    hours: Mapping[int, list[Window]] = field(default_factory=dict)
    availabilities: Mapping[int, list[Window]] = field(default_factory=dict)


def schedule_of(event: Event, window: Window | None = None) -> Schedule:
    """All slots of the draft, or those that meet `window`; seven queries."""
    programme = queries.programme_of(event)
    return Schedule(
        event=event,
        entries=_entries(event, window),
        rooms={room.id: room for room in rooms_of(event)},
        tracks={track.id: track for track in queries.tracks_of(event)},
        speakers=speaker_names_of(event),
        walking_minutes=programme.walking_minutes if programme else 0,
        hours=hours_of(event),
        availabilities=_availabilities(event),
    )


def hours_of(event: Event) -> Mapping[int, list[Window]]:
    """The opening hours of rooms, by time."""
    rows = db.session.execute(
        sa.select(RoomHours.room_id, RoomHours.opens_at, RoomHours.closes_at)
        .join(Room, Room.id == RoomHours.room_id)
        .where(Room.event_id == event.id)
        .order_by(RoomHours.opens_at)
    )
    return _windows(rows)


def _availabilities(event: Event) -> Mapping[int, list[Window]]:
    rows = db.session.execute(
        sa.select(Availability.speaker_id, Availability.starts_at, Availability.ends_at)
        .join(Speaker, Speaker.id == Availability.speaker_id)
        .where(Speaker.event_id == event.id)
    )
    return _windows(rows)


def _windows(rows: sa.Result[int, dt.datetime, dt.datetime]) -> Mapping[int, list[Window]]:
    found: defaultdict[int, list[Window]] = defaultdict(list)
    for owner, begin, end in rows:
        found[owner].append((begin, end))
    return found


def speaker_names_of(event: Event) -> Mapping[int, str]:
    """The full names of all speakers."""
    rows = db.session.execute(
        sa.select(Speaker.id, Speaker.given_name, Speaker.family_name).where(Speaker.event_id == event.id)
    )
    return {one.id: f"{one.given_name} {one.family_name}".strip() for one in rows}


def _entries(event: Event, window: Window | None) -> tuple[Entry, ...]:
    columns = (
        *(Slot.id, Slot.version, Slot.kind, Slot.title, Slot.starts_at, Slot.ends_at, Slot.room_id),
        *(Slot.session_id, Session.title.label("session_title"), Session.code, Session.state, Session.track_id),
        *(Session.participation, Session.sign_up_capacity),
    )
    found = (
        sa.select(*columns)
        .outerjoin(Session, Session.id == Slot.session_id)
        .where(Slot.event_id == event.id)
        .order_by(Slot.starts_at, Slot.ends_at, Slot.id)
    )
    if window:
        found = found.where(Slot.starts_at < window[1], Slot.ends_at > window[0])
    speakers = queries.speaker_ids_of(event)
    return tuple(
        Entry(
            id=row.id,
            version=row.version,
            kind=row.kind,
            title=row.session_title or row.title or NO_TEXT,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            room_id=row.room_id,
            session_id=row.session_id,
            code=row.code or "",
            state=row.state,
            track_id=row.track_id,
            participation=row.participation,
            capacity=row.sign_up_capacity,
            speaker_ids=speakers.get(row.session_id, ()),
        )
        for row in db.session.execute(found)
    )
