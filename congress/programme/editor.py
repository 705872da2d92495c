"""What the schedule editor shows of one day: its slots with their warnings, and the sessions that wait beside it.

Times are told as the clock on the wall of the event shows them, without a zone, so that a grid never shifts, on the
nights when clocks change as little as in a browser elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.languages import translated
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.programme import queries
from congress.programme.conflict_words import Teller, Told
from congress.programme.conflicts import warnings_of
from congress.programme.days import bounds, day_of, days_of, local_of
from congress.programme.enums import BEFORE_RELEASE, SCHEDULABLE, SessionState, SlotKind
from congress.programme.models import Release, Session, SessionFormat, Slot
from congress.programme.schedule import FALLBACK_MINUTES, Entry, Schedule, schedule_of, speaker_names_of
from congress.programme.words import SLOT_KINDS, STATES

REACH = dt.timedelta(hours=3)
"""How far beyond its day a day looks for what is in the way: more than the longest walk."""

MAX_WAITING = 200
NO_ROOM = ""


class ReleaseState(StrEnum):
    """Whether the public sees what the draft holds."""

    NEVER = "never"
    CURRENT = "current"
    CHANGED = "changed"


class WaitingOrder(StrEnum):
    """What the sessions that wait may be sorted by."""

    TITLE = "title"
    LONGEST = "longest"
    TRACK = "track"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A session without a time."""

    code: str
    title: str
    state: SessionState
    minutes: int
    track: str
    colour: str
    speakers: str


@dataclass(frozen=True)
class Day:
    """One day of the draft; everything in the reader's language."""

    day: dt.date
    schedule: Schedule
    release: ReleaseState

    @cached_property
    def entries(self) -> list[Entry]:
        """The slots that begin on this day, and those that reach into it."""
        begin, end = bounds(self.day, self.schedule.event.zone)
        return [one for one in self.schedule.entries if one.starts_at < end and one.ends_at > begin]

    @cached_property
    def warnings(self) -> list[Told]:
        """What is to be said of these slots."""
        shown = {one.id for one in self.entries}
        teller = Teller(self.schedule)
        return [
            teller.tell(one)
            for one in warnings_of(self.schedule.event, schedule=self.schedule)
            if one.kind not in BEFORE_RELEASE and shown.intersection(one.slot_ids)
        ]

    @property
    def needs_column_without_room(self) -> bool:
        """Whether a session of this day has no room, or there are no rooms at all."""
        nowhere = (one for one in self.entries if one.room_id is None and one.kind is SlotKind.SESSION)
        return not self.schedule.rooms or any(nowhere)

    def slots(self) -> list[dict[str, Any]]:
        """The slots as the page's script takes them."""
        said: defaultdict[int, list[str]] = defaultdict(list)
        for told in self.warnings:
            for slot_id in told.warning.slot_ids:
                said[slot_id].append(told.sentence)
        return [slot_values(one, self.schedule, said.get(one.id, ())) for one in self.entries]


def day_of_editor(event: Event, day: dt.date) -> Day:
    """A day with all that its page shows, in eleven queries."""
    begin, end = bounds(day, event.zone)
    return Day(day, schedule_of(event, (begin - REACH, end + REACH)), release_state(event))


def first_day_shown(event: Event) -> dt.date:
    """Today while the event lasts, else its first day."""
    days, today = days_of(event), day_of(clock.now(), event.zone)
    return today if today in days else days[0]


def release_state(event: Event) -> ReleaseState:
    """Whether anything changed since the latest release."""
    latest = db.session.scalar(
        sa.select(Release.draft_version).where(Release.event_id == event.id).order_by(Release.number.desc()).limit(1)
    )
    if latest is None:
        return ReleaseState.NEVER
    programme = queries.programme_of(event)
    return ReleaseState.CURRENT if programme and programme.draft_version == latest else ReleaseState.CHANGED


def slot_values(one: Entry, schedule: Schedule, warnings: Sequence[str] = ()) -> dict[str, Any]:
    """A slot as plain values; `start` and `end` are times on the wall."""
    zone = schedule.event.zone
    start, end = local_of(one.starts_at, zone), local_of(one.ends_at, zone)
    if end <= start:  # across the night when an hour is repeated: shown as long as it lasts
        end = start + (one.ends_at - one.starts_at)
    track, room = schedule.tracks.get(one.track_id or 0), schedule.rooms.get(one.room_id or 0)
    return {
        "id": one.id,
        "version": one.version,
        "kind": one.kind.value,
        "kindLabel": str(SLOT_KINDS[one.kind]),
        "title": translated(one.title) or str(SLOT_KINDS[one.kind]),
        "code": one.code,
        "speakers": ", ".join(schedule.speakers[speaker] for speaker in one.speaker_ids),
        "track": translated(track.name) if track else "",
        "colour": track.colour if track else "",
        "state": one.state.value if one.state else "",
        "stateLabel": str(STATES[one.state]) if one.state else "",
        "room": str(one.room_id or NO_ROOM),
        "roomLabel": translated(room.name) if room else "",
        "start": start.isoformat(timespec="minutes"),
        "end": end.isoformat(timespec="minutes"),
        "warnings": list(warnings),
    }


def values_of(event: Event, slot: Slot) -> dict[str, Any]:
    """One slot as plain values, as it is now."""
    schedule = schedule_of(event, (slot.starts_at, slot.ends_at))
    return next(slot_values(one, schedule) for one in schedule.entries if one.id == slot.id)


def waiting_sessions(event: Event, text: str = "", order: WaitingOrder = WaitingOrder.TITLE) -> list[Waiting]:
    """Accepted and confirmed sessions without a time that match every word of `text`."""
    speakers, names = queries.speaker_ids_of(event), speaker_names_of(event)
    tracks = {track.id: track for track in queries.tracks_of(event)}
    words = search_key(text).split()
    found = []
    for row in db.session.execute(_without_time(event)):
        track = tracks.get(row.track_id)
        one = Waiting(
            code=row.code,
            title=translated(row.title) or row.code,
            state=row.state,
            minutes=row.minutes or FALLBACK_MINUTES,
            track=translated(track.name) if track else "",
            colour=track.colour if track else "",
            speakers=", ".join(names[speaker] for speaker in speakers.get(row.id, ())),
        )
        key = search_key(f"{one.title} {one.speakers} {one.track} {one.code}")
        if all(word in key for word in words):
            found.append(one)
    return sorted(found, key=lambda one: _place(one, order))


def _place(one: Waiting, order: WaitingOrder) -> tuple[Any, ...]:
    title = search_key(one.title), one.code
    match order:
        case WaitingOrder.LONGEST:
            return (-one.minutes, *title)
        case WaitingOrder.TRACK:
            return (not one.track, search_key(one.track), *title)
        case WaitingOrder.TITLE:
            return title


def _without_time(event: Event) -> sa.Select[Any, Any, Any, Any, Any, Any]:
    has_time = sa.exists().where(Slot.session_id == Session.id)
    columns = (Session.id, Session.code, Session.title, Session.state, Session.track_id, SessionFormat.minutes)
    return (
        sa.select(*columns)
        .outerjoin(SessionFormat, SessionFormat.id == Session.format_id)
        .where(Session.event_id == event.id, Session.state.in_(SCHEDULABLE), ~has_time)
    )
