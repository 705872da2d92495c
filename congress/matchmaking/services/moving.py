"""Moving a meeting that has a slot: proposals of its people, moves and locks of the organisers."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.audit.services import record
from congress.core import clock
from congress.core.errors import Missing
from congress.extensions import db
from congress.matchmaking import errors
from congress.matchmaking.enums import MeetingEvent, MeetingState, Publication, SchedulingMode, Side
from congress.matchmaking.models import Matchmaking, Meeting, MeetingChange, Profile
from congress.matchmaking.permissions import moves_until
from congress.matchmaking.services import scheduling
from congress.matchmaking.services.holding import hold_meeting
from congress.matchmaking.services.transitions import change

STAYS = MeetingState.SCHEDULED
PROPOSALS, PATIENCE = 5, dt.timedelta(days=1)
"""So many proposals for one meeting within so much time."""


def propose(meeting: Meeting, by: Profile, slot_id: int) -> Meeting:
    """Propose another slot to the other side; the old one stays until it agrees. A newer proposal replaces one."""
    held, one = hold_meeting(meeting)
    side_of(one, by)
    _require_movable(held, one)
    _require_patience(one, by)
    if slot_id == one.slot_id:
        raise errors.SlotNotFree
    scheduling.place_for(one, slot_id=slot_id)
    change(one, MeetingEvent.PROPOSE, to=STAYS, by=by, proposed_slot_id=slot_id, proposed_by_id=by.id)
    return one


def accept_proposal(meeting: Meeting, by: Profile) -> Meeting:
    """Agree to the proposed slot: the meeting moves there, if it and a table are still free."""
    held, one = hold_meeting(meeting)
    own = side_of(one, by)
    slot_id, proposer = _proposal(one)
    if own is proposer:
        raise errors.OwnProposal
    _require_movable(held, one)
    slot, table = scheduling.place_for(one, slot_id=slot_id).ids
    change(one, MeetingEvent.ACCEPT_PROPOSAL, to=STAYS, by=by, slot_id=slot, table_id=table)
    return one


def decline_proposal(meeting: Meeting, by: Profile) -> Meeting:
    """Refuse the proposed slot, or take the own proposal back: the meeting stays where it is."""
    _held, one = hold_meeting(meeting)
    side_of(one, by)
    _proposal(one)
    change(one, MeetingEvent.DECLINE_PROPOSAL, to=STAYS, by=by, proposed_slot_id=None, proposed_by_id=None)
    return one


def move(meeting: Meeting, slot_id: int, table_id: int | None = None) -> Meeting:
    """Move a meeting as an organiser, cut-off or not; without a table, to the one that suits best.

    Its people learn of it at once, unless nothing of the timetable was published to them yet.
    """
    held, one = hold_meeting(meeting)
    if one.state is MeetingState.UNSCHEDULED:
        return scheduling.give_place(one, slot_id, table_id)
    if has_begun(one):
        raise errors.HasBegun
    slot, table = scheduling.place_for(one, slot_id=slot_id, table_id=table_id).ids
    shown = one.published_at is not None or is_shown_at_once(held)
    change(one, MeetingEvent.MOVE, to=STAYS, slot_id=slot, table_id=table, shown=shown)
    _note("meeting.moved", one)
    return one


def lock(meeting: Meeting) -> Meeting:
    """Keep a meeting where it is: the timetable may not move it."""
    _held, one = hold_meeting(meeting)
    change(one, MeetingEvent.LOCK, to=STAYS, locked_at=clock.now())
    _note("meeting.locked", one)
    return one


def unlock(meeting: Meeting) -> Meeting:
    """Let the timetable move a meeting again."""
    _held, one = hold_meeting(meeting)
    change(one, MeetingEvent.UNLOCK, to=STAYS, locked_at=None)
    _note("meeting.unlocked", one)
    return one


def side_of(meeting: Meeting, profile: Profile) -> Side:
    """On which side somebody sits; for anybody else there is no such meeting."""
    for person in meeting.people:
        if person.profile_id == profile.id:
            return person.side
    raise Missing


def has_begun(meeting: Meeting) -> bool:
    """Whether the time of a meeting has come; its slot has to be loaded."""
    return meeting.slot is not None and meeting.slot.starts_at <= clock.now()


def is_shown_at_once(held: Matchmaking) -> bool:
    """Whether what organisers do by hand is told at once: not while they prepare a timetable nobody has seen."""
    return held.scheduling_mode is SchedulingMode.PARTICIPANTS or held.publication is not Publication.DRAFT


def _require_movable(held: Matchmaking, meeting: Meeting) -> None:
    """Whether its people know the meeting's place and may still change it."""
    if meeting.state is not STAYS or meeting.published_at is None:
        raise errors.NotPossibleNow
    until = moves_until(held, meeting.slot)
    if until is None or clock.now() >= until:
        raise errors.TooLateToMove(held.cutoff_minutes)


def _require_patience(meeting: Meeting, by: Profile) -> None:
    """Each proposal is a mail to the other side: somebody who goes on and on is asked to write instead."""
    made = sa.select(sa.func.count(MeetingChange.id)).where(
        MeetingChange.meeting_id == meeting.id,
        MeetingChange.event == MeetingEvent.PROPOSE,
        MeetingChange.by_profile_id == by.id,
        MeetingChange.at > clock.now() - PATIENCE,
    )
    if (db.session.scalar(made) or 0) >= PROPOSALS:
        raise errors.ProposesTooOften


def _proposal(meeting: Meeting) -> tuple[int, Side]:
    if meeting.state is not STAYS or meeting.proposed_slot_id is None:
        raise errors.NoProposal
    by = next(one.side for one in meeting.people if one.profile_id == meeting.proposed_by_id)
    return meeting.proposed_slot_id, by


def _note(action: str, meeting: Meeting) -> None:
    record(action, "meeting", meeting.id, event_id=meeting.event_id)
