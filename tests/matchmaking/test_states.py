"""The table of transitions, row by row, and that nothing writes past it."""

from __future__ import annotations

import itertools

import pytest
from flask_sqlalchemy.session import Session

from congress.matchmaking import states
from congress.matchmaking.enums import LIVE, TOOK_PLACE, MeetingEvent, MeetingState
from congress.matchmaking.errors import NotPossibleNow
from congress.matchmaking.services import transitions
from tests.factories.matchmaking import make_meeting
from tests.matchmaking.stage import Stage, events, heard, log, now, place, refused, seats, versions

E, S = MeetingEvent, MeetingState

ROWS = [
    (None, E.REQUEST, S.PENDING),
    (None, E.GENERATE, S.DRAFT),
    (S.DRAFT, E.PUBLISH, S.PENDING),
    (S.DRAFT, E.PUBLISH, S.UNSCHEDULED),
    (S.DRAFT, E.PUBLISH, S.SCHEDULED),
    (S.DRAFT, E.DISCARD, S.DISCARDED),
    (S.PENDING, E.ACCEPT, S.SCHEDULED),
    (S.PENDING, E.ACCEPT, S.UNSCHEDULED),
    (S.PENDING, E.DECLINE, S.DECLINED),
    (S.PENDING, E.WITHDRAW, S.WITHDRAWN),
    (S.PENDING, E.EXPIRE, S.EXPIRED),
    (S.UNSCHEDULED, E.ASSIGN, S.SCHEDULED),
    (S.SCHEDULED, E.ASSIGN, S.SCHEDULED),
    (S.UNSCHEDULED, E.SCHEDULE, S.SCHEDULED),
    (S.SCHEDULED, E.UNSCHEDULE, S.UNSCHEDULED),
    (S.UNSCHEDULED, E.PUBLISH, S.UNSCHEDULED),
    (S.SCHEDULED, E.PUBLISH, S.SCHEDULED),
    (S.SCHEDULED, E.LOCK, S.SCHEDULED),
    (S.SCHEDULED, E.UNLOCK, S.SCHEDULED),
    (S.SCHEDULED, E.PROPOSE, S.SCHEDULED),
    (S.SCHEDULED, E.ACCEPT_PROPOSAL, S.SCHEDULED),
    (S.SCHEDULED, E.DECLINE_PROPOSAL, S.SCHEDULED),
    (S.SCHEDULED, E.MOVE, S.SCHEDULED),
    (S.SCHEDULED, E.CANCEL, S.CANCELLED),
    (S.UNSCHEDULED, E.CANCEL, S.CANCELLED),
    (S.PENDING, E.CANCEL, S.CANCELLED),
    (S.SCHEDULED, E.START, S.SCHEDULED),
    (S.SCHEDULED, E.ANSWER, S.SCHEDULED),
    *((S.SCHEDULED, E.ANSWER, to) for to in sorted(TOOK_PLACE)),
    *((origin, E.ANSWER, to) for origin in sorted(TOOK_PLACE) for to in sorted(TOOK_PLACE)),
]
EVERYTHING = set(itertools.product((None, *S), E, S))


@pytest.mark.parametrize(("origin", "event", "to"), ROWS)
def test_what_is_in_the_table_is_possible(origin: MeetingState | None, event: MeetingEvent, to: MeetingState) -> None:
    assert states.is_allowed(event, origin, to)


def test_nothing_else_is_possible() -> None:
    allowed = {(origin, event, to) for origin, event, to in EVERYTHING if states.is_allowed(event, origin, to)}
    assert allowed == set(ROWS)


def test_every_final_state_is_final() -> None:
    assert set(S) == states.FINAL | LIVE | TOOK_PLACE
    for state in states.FINAL:
        assert states.events_from(state) == frozenset()
    for state in TOOK_PLACE:
        assert states.events_from(state) == {E.ANSWER}


def test_every_live_state_leads_somewhere() -> None:
    for state in LIVE:
        assert states.events_from(state)


@pytest.mark.database
@pytest.mark.usefixtures("session", "now")
def test_the_writer_refuses_whatever_is_not_in_the_table(session: Session) -> None:
    stage = Stage()
    for origin, found in itertools.groupby(sorted((set(EVERYTHING) - set(ROWS)), key=str), key=lambda row: row[0]):
        if origin is None:
            continue
        meeting = make_meeting(*stage.people(2), origin)
        for _origin, event, to in found:
            with refused(NotPossibleNow), heard() as announced:
                transitions.change(meeting, event, to=to, reason="never")
            assert announced == []
        assert events(meeting) == []


@pytest.mark.database
@pytest.mark.usefixtures("session", "now")
def test_one_change_writes_the_meeting_its_people_the_log_and_one_announcement(session: Session) -> None:
    stage = Stage()
    one, other = stage.people(2)
    meeting = now(make_meeting(one, other))
    slot, table = stage.slots[0].id, stage.tables[0].id
    with heard() as announced:
        transitions.change(meeting, E.ACCEPT, to=S.SCHEDULED, by=other, slot_id=slot, table_id=table)
    assert place(meeting) == (slot, table)
    assert seats(meeting) == {one.id: slot, other.id: slot}
    row = log(meeting)[0]
    assert announced == [row]
    assert (row.from_state, row.to_state, row.by_profile_id) == (S.PENDING, S.SCHEDULED, other.id)
    assert (row.old_slot_id, row.new_slot_id, row.new_table_id) == (None, slot, table)
    assert versions(one, other) == [1, 1]


@pytest.mark.database
@pytest.mark.usefixtures("session", "now")
def test_schedules_and_calendars_change_with_what_people_are_told_only(session: Session) -> None:
    stage = Stage()
    one, other = stage.people(2)
    meeting = now(make_meeting(one, other, S.UNSCHEDULED))
    first, second = ((stage.slots[n].id, stage.tables[n].id) for n in range(2))
    _change(meeting, E.ASSIGN, first)
    assert (versions(one, other), meeting.shown_slot_id, meeting.sequence) == ([0, 0], None, 0)
    _change(meeting, E.PUBLISH, first)
    assert (versions(one, other), meeting.shown_slot_id, meeting.sequence) == ([1, 1], first[0], 0)
    _change(meeting, E.LOCK, first)
    _change(meeting, E.START, first)
    assert versions(one, other) == [1, 1]
    _change(meeting, E.ASSIGN, second)
    assert (versions(one, other), meeting.shown_slot_id, meeting.sequence) == ([1, 1], first[0], 0)
    _change(meeting, E.PUBLISH, second)
    assert (versions(one, other), meeting.shown_slot_id, meeting.sequence) == ([2, 2], second[0], 1)
    assert log(meeting)[-1].old_slot_id == first[0]
    transitions.change(meeting, E.CANCEL, to=S.CANCELLED)
    assert (versions(one, other), meeting.shown_slot_id, meeting.sequence) == ([3, 3], second[0], 2)
    assert seats(meeting) == {one.id: None, other.id: None}


def _change(meeting: transitions.Meeting, event: MeetingEvent, where: tuple[int, int]) -> None:
    transitions.change(meeting, event, to=S.SCHEDULED, slot_id=where[0], table_id=where[1])
