"""Answering a request: yes, no, or seen."""

from __future__ import annotations

from collections.abc import Sequence

from congress.core import clock
from congress.core.errors import Missing
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking import delegation_errors, errors, guards
from congress.matchmaking.enums import (
    LIVE,
    CancelCause,
    MeetingEvent,
    MeetingState,
    SchedulingMode,
    Side,
)
from congress.matchmaking.models import Matchmaking, Meeting, MeetingPerson, Profile
from congress.matchmaking.permissions import may_answer
from congress.matchmaking.queries import meetings
from congress.matchmaking.services import scheduling
from congress.matchmaking.services.clearing import clear_way
from congress.matchmaking.services.holding import fresh_profiles, hold_meeting
from congress.matchmaking.services.transitions import change


def accept(
    meeting: Meeting, by: Profile, *, attendees: Sequence[Profile] = (), slot_id: int | None = None
) -> Meeting:
    """Accept a request. Where participants find their own slots, slot and table are taken at once.

    With `slot_id` it is this slot or none; otherwise the wanted one if it is free, else the earliest. The manager
    of a delegation says who attends.
    """
    held, one = hold_meeting(meeting)
    _require_answerable(held, one, by)
    if one.target_id is None:
        _assign_attendees(one, attendees)
    return agree(held, one, by, wanted=(one.wanted_slot_id,), slot_id=slot_id)


def decline(meeting: Meeting, by: Profile, reason: str = "") -> Meeting:
    """Refuse a request; the reason is for the organisers alone."""
    held, one = hold_meeting(meeting)
    _require_answerable(held, one, by)
    change(one, MeetingEvent.DECLINE, to=MeetingState.DECLINED, by=by, reason=reason, answered_at=clock.now())
    return one


def seen(meeting: Meeting, by: Profile) -> None:
    """Note that somebody has opened the meeting for the first time."""
    _held, one = hold_meeting(meeting)
    for person in one.people:
        if person.profile_id == by.id and person.seen_at is None:
            person.seen_at = clock.now()
    db.session.flush()


def agree(
    held: Matchmaking,
    meeting: Meeting,
    by: Profile | None,
    *,
    wanted: Sequence[int | None] = (),
    slot_id: int | None = None,
    mutual: bool = False,
) -> Meeting:
    """Turn a request into a meeting; it is held and its people are known. `by` None: nobody had to agree."""
    _require_open(held, meeting)
    people = [person.profile for person in meeting.people]
    for one in people:
        if not guards.takes_part(one):
            raise errors.NotListed if by is not None and one.id == by.id else errors.TakesNoRequests
    guards.require_room(held, people, by or people[0])
    guards.require_no_colleague(people[0], people[1:])
    to, slot, table = MeetingState.UNSCHEDULED, None, None
    if held.scheduling_mode is SchedulingMode.PARTICIPANTS:
        place = scheduling.place_for(meeting, slot_id=slot_id, wanted=wanted)
        to, (slot, table) = MeetingState.SCHEDULED, place.ids
    change(
        meeting,
        MeetingEvent.ACCEPT,
        to=to,
        by=by,
        slot_id=slot,
        table_id=table,
        answered_at=clock.now(),
        is_mutual=meeting.is_mutual or mutual,
    )
    return meeting


def seat(meeting: Meeting, targets: Sequence[Profile]) -> None:
    """Say who is met; the pair that the database keeps unique is the requester's with the first of them."""
    meeting.target_id = targets[0].id
    meeting.low_id, meeting.high_id = sorted((meeting.requester_id, targets[0].id))
    for one in targets:
        meeting.people.append(MeetingPerson(profile_id=one.id, profile=one, side=Side.TARGET))


def _require_answerable(held: Matchmaking, meeting: Meeting, by: Profile) -> None:
    fresh = fresh_profiles([by.id])
    if not fresh or not may_answer(meeting, fresh[0]):
        raise Missing
    _require_open(held, meeting)


def _require_open(held: Matchmaking, meeting: Meeting) -> None:
    if meeting.state is not MeetingState.PENDING:
        raise errors.NotPossibleNow
    now = clock.now()
    if not guards.is_live(meeting, now) or now >= held.booking_closes_at:
        raise errors.RequestExpired
    if not guards.is_open(held, db.session.get_one(Event, held.event_id)):
        raise errors.NotOpened


def _assign_attendees(meeting: Meeting, attendees: Sequence[Profile]) -> None:
    requester, delegation = meeting.people[0].profile, meeting.delegation
    chosen = fresh_profiles(list(dict.fromkeys(one.id for one in attendees)))
    if not chosen:
        raise delegation_errors.AttendeesNeeded
    for one in chosen:
        if one.joined_delegation_id != meeting.delegation_id or not guards.takes_part(one):
            raise delegation_errors.NotAMember
    if len(chosen) > 1 and delegation is not None and delegation.only_one:
        raise delegation_errors.OnlyOneAttends
    _require_possible(requester, chosen)
    for one in chosen:
        clear_way(requester, one, clock.now())
    seat(meeting, chosen)


def _require_possible(requester: Profile, chosen: Sequence[Profile]) -> None:
    """Whether there is nothing between the one who asked and these people that rules a meeting out."""
    ids, now = [one.id for one in chosen], clock.now()
    for _other, past in meetings.between(requester.id, ids):
        ended = past.state is MeetingState.CANCELLED and past.cancel_cause is CancelCause.PARTICIPANT
        if ended or (past.state in LIVE and guards.is_live(past, now)):
            raise delegation_errors.AttendeeCannot
    if meetings.blocks_between(requester.id, ids):
        raise delegation_errors.AttendeeCannot
