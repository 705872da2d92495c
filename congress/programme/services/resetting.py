"""Putting the draft back to what a release held: its slots, and that its sessions are confirmed. Texts stay.

Whoever said no since then is not overruled: sessions that were withdrawn, rejected or cancelled stay out. Blockers
stay where they are, because no release holds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import sqlalchemy as sa

from congress.core import clock
from congress.core.errors import Missing
from congress.events.models import Event
from congress.events.queries import rooms_of
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme import releases, snapshot
from congress.programme.enums import SCHEDULABLE, SessionState, SlotKind
from congress.programme.errors import ReleasedMeanwhile
from congress.programme.models import Session, Slot
from congress.programme.services.drafting import draft_changed, lock_programme


@dataclass(frozen=True, slots=True)
class Reset:
    """What a reset does.

    `restored`: slots as they were released, which are different or missing in the draft. `removed`: slots that the
    release does not hold. `confirmed`: sessions that are confirmed again. `unscheduled`: sessions that have no time
    afterwards. `left_out`: sessions of the release that somebody said no to since. `deleted`: those that are gone.
    `homeless`: slots whose room is gone.
    """

    programme: snapshot.Programme
    restored: Sequence[snapshot.Slot]
    removed: Sequence[Slot]
    confirmed: Sequence[Session]
    unscheduled: Sequence[Session]
    left_out: Sequence[Session]
    deleted: Sequence[snapshot.Session]
    homeless: int

    @property
    def does_nothing(self) -> bool:
        """Whether the draft is already so."""
        return not (self.restored or self.removed or self.confirmed)


def plan_of_reset(event: Event, number: int) -> Reset:
    """What `reset_draft` would do now. Raises `Missing` for a release that there is not."""
    programme = releases.by_number(event.id, number)
    if programme is None:
        raise Missing
    drafted = list(db.session.scalars(sa.select(Slot).where(Slot.event_id == event.id)))
    by_guid = {slot.guid: slot for slot in drafted}
    sessions = {one.id: one for one in db.session.scalars(sa.select(Session).where(Session.event_id == event.id))}
    rooms = {room.id for room in rooms_of(event)}
    wanted = [slot for slot in programme.live_slots if _can_take_place(slot, sessions)]
    guids = {slot.guid for slot in wanted}
    live = [sessions[one.id] for one in programme.live_sessions if one.id in sessions]
    removed = [slot for slot in drafted if slot.guid not in guids and slot.kind is not SlotKind.BLOCKER]
    timed = {slot.session_id for slot in wanted}
    return Reset(
        programme=programme,
        restored=[one for one in wanted if not _is_so(by_guid.get(one.guid), one, rooms)],
        removed=removed,
        confirmed=[one for one in live if one.state is SessionState.ACCEPTED],
        unscheduled=_sessions_without_time(removed, sessions, timed),
        left_out=[one for one in live if one.state not in SCHEDULABLE],
        deleted=[one for one in programme.live_sessions if one.id not in sessions],
        homeless=sum(1 for one in wanted if one.room_id is not None and one.room_id not in rooms),
    )


def reset_draft(event: Event, number: int, seen_version: int) -> Reset:
    """Put the draft back. `seen_version`: the `draft_version` that the person read; raises `ReleasedMeanwhile`."""
    if lock_programme(event).draft_version != seen_version:
        raise ReleasedMeanwhile
    reset = plan_of_reset(event, number)
    now = clock.now()
    for session in reset.confirmed:
        session.state, session.changed_at, session.version = SessionState.CONFIRMED, now, session.version + 1
    for slot in reset.removed:
        db.session.delete(slot)
    db.session.flush()
    rooms = {room.id for room in rooms_of(event)}
    there = {slot.guid: slot for slot in db.session.scalars(sa.select(Slot).where(Slot.event_id == event.id))}
    for released in reset.restored:
        slot = there.get(released.guid) or Slot(event_id=event.id, guid=released.guid, version=0)
        slot.kind, slot.session_id, slot.title = released.kind, released.session_id, dict(released.title)
        slot.room_id = released.room_id if released.room_id in rooms else None
        slot.starts_at, slot.ends_at, slot.version = released.starts_at, released.ends_at, slot.version + 1
        db.session.add(slot)
    note("programme.reset", event, after={"number": number, "name": reset.programme.name})
    draft_changed(event)
    return reset


def _can_take_place(slot: snapshot.Slot, sessions: Mapping[int, Session]) -> bool:
    if slot.session_id is None:
        return True
    return slot.session_id in sessions and sessions[slot.session_id].state in SCHEDULABLE


def _is_so(slot: Slot | None, released: snapshot.Slot, rooms: AbstractSet[int]) -> bool:
    if slot is None:
        return False
    now = (slot.kind, slot.session_id, slot.room_id, slot.starts_at, slot.ends_at, dict(slot.title))
    return now == (
        released.kind,
        released.session_id,
        released.room_id if released.room_id in rooms else None,
        released.starts_at,
        released.ends_at,
        dict(released.title),
    )


def _sessions_without_time(
    removed: Sequence[Slot], sessions: Mapping[int, Session], timed: AbstractSet[int | None]
) -> list[Session]:
    ids = {slot.session_id for slot in removed} - timed
    return [sessions[one] for one in sorted(filter(None, ids)) if one in sessions]
