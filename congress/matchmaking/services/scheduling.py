"""Slots and tables of meetings: what is free, what the timetable assigns, what organisers give by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from congress.audit.services import record
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking import errors
from congress.matchmaking.enums import MeetingEvent, MeetingState
from congress.matchmaking.models import Meeting, MeetingPerson, MeetingSlot, MeetingTable, Profile
from congress.matchmaking.places import Board, Place
from congress.matchmaking.queries import meetings
from congress.matchmaking.services.holding import hold, hold_meeting
from congress.matchmaking.services.transitions import Place as Ids
from congress.matchmaking.services.transitions import Step, change, change_all

Taken = tuple[int | None, int | None]
"""A person or a table, and the slot in which it is taken."""


@dataclass(frozen=True, slots=True)
class WaitingPair:
    """Two people who agreed to meet and have no place yet, and the first place that is free for them now."""

    meeting: Meeting
    slot: MeetingSlot
    table: MeetingTable | None


def free_places(event: Event, meeting: Meeting, attendees: Sequence[Profile] = ()) -> list[Place]:
    """The places where a meeting could be, best first: the wanted slot, then the earliest. Its own is among them.

    `attendees` are those who would attend for a delegation. The people with their registrations have to be loaded.
    """
    people = [*people_of(meeting), *attendees]
    return list(Board(event, people, besides=meeting).places(people, (meeting.wanted_slot_id,)))


def place_for(
    meeting: Meeting, *, slot_id: int | None = None, table_id: int | None = None, wanted: Sequence[int | None] = ()
) -> Place:
    """The place that a meeting gets, in one slot or in the best; says what is missing when there is none."""
    people = people_of(meeting)
    board = Board(db.session.get_one(Event, meeting.event_id), people, besides=meeting)
    if slot_id is not None:
        return _place_in(board, people, slot_id, table_id)
    place = next(board.places(people, wanted), None)
    if place is None:
        raise errors.NoTable if board.common(people) else errors.NoCommonSlot
    return place


def people_of(meeting: Meeting) -> list[Profile]:
    """Who sits in a meeting, the one who asked first."""
    return [person.profile for person in meeting.people]


def assign(meeting: Meeting, slot_id: int, table_id: int | None, *, shown: bool = False) -> Meeting:
    """Put a meeting where the timetable wants it. Unless `shown`, its people learn of it by the next publication.

    The timetable was checked as a whole; here a person or a table that is taken meanwhile is refused (`PlaceTaken`).
    """
    _held, one = hold_meeting(meeting)
    if one.locked_at is not None and (one.slot_id, one.table_id) != (slot_id, table_id):
        raise errors.IsLocked
    _require_free(one, slot_id, table_id)
    change(one, MeetingEvent.ASSIGN, to=MeetingState.SCHEDULED, slot_id=slot_id, table_id=table_id, shown=shown)
    return one


def assign_all(event_id: int, wanted: Mapping[int, Ids | None]) -> list[Meeting]:
    """Put many meetings, by id, into new places at once: they may exchange them. None takes a meeting out.

    Hidden until the next publication. What is where it should be is left alone. Gives the meetings that changed.
    """
    hold(event_id)
    return put_all(event_id, wanted)


def put_all(event_id: int, wanted: Mapping[int, Ids | None]) -> list[Meeting]:
    """The same for somebody who holds the meetings and has read them since."""
    known = db.session.scalars(sa.select(Meeting).where(Meeting.id.in_(wanted)).order_by(Meeting.id))
    moving = [one for one in known if _moves(one, wanted[one.id])]
    if any(one.locked_at is not None for one in moving):
        raise errors.IsLocked
    _require_all_free(event_id, {one.id: wanted[one.id] for one in moving})
    change_all([_step(one, wanted[one.id]) for one in moving])
    return moving


def unschedule(meeting: Meeting, *, shown: bool = False) -> Meeting:
    """Take a meeting out of the timetable; its people still want it."""
    _held, one = hold_meeting(meeting)
    if one.locked_at is not None:
        raise errors.IsLocked
    change(one, MeetingEvent.UNSCHEDULE, to=MeetingState.UNSCHEDULED, shown=shown)
    record("meeting.unscheduled", "meeting", one.id, event_id=one.event_id)
    return one


def give_place(meeting: Meeting, slot_id: int, table_id: int | None = None) -> Meeting:
    """Give a pair that waits a place by hand; its people learn of it at once."""
    _held, one = hold_meeting(meeting)
    place = place_for(one, slot_id=slot_id, table_id=table_id)
    slot, table = place.ids
    change(one, MeetingEvent.SCHEDULE, to=MeetingState.SCHEDULED, slot_id=slot, table_id=table)
    record("meeting.scheduled", "meeting", one.id, event_id=one.event_id)
    return one


def waiting_pairs_for(event: Event) -> list[WaitingPair]:
    """The pairs without a place that could have one now: freed slots are for them. Each stands for itself."""
    waiting = meetings.in_states(event.id, MeetingState.UNSCHEDULED)
    board = Board(event, [profile for one in waiting for profile in people_of(one)])
    found = ((one, next(board.places(people_of(one), (one.wanted_slot_id,)), None)) for one in waiting)
    return [WaitingPair(one, place.slot, place.table) for one, place in found if place is not None]


def _place_in(board: Board, people: Sequence[Profile], slot_id: int, table_id: int | None) -> Place:
    slot = next((one for one in board.common(people) if one.id == slot_id), None)
    if slot is None:
        raise errors.SlotNotFree
    for place in board.places_in(slot, people):
        if table_id is None or place.table is None or place.table.id == table_id:
            return place
    raise errors.NoTableThen


def _moves(meeting: Meeting, wanted: Ids | None) -> bool:
    return (meeting.slot_id, meeting.table_id) != (wanted or (None, None))


def _step(meeting: Meeting, wanted: Ids | None) -> Step:
    if wanted is None:
        return Step(meeting, MeetingEvent.UNSCHEDULE, MeetingState.UNSCHEDULED, shown=False)
    return Step(meeting, MeetingEvent.ASSIGN, MeetingState.SCHEDULED, place=wanted, shown=False)


def _require_free(meeting: Meeting, slot_id: int, table_id: int | None) -> None:
    people = [person.profile_id for person in meeting.people]
    person = sa.select(MeetingPerson.profile_id).where(
        MeetingPerson.profile_id.in_(people), MeetingPerson.slot_id == slot_id, MeetingPerson.meeting_id != meeting.id
    )
    table = sa.select(Meeting.id).where(
        Meeting.table_id == table_id, Meeting.slot_id == slot_id, Meeting.id != meeting.id
    )
    if db.session.scalar(person.limit(1)) or (table_id is not None and db.session.scalar(table.limit(1))):
        raise errors.PlaceTaken


def _require_all_free(event_id: int, wanted: Mapping[int, Ids | None]) -> None:
    """Whether no person and no table is wanted twice; those that move leave their places."""
    people, tables = _taken_besides(event_id, wanted)
    seats = defaultdict(set)
    of_people = sa.select(MeetingPerson.meeting_id, MeetingPerson.profile_id)
    for meeting_id, profile_id in db.session.execute(of_people.where(MeetingPerson.meeting_id.in_(wanted))):
        seats[meeting_id].add(profile_id)
    for meeting_id, place in wanted.items():
        if place is None:
            continue
        slot_id, table_id = place
        persons = {(profile_id, slot_id) for profile_id in seats[meeting_id]}
        table = {(table_id, slot_id)} if table_id is not None else set()
        if persons & people or table & tables:
            raise errors.PlaceTaken
        people |= persons
        tables |= table


def _taken_besides(event_id: int, moving: Collection[int]) -> tuple[set[Taken], set[Taken]]:
    """The slots of people and those of tables that the meetings of an event take, without these meetings."""
    of_people = sa.select(MeetingPerson.meeting_id, MeetingPerson.profile_id, MeetingPerson.slot_id)
    of_people = of_people.join(MeetingPerson.meeting).where(Meeting.event_id == event_id)
    people = db.session.execute(of_people.where(MeetingPerson.slot_id.is_not(None)))
    of_tables = sa.select(Meeting.id, Meeting.table_id, Meeting.slot_id).where(Meeting.event_id == event_id)
    tables = db.session.execute(of_tables.where(Meeting.table_id.is_not(None)))
    return (
        {(profile_id, slot_id) for meeting_id, profile_id, slot_id in people if meeting_id not in moving},
        {(table_id, slot_id) for meeting_id, table_id, slot_id in tables if meeting_id not in moving},
    )
