"""Calling meetings off: by their people, by organisers, and because somebody does not come."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from congress.audit.services import record
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking import errors
from congress.matchmaking.availability import fits_presence
from congress.matchmaking.enums import LIVE, CancelCause, MeetingEvent, MeetingState
from congress.matchmaking.models import Matchmaking, Meeting, Profile
from congress.matchmaking.queries import meetings
from congress.matchmaking.services.holding import fresh_profiles, hold, hold_meeting
from congress.matchmaking.services.moving import has_begun, side_of
from congress.matchmaking.services.transitions import Step, change, change_all


def cancel(
    meeting: Meeting, by: Profile | None = None, reason: str = "", cause: CancelCause | None = None
) -> Meeting:
    """Call an agreed meeting off; the other side is told the reason. By a participant that is final for the pair.

    A request is not cancelled but withdrawn or declined; a meeting that has begun is answered for.
    """
    _held, one = hold_meeting(meeting)
    cause = cause or (CancelCause.PARTICIPANT if by else CancelCause.ORGANISER)
    if by is not None:
        side_of(one, by)
    if one.state is MeetingState.PENDING and cause is not CancelCause.REGISTRATION:
        raise errors.NotPossibleNow
    if cause is CancelCause.PARTICIPANT and one.state is MeetingState.SCHEDULED and has_begun(one):
        raise errors.HasBegun
    _cancel(one, cause, by, reason)
    if cause is CancelCause.ORGANISER:
        record("meeting.cancelled", "meeting", one.id, event_id=one.event_id)
    return one


def cancel_all_of(profile: Profile, cause: CancelCause = CancelCause.REGISTRATION) -> None:
    """Somebody does not come: everything that has not begun is off, and the others are told."""
    hold(profile.event_id)
    _end(meetings.live_of(profile.id), cause)


def cancel_event(event: Event) -> None:
    """The event does not take place, and no meeting does."""
    hold(event.id)
    _end(meetings.in_states(event.id, *LIVE), CancelCause.REGISTRATION)


def close_pending_of(profile: Profile) -> None:
    """Somebody is no longer listed: the own requests are withdrawn, those of others end. Agreed meetings stay.

    Who changes the profile in the same transaction holds the event's meetings before that.
    """
    hold(profile.event_id)
    for one in meetings.live_of(profile.id):
        if one.state is MeetingState.PENDING and one.requester_id == profile.id:
            change(one, MeetingEvent.WITHDRAW, to=MeetingState.WITHDRAWN, by=profile)
        elif one.state is MeetingState.PENDING:
            _cancel(one, CancelCause.REGISTRATION)
        elif one.state is MeetingState.DRAFT:
            change(one, MeetingEvent.DISCARD, to=MeetingState.DISCARDED)


def close_between(one: Profile, other: Profile) -> None:
    """Two people want nothing of each other any more (a block): requests and drafts between them end."""
    hold(one.event_id)
    for meeting_id in _ids_between(*fresh_profiles([one.id, other.id])):
        meeting = meetings.by_id(meeting_id)
        if meeting.state is MeetingState.DRAFT:
            change(meeting, MeetingEvent.DISCARD, to=MeetingState.DISCARDED)
        elif meeting.state is MeetingState.PENDING and meeting.requester_id == one.id:
            change(meeting, MeetingEvent.WITHDRAW, to=MeetingState.WITHDRAWN, by=one)
        elif meeting.state is MeetingState.PENDING:
            change(meeting, MeetingEvent.DECLINE, to=MeetingState.DECLINED, by=one)


def _ids_between(one: Profile, other: Profile) -> list[int]:
    """What stands between two people, the requests included that one answers for a whole delegation."""
    found = [meeting for _other, meeting in meetings.between(one.id, [other.id])]
    for asking, asked in ((one, other), (other, one)):
        if asked.manages_delegation and asked.joined_delegation_id is not None:
            unanswered = meetings.requests_between(asking.id, asked.joined_delegation_id)
            found += [meeting for meeting in unanswered if meeting.target_id is None]
    return [meeting.id for meeting in found]


def drop_what_is_missed(profile: Profile) -> None:
    """Somebody takes part in another way than before: meetings at which the person cannot be any more are off."""
    hold(profile.event_id)
    one = fresh_profiles([profile.id])[0]
    event = db.session.get_one(Event, profile.event_id)
    scheduled = [found for found in meetings.live_of(one.id) if found.slot is not None and not has_begun(found)]
    fitting = fits_presence(event, one, [found.slot for found in scheduled if found.slot is not None])
    for found in scheduled:
        at_table = found.table_id is not None
        if found.slot_id not in (fitting.at_tables if at_table else fitting.by_video):
            _cancel(found, CancelCause.REGISTRATION)


def has_matchmaking(event_id: int) -> bool:
    """Whether there is anything to hold."""
    found = db.session.scalar(sa.select(Matchmaking.id).where(Matchmaking.event_id == event_id))
    return found is not None


def _end(found: Sequence[Meeting], cause: CancelCause) -> None:
    """Everything at once: an event has thousands of meetings."""
    drafts = [one for one in found if one.state is MeetingState.DRAFT]
    others = [one for one in found if one.state is not MeetingState.DRAFT and not has_begun(one)]
    cancelled, columns = MeetingState.CANCELLED, {"cancel_cause": cause}
    change_all(
        [
            *(Step(one, MeetingEvent.DISCARD, MeetingState.DISCARDED) for one in drafts),
            *(Step(one, MeetingEvent.CANCEL, cancelled, columns=columns) for one in others),
        ]
    )


def _cancel(meeting: Meeting, cause: CancelCause, by: Profile | None = None, reason: str = "") -> None:
    change(meeting, MeetingEvent.CANCEL, to=MeetingState.CANCELLED, by=by, reason=reason, cancel_cause=cause)
