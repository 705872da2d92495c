"""The end of things: requests that nobody answered, meetings that began, what their people say about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from congress.audit.services import record as note
from congress.core import clock
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking import errors
from congress.matchmaking.enums import HAS_PLACE, TOOK_PLACE, Answer, MeetingEvent, MeetingState, Outcome, Side
from congress.matchmaking.models import Matchmaking, Meeting, MeetingPerson, MeetingSlot, Profile
from congress.matchmaking.queries import meetings
from congress.matchmaking.services.holding import hold, hold_meeting
from congress.matchmaking.services.moving import has_begun, side_of
from congress.matchmaking.services.transitions import Step, change, change_all
from congress.matchmaking.signals import reminder_due

SILENCE = dt.timedelta(hours=48)
"""How long after its start a meeting waits for answers."""
LAST_REMINDER = dt.timedelta(hours=24)
"""How long before its end a request is called to mind for the last time."""


def answer(meeting: Meeting, profile: Profile, said: Answer) -> Meeting:
    """Say whether a meeting took place; may be said again, differently."""
    _held, one = hold_meeting(meeting)
    side_of(one, profile)
    _require_begun(one)
    for person in one.people:
        if person.profile_id == profile.id:
            person.answer, person.answered_at = said, clock.now()
    _decide(one, profile)
    return one


def record(meeting: Meeting, answers: Mapping[int, Answer]) -> Meeting:
    """Write down at the desk what happened, by profile. It replaces everything that was said before."""
    _held, one = hold_meeting(meeting)
    _require_begun(one)
    for person in one.people:
        said = answers.get(person.profile_id)
        person.answer, person.answered_at = said, clock.now() if said else None
    _decide(one, None)
    note("meeting.recorded", "meeting", one.id, event_id=one.event_id, after={"state": one.state})
    return one


def set_outcome(meeting: Meeting, profile: Profile, outcome: Outcome | None) -> Meeting:
    """Say what came of a meeting that was held; organisers alone see it."""
    _held, one = hold_meeting(meeting)
    side_of(one, profile)
    if one.state is not MeetingState.HELD:
        raise errors.NotHeld
    for person in one.people:
        if person.profile_id == profile.id:
            person.outcome = outcome
    one.changed_at = clock.now()
    db.session.flush()
    return one


def verdict(people: Sequence[MeetingPerson]) -> MeetingState | None:
    """What the answers say: nobody of one side came, else it happened; None as long as they decide nothing."""
    said = [person.answer for person in people]
    missing = any(_nobody_came([one for one in people if one.side is side]) for side in Side)
    if missing or Answer.OTHER_ABSENT in said:
        return MeetingState.NO_SHOW
    return MeetingState.HELD if Answer.HAPPENED in said else None


def expire_due() -> None:
    """End requests whose time is over, or whose booking window has closed."""
    now = clock.now()
    over = sa.or_(Meeting.expires_at <= now, Matchmaking.booking_closes_at <= now)
    for event_id in _events_with(MeetingState.PENDING, over):
        closed = hold(event_id).booking_closes_at <= now
        pending = meetings.in_states(event_id, MeetingState.PENDING)
        due = [one for one in pending if closed or (one.expires_at is not None and one.expires_at <= now)]
        change_all([Step(one, MeetingEvent.EXPIRE, MeetingState.EXPIRED) for one in due])


def remind_due() -> None:
    """Announce the requests that are to be called to mind: at half of their time, and a day before their end."""
    now = clock.now()
    for event_id in _events_with(MeetingState.PENDING, Event.status == EventStatus.PUBLISHED):
        hold(event_id)
        for one in meetings.in_states(event_id, MeetingState.PENDING):
            due = sum(moment <= now for moment in reminders_of(one))
            if due > one.reminders and one.expires_at is not None and one.expires_at > now:
                one.reminders = due
                db.session.flush()
                reminder_due.send(None, meeting=one)


def reminders_of(meeting: Meeting) -> list[dt.datetime]:
    """When a request is called to mind; the second only if it comes after the first."""
    if meeting.expires_at is None:
        return []
    half = meeting.created_at + (meeting.expires_at - meeting.created_at) / 2
    last = meeting.expires_at - LAST_REMINDER
    return [half, last] if last > half else [half]


def start_due() -> None:
    """Ask the people of each meeting whose time has come whether it takes place; once."""
    now = clock.now()
    for event_id in _events_with(MeetingState.SCHEDULED, MeetingSlot.starts_at <= now):
        hold(event_id)
        asked = meetings.started(event_id)
        begun = [one for one in meetings.in_states(event_id, MeetingState.SCHEDULED) if has_begun(one)]
        due = [one for one in begun if one.id not in asked and one.published_at is not None]
        change_all([Step(one, MeetingEvent.START, MeetingState.SCHEDULED) for one in due])


def close_silent() -> None:
    """Give up on meetings that nobody has said anything about for two days."""
    before = clock.now() - SILENCE
    for event_id in _events_with(MeetingState.SCHEDULED, MeetingSlot.starts_at <= before):
        hold(event_id)
        found = meetings.in_states(event_id, MeetingState.SCHEDULED)
        known = [one for one in found if one.published_at is not None]
        silent = [one for one in known if one.slot is not None and one.slot.starts_at <= before]
        change_all([Step(one, MeetingEvent.ANSWER, MeetingState.UNKNOWN) for one in silent])


def _decide(meeting: Meeting, by: Profile | None) -> None:
    """An answer that is taken back cannot undo that the time has passed: then it is unknown."""
    undecided = MeetingState.UNKNOWN if meeting.state in TOOK_PLACE else meeting.state
    change(meeting, MeetingEvent.ANSWER, to=verdict(meeting.people) or undecided, by=by)


def _require_begun(meeting: Meeting) -> None:
    if meeting.state not in HAS_PLACE or meeting.published_at is None:
        raise errors.NotPossibleNow
    if not has_begun(meeting):
        raise errors.NotBegun


def _nobody_came(side: Sequence[MeetingPerson]) -> bool:
    return bool(side) and all(person.answer is Answer.COULD_NOT_COME for person in side)


def _events_with(state: MeetingState, condition: sa.ColumnElement[bool]) -> Iterator[int]:
    """The events with such meetings, in the order in which everybody holds them."""
    statement = (
        sa.select(Meeting.event_id)
        .join(Matchmaking, Matchmaking.event_id == Meeting.event_id)
        .join(Event, Event.id == Meeting.event_id)
        .outerjoin(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .where(Meeting.state == state, condition)
        .distinct()
        .order_by(Meeting.event_id)
    )
    yield from db.session.scalars(statement).all()
