"""The schedule of the draft: sessions, breaks and blockers get a time and a place, move, and leave.

Every write takes the programme's row first, so that editors take turns; a slot's `version` says whether what
somebody saw is still so. What a release showed keeps its guid when it comes back: calendars restore the entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.audit.services import apply_changes
from congress.core.errors import Missing
from congress.events.models import Event, Room
from congress.events.queries import rooms_of
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme import releases
from congress.programme.codes import new_guid
from congress.programme.days import bounds, days_of
from congress.programme.enums import SCHEDULABLE, SlotKind
from congress.programme.errors import (
    ChangedMeanwhile,
    EndsBeforeStart,
    NotInSchedule,
    OutsideDay,
    TooLong,
    TooMany,
)
from congress.programme.models import Session, Slot
from congress.programme.schedule import FALLBACK_MINUTES
from congress.programme.services.drafting import draft_changed, lock_programme

MAX_SLOTS = 6_000
LONGEST = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Place:
    """When and where. Without an end: what the session's format lasts, or as long as the slot lasted before."""

    starts_at: dt.datetime
    ends_at: dt.datetime | None
    room_id: int | None


def schedule_session(event: Event, code: str, place: Place) -> Slot:
    """Give a session a time, or one more."""
    lock_programme(event)
    session = _session(event, code)
    minutes = session.format.minutes if session.format else FALLBACK_MINUTES
    slot = Slot(kind=SlotKind.SESSION, session_id=session.id, title={})
    return _add(event, slot, place, dt.timedelta(minutes=minutes))


def add_pause(event: Event, kind: SlotKind, title: Mapping[str, str], place: Place) -> Slot:
    """Add a break, which is public, or a blocker, which never is; without a room it is for all rooms."""
    lock_programme(event)
    slot = Slot(kind=kind, session_id=None, title=dict(title))
    return _add(event, slot, place, dt.timedelta(minutes=FALLBACK_MINUTES))


def move_slot(
    event: Event, slot_id: int, seen_version: int, place: Place, title: Mapping[str, str] | None = None
) -> Slot:
    """Another time, length, room or (of a break or blocker) title; nothing happens when it is all as it was.

    Raises `ChangedMeanwhile` unless `seen_version` is still the slot's.
    """
    lock_programme(event)
    slot = _seen(event, slot_id, seen_version)
    ends_at = place.ends_at or place.starts_at + (slot.ends_at - slot.starts_at)
    _check(event, place.starts_at, ends_at, place.room_id)
    values: dict[str, Any] = {"starts_at": place.starts_at, "ends_at": ends_at, "room_id": place.room_id}
    if title is not None and slot.kind is not SlotKind.SESSION:
        values["title"] = dict(title)
    before, after = apply_changes(slot, values)
    if after:
        slot.version += 1
        note("slot.moved", event, ("slot", slot.id), before, after)
        draft_changed(event)
    return slot


def remove_slot(event: Event, slot_id: int, seen_version: int) -> None:
    """Take a slot out of the schedule; its session waits beside it again."""
    lock_programme(event)
    slot = _seen(event, slot_id, seen_version)
    note("slot.removed", event, ("slot", slot.id), before=_facts(slot))
    db.session.delete(slot)
    draft_changed(event)


def copy_to_all_rooms(event: Event, slot_id: int) -> int:
    """The same break or blocker in every other room; the number of copies. Rooms that have it already are left."""
    lock_programme(event)
    slot = slot_of(event, slot_id)
    if slot.kind is SlotKind.SESSION or slot.room_id is None:
        raise NotInSchedule
    there = set(
        db.session.scalars(
            sa.select(Slot.room_id).where(
                Slot.event_id == event.id,
                Slot.kind == slot.kind,
                Slot.starts_at == slot.starts_at,
                Slot.ends_at == slot.ends_at,
            )
        )
    )
    free = [room.id for room in rooms_of(event) if room.id not in there]
    for room_id in free:
        copy = Slot(kind=slot.kind, session_id=None, title=dict(slot.title))
        _add(event, copy, Place(slot.starts_at, slot.ends_at, room_id), LONGEST)
    return len(free)


def slot_of(event: Event, slot_id: int) -> Slot:
    """A slot of this event as it is now; `Missing` for that of another one."""
    slot = db.session.scalar(
        sa.select(Slot)
        .where(Slot.id == slot_id, Slot.event_id == event.id)
        .options(joinedload(Slot.session))
        .execution_options(populate_existing=True)
    )
    if slot is None:
        raise Missing
    return slot


def _seen(event: Event, slot_id: int, version: int) -> Slot:
    slot = slot_of(event, slot_id)
    if slot.version != version:
        raise ChangedMeanwhile
    return slot


def _session(event: Event, code: str) -> Session:
    session = db.session.scalar(
        sa.select(Session)
        .where(Session.event_id == event.id, Session.code == code)
        .options(joinedload(Session.format))
        .execution_options(populate_existing=True)
    )
    if session is None:
        raise Missing
    if session.state not in SCHEDULABLE:
        raise NotInSchedule
    return session


def _add(event: Event, slot: Slot, place: Place, usual: dt.timedelta) -> Slot:
    ends_at = place.ends_at or place.starts_at + usual
    _check(event, place.starts_at, ends_at, place.room_id)
    if (db.session.scalar(sa.select(sa.func.count()).where(Slot.event_id == event.id)) or 0) >= MAX_SLOTS:
        raise TooMany
    slot.event_id, slot.room_id = event.id, place.room_id
    slot.starts_at, slot.ends_at = place.starts_at, ends_at
    slot.guid = _guid(event, slot)
    db.session.add(slot)
    db.session.flush()
    note("slot.added", event, ("slot", slot.id), after=_facts(slot))
    draft_changed(event)
    return slot


def _guid(event: Event, slot: Slot) -> str:
    """That of a released slot of the same thing which has left the draft, the nearest in time; else a new one."""
    latest = releases.latest(event.id)
    if latest is None or slot.kind is SlotKind.BLOCKER:
        return new_guid()
    same = [
        one
        for one in latest.slots
        if one.kind is slot.kind
        and (one.session_id == slot.session_id if slot.session_id else dict(one.title) == slot.title)
    ]
    guids = [one.guid for one in same]
    in_draft = set(db.session.scalars(sa.select(Slot.guid).where(Slot.event_id == event.id, Slot.guid.in_(guids))))
    free = [one for one in same if one.guid not in in_draft]
    found = min(
        free,
        key=lambda one: (not one.is_live, one.room_id != slot.room_id, abs(one.starts_at - slot.starts_at)),
        default=None,
    )
    return found.guid if found else new_guid()


def _check(event: Event, starts_at: dt.datetime, ends_at: dt.datetime, room_id: int | None) -> None:
    days = days_of(event)
    if ends_at <= starts_at:
        raise EndsBeforeStart
    if ends_at - starts_at > LONGEST:
        raise TooLong
    if starts_at < bounds(days[0], event.zone)[0] or ends_at > bounds(days[-1], event.zone)[1]:
        raise OutsideDay
    known = sa.select(Room.id).where(Room.id == room_id, Room.event_id == event.id)
    if room_id is not None and db.session.scalar(known) is None:
        raise Missing


def _facts(slot: Slot) -> dict[str, Any]:
    return {
        "kind": slot.kind.value,
        "session_id": slot.session_id,
        "title": dict(slot.title),
        "room_id": slot.room_id,
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
    }
