"""The single writer of what happens to a meeting: state, place, log and announcement belong together.

Every caller holds the event's meetings first (`services.holding`) and has read the meeting after that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from congress.core import clock
from congress.core.actors import current_actor
from congress.extensions import db
from congress.matchmaking import states
from congress.matchmaking.enums import AGREED, HAS_PLACE, MeetingEvent, MeetingState
from congress.matchmaking.errors import NotPossibleNow
from congress.matchmaking.models import Meeting, MeetingChange, Profile
from congress.matchmaking.signals import meeting_changed
from congress.registration.models import Registration
from congress.registration.services.calendars import calendars_changed

AS_IT_IS: Final = -1
"""A slot or table that stays."""
Place = tuple[int | None, int | None]
"""A slot and a table, by id."""


@dataclass(slots=True)
class Step:
    """What is to happen to one meeting. `place` None leaves it where it is; `shown` None does what the event says.

    `old` is where the meeting was, if it was taken from there for the others' sake a moment ago.
    """

    meeting: Meeting
    event: MeetingEvent
    to: MeetingState
    by: Profile | None = None
    reason: str = ""
    place: Place | None = None
    shown: bool | None = None
    old: Place | None = None


def change(
    meeting: Meeting,
    event: MeetingEvent,
    *,
    to: MeetingState,
    by: Profile | None = None,
    reason: str = "",
    slot_id: int | None = AS_IT_IS,
    table_id: int | None = AS_IT_IS,
    shown: bool | None = None,
    **columns: Any,
) -> MeetingChange:
    """Let something happen to a meeting, new or not; `columns` are further values that change with it.

    The log has the old place and the new one; where people are told, the old place is the one that they knew.

    `shown` says whether its people learn where it is now; by default as `states.SHOWS` has it. Raises
    `NotPossibleNow` when the table of transitions has no such line.
    """
    slot = meeting.slot_id if slot_id == AS_IT_IS else slot_id
    table = meeting.table_id if table_id == AS_IT_IS else table_id
    step = Step(meeting, event, to, by, reason, (slot, table), shown)
    _require(step)
    for name, value in columns.items():
        setattr(meeting, name, value)
    return change_all([step])[0]


def change_all(steps: Sequence[Step]) -> list[MeetingChange]:
    """The same for many meetings, with one write to the database; their places must not cross on the way."""
    now, rows, seen = clock.now(), [], set()
    for step in steps:
        _require(step)
        before = _schedule_entry(step.meeting)
        rows.append(_apply(step, now))
        if _schedule_entry(step.meeting) != before:
            seen |= {person.profile_id for person in step.meeting.people}
    db.session.flush()
    for step, row in zip(steps, rows, strict=True):
        row.meeting_id = step.meeting.id
    db.session.add_all(rows)
    db.session.flush()
    _schedules_changed(seen)
    for step, row in zip(steps, rows, strict=True):
        meeting_changed.send(None, meeting=step.meeting, change=row)
    return rows


def _require(step: Step) -> None:
    if not states.is_allowed(step.event, _state_of(step.meeting), step.to):
        raise NotPossibleNow


def _state_of(meeting: Meeting) -> MeetingState | None:
    return meeting.state if sa.inspect(meeting).persistent else None


def _apply(step: Step, now: dt.datetime) -> MeetingChange:
    meeting, before = step.meeting, _state_of(step.meeting)
    old = step.old or (meeting.slot_id, meeting.table_id)
    place = (old if step.place is None else step.place) if step.to in HAS_PLACE else (None, None)
    if place != old or step.to is not MeetingState.SCHEDULED:
        meeting.proposed_slot_id, meeting.proposed_by_id = None, None
    meeting.state, meeting.changed_at = step.to, now
    meeting.slot_id, meeting.table_id = place
    for person in meeting.people:
        person.slot_id = meeting.slot_id
    if step.to not in HAS_PLACE:
        meeting.locked_at = None
    if step.event in states.SHOWS if step.shown is None else step.shown:
        old = (meeting.shown_slot_id, meeting.shown_table_id)
        _show(meeting, now)
    elif step.event is MeetingEvent.CANCEL and meeting.shown_slot_id is not None:
        meeting.sequence += 1
    db.session.add(meeting)
    return _noted(step, now, before, old)


def _show(meeting: Meeting, now: dt.datetime) -> None:
    """Its people know from now on where it is. Calendars have to hear of it (SEQUENCE, RFC 5545 §3.8.7.4)."""
    place = (meeting.slot_id, meeting.table_id)
    if place != (meeting.shown_slot_id, meeting.shown_table_id):
        meeting.sequence = (meeting.sequence or 0) + (meeting.published_at is not None)
        meeting.shown_slot_id, meeting.shown_table_id = place
    if meeting.slot_id is not None and meeting.published_at is None:
        meeting.published_at = now


def _noted(step: Step, now: dt.datetime, before: MeetingState | None, old: Place) -> MeetingChange:
    actor = current_actor()
    return MeetingChange(
        event=step.event,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        by_profile_id=step.by.id if step.by else None,
        from_state=before,
        to_state=step.to,
        reason=step.reason,
        old_slot_id=old[0],
        old_table_id=old[1],
        new_slot_id=step.meeting.slot_id,
        new_table_id=step.meeting.table_id,
    )


def _schedule_entry(meeting: Meeting) -> Place | None:
    """What stands about the meeting in its people's schedules; None = nothing."""
    if _state_of(meeting) not in AGREED or meeting.shown_slot_id is None:
        return None
    return meeting.shown_slot_id, meeting.shown_table_id


def _schedules_changed(profile_ids: set[int]) -> None:
    if not profile_ids:
        return
    db.session.execute(
        sa.update(Profile).where(Profile.id.in_(profile_ids)).values(schedule_version=Profile.schedule_version + 1)
    )
    groups = sa.select(Registration.group_id).join(Profile, Profile.registration_id == Registration.id)
    calendars_changed(db.session.scalars(groups.where(Profile.id.in_(profile_ids)).distinct()))
