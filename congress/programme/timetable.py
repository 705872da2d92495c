"""A released programme in the order of time: its days, what happens on them, and what else happens meanwhile."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from congress.events.models import Event
from congress.programme.days import day_of, days_of
from congress.programme.snapshot import Programme, Room, Session, Slot, Speaker, Texts, Track


@dataclass(frozen=True, slots=True)
class Entry:
    """A slot with all that is shown of it; without a session it is a break."""

    slot: Slot
    session: Session | None
    room: Room | None
    track: Track | None
    speakers: Sequence[Speaker]

    @property
    def title(self) -> Texts:
        """What the session is called, or the break."""
        return self.session.title if self.session else self.slot.title

    @property
    def is_for_all(self) -> bool:
        """A break without a room concerns every room."""
        return self.session is None and self.room is None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a session, what runs in parallel, and what comes before and after it in its room on that day."""

    entry: Entry
    parallel: Sequence[Entry]
    before: Entry | None
    after: Entry | None


def entry_of(programme: Programme, slot: Slot) -> Entry:
    """A slot of this programme with its session, room, track and speakers."""
    session = programme.session_by_id.get(slot.session_id or 0)
    return Entry(
        slot,
        session,
        programme.room_by_id.get(slot.room_id or 0),
        programme.track_by_id.get(session.track_id or 0) if session else None,
        programme.speakers_of(session) if session else (),
    )


def days_in_use(programme: Programme, zone: str) -> list[dt.date]:
    """The days on which something happens, first to last."""
    return sorted({day_of(slot.starts_at, zone) for slot in programme.live_slots})


def has_day(event: Event, programme: Programme, day: dt.date) -> bool:
    """Whether there is a page for this day: something happens, or it is a day of the event."""
    return day in days_of(event) or day in days_in_use(programme, event.zone)


def current_day(event: Event, programme: Programme, now: dt.datetime) -> dt.date:
    """The day to show first: today while the event lasts, else the first one."""
    days, today = days_in_use(programme, event.zone), day_of(now, event.zone)
    return today if today in days else next(iter(days or days_of(event)))


def entries_of(programme: Programme, day: dt.date, zone: str) -> list[Entry]:
    """What happens on a day, by time, then by the order of rooms."""
    return [entry_of(programme, slot) for slot in programme.live_slots if day_of(slot.starts_at, zone) == day]


def by_start(entries: Iterable[Entry]) -> list[tuple[dt.datetime, list[Entry]]]:
    """Entries in their order, those that begin together taken together."""
    return [(start, list(together)) for start, together in itertools.groupby(entries, lambda one: one.slot.starts_at)]


def by_day(entries: Iterable[Entry], zone: str) -> list[tuple[dt.date, list[Entry]]]:
    """Entries in their order, day by day."""
    return [
        (day, list(together))
        for day, together in itertools.groupby(entries, lambda one: day_of(one.slot.starts_at, zone))
    ]


def occurrences_of(programme: Programme, session: Session, zone: str) -> list[Occurrence]:
    """Every time of a session, first to last."""
    return [_occurrence(programme, slot, zone) for slot in programme.slots_by_session.get(session.id, ())]


def _occurrence(programme: Programme, slot: Slot, zone: str) -> Occurrence:
    others = [one for one in programme.live_slots if one.session_id not in {None, slot.session_id}]
    day = day_of(slot.starts_at, zone)
    same_room = [one for one in others if one.room_id == slot.room_id and day_of(one.starts_at, zone) == day]
    before = [one for one in same_room if one.ends_at <= slot.starts_at]
    after = [one for one in same_room if one.starts_at >= slot.ends_at]
    parallel = [one for one in others if one.starts_at < slot.ends_at and one.ends_at > slot.starts_at]
    return Occurrence(
        entry_of(programme, slot),
        [entry_of(programme, one) for one in parallel],
        entry_of(programme, before[-1]) if before and slot.room_id else None,
        entry_of(programme, after[0]) if after and slot.room_id else None,
    )
