"""Asking for a meeting, and taking the request back."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from congress.core import clock
from congress.core.errors import Missing
from congress.extensions import db
from congress.matchmaking import guards
from congress.matchmaking.enums import MeetingEvent, MeetingState, RequestMode, Side
from congress.matchmaking.models import Delegation, Matchmaking, Meeting, MeetingPerson, Profile
from congress.matchmaking.queries import meetings
from congress.matchmaking.queries.profiles import WITH_PERSON
from congress.matchmaking.services import answering
from congress.matchmaking.services.clearing import clear_way
from congress.matchmaking.services.holding import fresh_profiles, hold, hold_meeting
from congress.matchmaking.services.transitions import change


def request_meeting(
    requester: Profile, target: Profile | Delegation, *, note: str = "", wanted_slot_id: int | None = None
) -> Meeting:
    """Ask a person or a delegation for a meeting. A wanted slot is a wish: it blocks nothing.

    Who asks somebody that has asked already accepts that request. Where requests need no agreement, it is a meeting
    at once. Raises the first refusal of `guards.why_not`.
    """
    held = hold(requester.event_id)
    me = fresh_profiles([requester.id])[0]
    now = clock.now()
    asked = _fresh_delegation(target) if isinstance(target, Delegation) else _fresh_profile(target)
    waiting = _waiting_request(asked, me, now)
    if waiting is not None:
        return answering.agree(held, waiting, me, wanted=(wanted_slot_id, waiting.wanted_slot_id), mutual=True)
    refusal = guards.why_not(me, asked, slot_id=wanted_slot_id, now=now)
    if refusal is not None:
        raise refusal
    guaranteed = clear_way(me, asked, now)
    meeting = _new(held, me, asked, now)
    meeting.note, meeting.wanted_slot_id, meeting.is_guaranteed = note, wanted_slot_id, guaranteed
    change(meeting, MeetingEvent.REQUEST, to=MeetingState.PENDING, by=me)
    if held.request_mode is RequestMode.AUTOMATIC and isinstance(asked, Profile):
        return answering.agree(held, meetings.by_id(meeting.id), None, wanted=(wanted_slot_id,))
    return meeting


def withdraw(meeting: Meeting, by: Profile) -> Meeting:
    """Take a request back that nobody answered."""
    _held, one = hold_meeting(meeting)
    if one.requester_id != by.id:
        raise Missing
    change(one, MeetingEvent.WITHDRAW, to=MeetingState.WITHDRAWN, by=by)
    return one


def new_code() -> str:
    """The code of a meeting in addresses: 60 bits that guard nothing, unique by constraint."""
    return secrets.token_hex(8)[:15]


def expiry(held: Matchmaking, now: dt.datetime) -> dt.datetime:
    """When a request that is made now expires: after its time, and when the booking window closes at the latest."""
    return min(now + dt.timedelta(hours=held.expiry_hours), held.booking_closes_at)


def _waiting_request(asked: Profile | Delegation, me: Profile, now: dt.datetime) -> Meeting | None:
    """The request of that person to me which I would accept by asking back."""
    if isinstance(asked, Delegation):
        return None
    for _other, one in meetings.between(me.id, [asked.id]):
        if one.state is MeetingState.PENDING and one.requester_id == asked.id and guards.is_live(one, now):
            return meetings.by_id(one.id)
    return None


def _new(held: Matchmaking, me: Profile, asked: Profile | Delegation, now: dt.datetime) -> Meeting:
    meeting = Meeting(
        code=new_code(),
        event_id=me.event_id,
        requester_id=me.id,
        created_at=now,
        expires_at=expiry(held, now),
        sequence=0,
    )
    meeting.people = [MeetingPerson(profile_id=me.id, profile=me, side=Side.REQUESTER)]
    if isinstance(asked, Delegation):
        meeting.delegation_id = asked.id
    else:
        answering.seat(meeting, [asked])
    return meeting


def _fresh_profile(target: Profile) -> Profile:
    found = fresh_profiles([target.id])
    if not found:
        raise Missing
    return found[0]


def _fresh_delegation(target: Delegation) -> Delegation:
    db.session.expire(target, ["members"])
    found = db.session.scalar(
        sa.select(Delegation)
        .where(Delegation.id == target.id)
        .options(selectinload(Delegation.members).options(*WITH_PERSON))
    )
    if found is None:
        raise Missing
    return found
