"""Sessions of meetings and their slots: a slot in which a meeting stands keeps its row, its time and its id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core.errors import Missing
from congress.core.languages import lazy_gettext as _l
from congress.events.errors import TooMany
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.matchmaking.enums import SessionModality
from congress.matchmaking.models import Meeting, MeetingSession, MeetingSlot
from congress.matchmaking.queries.occupied import meetings_in_slots, remembered_slots
from congress.matchmaking.queries.setup import sessions_of
from congress.matchmaking.services.holding import hold
from congress.matchmaking.services.suggesting import ask_for_all
from congress.matchmaking.session_plan import SessionPlan, plan_of, refuse_day, refuse_overlap
from congress.matchmaking.setup_errors import MeetingsInTheWay, SetupRefused
from congress.programme.days import instant_of, local_of

MAX_SESSIONS = 60


def add_session(event: Event, plan: SessionPlan) -> MeetingSession:
    """Add a session with its slots."""
    hold(event.id)
    present = sessions_of(event)
    if len(present) >= MAX_SESSIONS:
        raise TooMany
    refuse_day(event, plan)
    refuse_overlap(plan, present)
    session = MeetingSession(event_id=event.id, **_columns(plan))
    db.session.add(session)
    db.session.flush()
    _fit(session, plan, [])
    note("meeting_session.added", event, ("meeting_session", session.id), after=_told(plan))
    ask_for_all(event.id)
    return session


def change_session(event: Event, session_id: int, plan: SessionPlan) -> None:
    """Change a session; its slots follow. Raises `MeetingsInTheWay` when a meeting would lose its slot."""
    hold(event.id)
    session = session_of(event, session_id)
    refuse_day(event, plan)
    refuse_overlap(plan, (one for one in sessions_of(event) if one.id != session.id))
    if in_the_way(session, plan):
        raise MeetingsInTheWay
    slots = list(session.slots)
    before, after = apply_changes(session, _columns(plan))
    _fit(session, plan, slots)
    if after:
        note("meeting_session.changed", event, ("meeting_session", session.id), before, after)
        ask_for_all(event.id)


def remove_session(event: Event, session_id: int) -> None:
    """Remove a session and its slots. Raises `MeetingsInTheWay` when a meeting stands in one of them."""
    hold(event.id)
    session = session_of(event, session_id)
    if meetings_in_slots([slot.id for slot in session.slots]):
        raise MeetingsInTheWay
    note("meeting_session.removed", event, ("meeting_session", session.id), before=_told(plan_of(session)))
    ask_for_all(event.id)
    _take_out(session.slots)
    db.session.execute(sa.delete(MeetingSession).where(MeetingSession.id == session.id))
    db.session.expire_all()


def copy_to_day(event: Event, session_id: int, day: dt.date) -> MeetingSession:
    """The same session at the same time of another day. Raises what `add_session` raises, and `NoSuchTime`."""
    plan = plan_of(session_of(event, session_id))
    local = local_of(plan.starts_at, event.zone)
    if local.date() == day:
        raise SetupRefused(_l("The session is on this day already. Choose another one."))
    return add_session(event, plan.moved(instant_of(dt.datetime.combine(day, local.time()), event.zone)))


def session_of(event: Event, session_id: int) -> MeetingSession:
    """A session of this event with its slots; `Missing` for that of another one."""
    found = next((one for one in sessions_of(event) if one.id == session_id), None)
    if found is None:
        raise Missing
    return found


def in_the_way(session: MeetingSession, plan: SessionPlan) -> Sequence[Meeting]:
    """The meetings for which there would be no place if the session became what `plan` says."""
    times = dict(plan.times)
    lost = [slot.id for slot in session.slots if times.get(slot.starts_at) != slot.ends_at]
    found = list(meetings_in_slots(lost))
    kept = [slot.id for slot in session.slots if slot.id not in lost]
    if plan.modality in (session.modality, SessionModality.HYBRID):
        return found
    by_video = plan.modality is SessionModality.ONLINE
    wrong = (one for one in meetings_in_slots(kept) if one.slot_id in kept and (one.table_id is not None) is by_video)
    return found + [one for one in wrong if one not in found]


def _fit(session: MeetingSession, plan: SessionPlan, slots: Sequence[MeetingSlot]) -> None:
    """Rows for the times of the plan: those that fit are kept, the others go, what is missing is made."""
    times = dict(plan.times)
    _take_out([slot for slot in slots if slot.starts_at not in times])
    there = {slot.starts_at: slot for slot in slots if slot.starts_at in times}
    left = sa.select(MeetingSlot).where(
        MeetingSlot.event_id == session.event_id,
        MeetingSlot.session_id.is_(None),
        MeetingSlot.starts_at.in_(times.keys() - there.keys()),
    )
    there |= {slot.starts_at: slot for slot in db.session.scalars(left)}
    for starts_at, ends_at in times.items():
        slot = there.get(starts_at) or MeetingSlot(event_id=session.event_id, starts_at=starts_at)
        slot.session_id, slot.ends_at = session.id, ends_at
        db.session.add(slot)
    db.session.flush()
    db.session.expire(session)


def _take_out(slots: Collection[MeetingSlot]) -> None:
    """Delete slots; those that a history names only leave their session. Wishes for them are forgotten."""
    ids = [slot.id for slot in slots]
    remembered = remembered_slots(ids)
    db.session.execute(sa.update(Meeting).where(Meeting.wanted_slot_id.in_(ids)).values(wanted_slot_id=None))
    unseen = {"synchronize_session": False}
    leave = sa.update(MeetingSlot).where(MeetingSlot.id.in_(remembered)).values(session_id=None)
    db.session.execute(leave, execution_options=unseen)
    delete = sa.delete(MeetingSlot).where(MeetingSlot.id.in_(set(ids) - remembered))
    db.session.execute(delete, execution_options=unseen)
    for slot in slots:
        db.session.expunge(slot)


def _columns(plan: SessionPlan) -> dict[str, object]:
    return {
        "name": plan.name,
        "starts_at": plan.starts_at,
        "slot_minutes": plan.slot_minutes,
        "gap_minutes": plan.gap_minutes,
        "slot_count": plan.slot_count,
        "modality": plan.modality,
    }


def _told(plan: SessionPlan) -> dict[str, object]:
    return {"name": plan.name, "starts_at": plan.starts_at.isoformat(), "slot_count": plan.slot_count}
