"""The single writer of what happens to a meeting: state, place, log and announcement belong together.

Every caller holds the event's meetings first (`services.holding`) and has read the meeting after that.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import set_committed_value

from congress.core import clock
from congress.core.actors import Actor, current_actor
from congress.extensions import Model, db
from congress.matchmaking import states
from congress.matchmaking.enums import AGREED, HAS_PLACE, MeetingEvent, MeetingState
from congress.matchmaking.errors import NotPossibleNow
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.signals import meetings_changed
from congress.registration.models import Registration
from congress.registration.services.calendars import calendars_changed

AS_IT_IS: Final = -1
"""A slot or table that stays."""
Place = tuple[int | None, int | None]
"""A slot and a table, by id."""
PLACE: Final = frozenset({"slot_id", "table_id"})
FETCH: Final = {"synchronize_session": "fetch"}
NO_SYNC: Final = {"synchronize_session": False}


@dataclass(slots=True)
class Step:
    """What is to happen to one meeting. `place` None leaves it where it is; `shown` None does what the event says.

    `old` is the place that it is compared with, unless that is where it is; `columns` are values that change with it.
    """

    meeting: Meeting
    event: MeetingEvent
    to: MeetingState
    by: Profile | None = None
    reason: str = ""
    place: Place | None = None
    shown: bool | None = None
    old: Place | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Decided:
    """What a step writes: the values of the meeting that are others afterwards, and the line of the log."""

    meeting: Meeting
    values: dict[str, Any]
    row: dict[str, Any]


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
    return change_all([Step(meeting, event, to, by, reason, (slot, table), shown, columns=columns)])[0]


def change_all(steps: Sequence[Step]) -> list[MeetingChange]:
    """The same for many meetings, with a few statements for all of them; they may exchange their places.

    A timetable moves thousands at once, and on SQLite everybody waits meanwhile: rows are not written one by one.
    """
    if not steps:
        return []
    now, actor = clock.now(), current_actor()
    for step in steps:
        _require(step)
    entries = [_schedule_entry(step.meeting) for step in steps]
    decided = [_decided(step, now, actor) for step in steps]
    _write(decided, now)
    rows = _log(decided)
    after = [_schedule_entry(step.meeting) for step in steps]
    _schedules_changed([step.meeting.id for step, old, new in zip(steps, entries, after, strict=True) if old != new])
    meetings_changed.send(None, changes=[(step.meeting, row) for step, row in zip(steps, rows, strict=True)])
    return rows


def _require(step: Step) -> None:
    if not states.is_allowed(step.event, _state_of(step.meeting), step.to):
        raise NotPossibleNow


def _state_of(meeting: Meeting) -> MeetingState | None:
    return meeting.state if sa.inspect(meeting).persistent else None


def _decided(step: Step, now: dt.datetime, actor: Actor) -> _Decided:
    meeting = step.meeting
    old = step.old or (meeting.slot_id, meeting.table_id)
    place = (old if step.place is None else step.place) if step.to in HAS_PLACE else (None, None)
    values = {**step.columns, "state": step.to, "slot_id": place[0], "table_id": place[1]}
    if place != old or step.to is not MeetingState.SCHEDULED:
        values |= {"proposed_slot_id": None, "proposed_by_id": None}
    if step.to not in HAS_PLACE:
        values["locked_at"] = None
    if step.event in states.SHOWS if step.shown is None else step.shown:
        old = (meeting.shown_slot_id, meeting.shown_table_id)
        values |= _shown(meeting, place, now)
    elif step.event is MeetingEvent.CANCEL and meeting.shown_slot_id is not None:
        values["sequence"] = meeting.sequence + 1
    # Who moves leaves the old place first: slot and table are written together.
    moved = PLACE if place != (meeting.slot_id, meeting.table_id) else ()
    changed = {name: one for name, one in values.items() if name in moved or getattr(meeting, name) != one}
    return _Decided(meeting, changed, _line(step, now, actor, old, place))


def _shown(meeting: Meeting, place: Place, now: dt.datetime) -> dict[str, Any]:
    """Its people know from now on where it is. Calendars have to hear of it (SEQUENCE, RFC 5545 §3.8.7.4)."""
    values: dict[str, Any] = {}
    if place != (meeting.shown_slot_id, meeting.shown_table_id):
        values["sequence"] = (meeting.sequence or 0) + (meeting.published_at is not None)
        values["shown_slot_id"], values["shown_table_id"] = place
    if place[0] is not None and meeting.published_at is None:
        values["published_at"] = now
    return values


def _line(step: Step, now: dt.datetime, actor: Actor, old: Place, new: Place) -> dict[str, Any]:
    return {
        "event": step.event,
        "at": now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "by_profile_id": step.by.id if step.by else None,
        "from_state": _state_of(step.meeting),
        "to_state": step.to,
        "reason": step.reason,
        "old_slot_id": old[0],
        "old_table_id": old[1],
        "new_slot_id": new[0],
        "new_table_id": new[1],
    }


def _write(decided: Sequence[_Decided], now: dt.datetime) -> None:
    """The meetings as they are now, with the slots of their people."""
    known = [one for one in decided if sa.inspect(one.meeting).persistent]
    new = [one for one in decided if not sa.inspect(one.meeting).persistent]
    _add(new, now)
    # Through the session, so that it knows what a savepoint that is rolled back has to forget.
    touched = _of(Meeting, Meeting.id, [one.meeting.id for one in known]).values(changed_at=now)
    db.session.execute(touched, execution_options=FETCH)
    _vacate([one.meeting for one in known if one.values.keys() & PLACE])
    _update(known)
    _seat([one.meeting.id for one in decided])


def _add(decided: Sequence[_Decided], now: dt.datetime) -> None:
    for one in decided:
        for name, value in (one.values | {"changed_at": now}).items():
            setattr(one.meeting, name, value)
        db.session.add(one.meeting)
    db.session.flush()


def _vacate(moving: Sequence[Meeting]) -> None:
    """Meetings that move at once leave their places first: another one may be on its way there."""
    ids = [one.id for one in moving if one.slot_id is not None]
    if len(moving) > 1 and ids:
        empty = _of(Meeting, Meeting.id, ids).values(slot_id=None, table_id=None)
        db.session.execute(empty, execution_options=NO_SYNC)
        people = _of(MeetingPerson, MeetingPerson.meeting_id, ids).values(slot_id=None)
        db.session.execute(people, execution_options=FETCH)


def _update(decided: Sequence[_Decided]) -> None:
    """One statement for each set of columns, past the unit of work; what is in memory follows."""
    table = cast("sa.Table", Meeting.__table__)
    for names, group in _by_columns(decided).items():
        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in names}
        rows = [{"row": one.meeting.id} | {f"new_{name}": one.values[name] for name in names} for one in group]
        db.session.execute(sa.update(table).where(table.c.id == sa.bindparam("row")).values(values), rows)
    for one in decided:
        for name, value in one.values.items():
            set_committed_value(one.meeting, name, value)


def _seat(ids: Sequence[int]) -> None:
    """People are in the slots of their meetings."""
    slot = sa.select(Meeting.slot_id).where(Meeting.id == MeetingPerson.meeting_id).scalar_subquery()
    elsewhere = MeetingPerson.slot_id.is_distinct_from(slot)
    statement = _of(MeetingPerson, MeetingPerson.meeting_id, ids).where(elsewhere).values(slot_id=slot)
    db.session.execute(statement, execution_options=FETCH)


def _of(model: type[Model], column: InstrumentedAttribute[int], ids: Sequence[int]) -> sa.Update:
    return sa.update(model).where(column.in_(ids))


def _by_columns(decided: Sequence[_Decided]) -> Mapping[tuple[str, ...], list[_Decided]]:
    found: dict[tuple[str, ...], list[_Decided]] = defaultdict(list)
    for one in decided:
        if one.values:
            found[tuple(sorted(one.values))].append(one)
    return found


def _log(decided: Sequence[_Decided]) -> list[MeetingChange]:
    rows = [{"meeting_id": one.meeting.id, **one.row} for one in decided]
    written = db.session.scalars(sa.insert(MeetingChange).returning(MeetingChange), rows)
    of_meeting = {row.meeting_id: row for row in written}
    return [of_meeting[one.meeting.id] for one in decided]


def _schedule_entry(meeting: Meeting) -> Place | None:
    """What stands about the meeting in its people's schedules; None = nothing."""
    if _state_of(meeting) not in AGREED or meeting.shown_slot_id is None:
        return None
    return meeting.shown_slot_id, meeting.shown_table_id


def _schedules_changed(meeting_ids: Sequence[int]) -> None:
    if not meeting_ids:
        return
    seated = sa.select(MeetingPerson.profile_id).where(MeetingPerson.meeting_id.in_(meeting_ids))
    ids = db.session.scalars(seated.distinct()).all()
    version = _of(Profile, Profile.id, ids).values(schedule_version=Profile.schedule_version + 1)
    db.session.execute(version, execution_options=FETCH)
    groups = sa.select(Registration.group_id).join(Profile, Profile.registration_id == Registration.id)
    calendars_changed(db.session.scalars(groups.where(Profile.id.in_(ids)).distinct()))
