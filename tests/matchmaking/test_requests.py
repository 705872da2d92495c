"""Asking, accepting, declining, withdrawing: the rows of the table that begin with a request."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask_sqlalchemy.session import Session

from congress.core import clock
from congress.core.errors import Missing
from congress.extensions import db
from congress.matchmaking import delegation_errors, errors
from congress.matchmaking.availability import availability_of
from congress.matchmaking.enums import MeetingEvent, MeetingState, RequestMode, SchedulingMode, SessionModality
from congress.matchmaking.models import Block, Meeting, Profile, TableZone, UnavailableSlot
from congress.matchmaking.services import answering, requesting, scheduling
from congress.registration.enums import Attendance, RegistrationStatus
from tests.factories.matchmaking import make_delegation, make_meeting, make_slots, make_tables
from tests.factories.registrations import make_category
from tests.matchmaking.stage import Stage, events, heard, later, log, now, place, refused, seats, state

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]
S = MeetingState


@pytest.fixture
def stage(session: Session, now: dt.datetime) -> Stage:
    return Stage()


def test_a_request_blocks_nothing_and_ends_by_itself(stage: Stage) -> None:
    one, other = stage.people(2)
    with heard() as announced:
        meeting = requesting.request_meeting(one, other, note="Hello", wanted_slot_id=stage.slots[1].id)
    assert state(meeting) is S.PENDING
    assert [change.event for change in announced] == [MeetingEvent.REQUEST]
    assert (meeting.note, meeting.wanted_slot_id) == ("Hello", stage.slots[1].id)
    assert meeting.expires_at == clock.now() + dt.timedelta(hours=72)
    assert seats(meeting) == {one.id: None, other.id: None}
    free = availability_of(stage.event, [one, other])
    assert all(len(free[profile.id].open) == 4 for profile in (one, other))


def test_a_request_ends_with_the_booking_window_at_the_latest(stage: Stage) -> None:
    stage.matchmaking.booking_closes_at = clock.now() + dt.timedelta(hours=5)
    meeting = requesting.request_meeting(*stage.people(2))
    assert meeting.expires_at == clock.now() + dt.timedelta(hours=5)


def test_who_accepts_gets_slot_and_table_at_once(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other, wanted_slot_id=stage.slots[2].id)
    with heard() as announced:
        answering.accept(meeting, other)
    assert [change.to_state for change in announced] == [S.SCHEDULED]
    assert place(meeting) == (stage.slots[2].id, stage.tables[0].id)
    assert seats(meeting) == {one.id: stage.slots[2].id, other.id: stage.slots[2].id}
    assert (now(meeting).shown_slot_id, now(meeting).published_at) == (stage.slots[2].id, clock.now())
    assert now(meeting).answered_at == clock.now()


def test_the_earliest_free_slot_is_taken_when_the_wanted_one_is_not_free_any_more(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other, wanted_slot_id=stage.slots[2].id)
    make_meeting(other, stage.person(), S.SCHEDULED, slot=stage.slots[2])
    make_meeting(one, stage.person(), S.SCHEDULED, slot=stage.slots[0])
    answering.accept(meeting, other)
    assert place(meeting)[0] == stage.slots[1].id


def test_who_accepts_may_choose_the_slot(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other, wanted_slot_id=stage.slots[2].id)
    make_meeting(one, stage.person(), S.SCHEDULED, slot=stage.slots[0])
    with refused(errors.SlotNotFree):
        answering.accept(meeting, other, slot_id=stage.slots[0].id)
    answering.accept(meeting, other, slot_id=stage.slots[3].id)
    assert place(meeting)[0] == stage.slots[3].id


def test_what_is_missing_is_named(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other)
    for slot in stage.slots:
        for table in stage.tables:
            make_meeting(*stage.people(2), S.SCHEDULED, slot=slot, table=table)
    with refused(errors.NoTable):
        answering.accept(meeting, other)
    with refused(errors.NoTableThen):
        answering.accept(meeting, other, slot_id=stage.slots[0].id)
    for slot in stage.slots:
        db.session.add(UnavailableSlot(profile_id=one.id, slot_id=slot.id))
    with refused(errors.NoCommonSlot):
        answering.accept(meeting, other)
    assert state(meeting) is S.PENDING


def test_where_organisers_make_the_timetable_who_accepts_waits_for_it(session: Session) -> None:
    stage = Stage(scheduling_mode=SchedulingMode.ORGANISERS)
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other)
    answering.accept(meeting, other)
    assert state(meeting) is S.UNSCHEDULED
    assert place(meeting) == (None, None)
    assert now(meeting).published_at is None


def test_where_nobody_has_to_agree_a_request_is_a_meeting(session: Session) -> None:
    stage = Stage(request_mode=RequestMode.AUTOMATIC)
    meeting = requesting.request_meeting(*stage.people(2))
    assert events(meeting) == ["request", "accept"]
    assert place(meeting) == (stage.slots[0].id, stage.tables[0].id)
    assert log(meeting)[1].by_profile_id is None
    waiting = Stage(tables=0, request_mode=RequestMode.AUTOMATIC)
    with refused(errors.NoTable):
        requesting.request_meeting(*waiting.people(2))


def test_asking_back_is_accepting(stage: Stage) -> None:
    one, other = stage.people(2)
    first = requesting.request_meeting(one, other, wanted_slot_id=stage.slots[1].id)
    second = requesting.request_meeting(other, one, wanted_slot_id=stage.slots[3].id)
    assert second.id == first.id
    assert (state(first), now(first).is_mutual) == (S.SCHEDULED, True)
    assert place(first)[0] == stage.slots[3].id
    assert db.session.query(Meeting).count() == 1


def test_a_draft_gives_way_and_leaves_its_guarantee(stage: Stage) -> None:
    one, other = stage.people(2)
    draft = make_meeting(other, one, S.DRAFT, is_guaranteed=True)
    meeting = requesting.request_meeting(one, other)
    assert (state(draft), state(meeting)) == (S.DISCARDED, S.PENDING)
    assert meeting.is_guaranteed


def test_only_who_is_asked_answers_and_only_who_asked_withdraws(stage: Stage) -> None:
    one, other, third = stage.people(3)
    meeting = requesting.request_meeting(one, other)
    for stranger in (one, third):
        with refused(Missing):
            answering.accept(meeting, stranger)
        with refused(Missing):
            answering.decline(meeting, stranger)
    with refused(Missing):
        requesting.withdraw(meeting, other)


def test_a_refusal_keeps_its_reason_in_the_log(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other)
    answering.decline(meeting, other, "Not my field")
    assert state(meeting) is S.DECLINED
    assert (log(meeting)[-1].reason, log(meeting)[-1].by_profile_id) == ("Not my field", other.id)
    with refused(errors.NotPossibleNow):
        answering.accept(meeting, other)


def test_a_request_can_be_taken_back_until_it_is_answered(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other)
    answering.seen(meeting, other)
    seen = {person.profile_id: person.seen_at for person in now(meeting).people}
    assert seen == {one.id: None, other.id: clock.now()}
    requesting.withdraw(meeting, one)
    assert state(meeting) is S.WITHDRAWN
    with refused(errors.NotPossibleNow):
        requesting.withdraw(meeting, one)


def test_what_has_expired_is_not_answered_even_before_anybody_noticed(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other)
    with later(hours=72):
        for answer in (answering.accept, answering.decline):
            with refused(errors.RequestExpired):
                answer(meeting, other)
        again = requesting.request_meeting(one, other)
    assert (state(meeting), state(again)) == (S.EXPIRED, S.PENDING)


def test_nothing_is_accepted_after_the_window_closed_or_the_event_was_hidden(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other)
    stage.matchmaking.opened_at = None
    with refused(errors.NotOpened):
        answering.accept(meeting, other)
    stage.matchmaking.opened_at, stage.matchmaking.booking_closes_at = clock.now(), clock.now()
    with refused(errors.RequestExpired):
        answering.accept(meeting, other)


def test_both_sides_need_room_and_must_come(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other)
    other.max_meetings = 0
    with refused(errors.WishReached):
        answering.accept(meeting, other)
    other.max_meetings, one.quota = None, 0
    with refused(errors.OtherIsFull):
        answering.accept(meeting, other)
    one.quota, one.registration.status = None, RegistrationStatus.CANCELLED
    with refused(errors.TakesNoRequests):
        answering.accept(meeting, other)


def test_a_colleague_who_agreed_first_is_the_one(stage: Stage) -> None:
    one, first, second = stage.people(3)
    requests = [requesting.request_meeting(one, target) for target in (first, second)]
    make_delegation(stage.event, first, second)
    answering.accept(requests[0], first)
    with refused(errors.ColleagueMeets):
        answering.accept(requests[1], second)


def test_booths_come_first_and_are_nobody_elses(stage: Stage) -> None:
    one, host, third = stage.people(3)
    delegation = make_delegation(stage.event, host)
    booth = stage.tables[0]
    booth.delegation_id = delegation.id
    assert _accepted(stage, one, third)[1] == stage.tables[1].id
    assert _accepted(stage, one, host)[1] == booth.id
    assert _accepted(stage, host, third)[1] == booth.id
    for slot in stage.slots:
        db.session.add(UnavailableSlot(profile_id=host.id, slot_id=slot.id))
    late = make_slots(stage.event, 1, starts_at=stage.event.starts_at + dt.timedelta(hours=5))[0]
    make_meeting(*stage.people(2), S.SCHEDULED, slot=late, table=booth)
    with refused(errors.NoTable):
        _accepted(stage, stage.person(), host)


def test_closed_tables_get_nobody(stage: Stage) -> None:
    stage.tables[0].closed_at = clock.now()
    assert _accepted(stage, *stage.people(2))[1] == stage.tables[1].id


def test_people_need_time_to_walk_between_zones(session: Session) -> None:
    stage = Stage(tables=0, walking_minutes=10)
    here, there = (TableZone(event_id=stage.event.id, name={"en": name}) for name in ("Hall", "Foyer"))
    db.session.add_all([here, there])
    db.session.flush()
    table = make_tables(stage.event, 1, zone_id=here.id)[0]
    one, other = stage.people(2)
    make_meeting(one, stage.person(), S.SCHEDULED, slot=stage.slots[1], table=table)
    table.closed_at = clock.now()
    far = make_tables(stage.event, 1, zone_id=there.id)[0]
    assert _accepted(stage, one, other) == (stage.slots[3].id, far.id)
    near = make_tables(stage.event, 1, zone_id=here.id)[0]
    assert _accepted(stage, one, stage.person()) == (stage.slots[0].id, near.id)


def test_who_is_not_there_meets_by_video_without_a_table(session: Session) -> None:
    stage = Stage(slots=0, tables=0)
    slot = make_slots(stage.event, 1, modality=SessionModality.HYBRID)[0]
    remote = stage.person(category=make_category(stage.event, attendance=Attendance.ONLINE))
    assert _accepted(stage, stage.person(), remote) == (slot.id, None)


def test_a_table_that_people_were_told_stays_theirs_until_they_are_told_another(stage: Stage) -> None:
    moved = make_meeting(*stage.people(2), S.SCHEDULED, slot=stage.slots[0], table=stage.tables[0])
    scheduling.assign(moved, stage.slots[1].id, stage.tables[0].id)
    assert _accepted(stage, *stage.people(2)) == (stage.slots[0].id, stage.tables[1].id)


def test_a_delegation_says_who_attends(stage: Stage) -> None:
    one, manager, colleague = stage.people(3)
    delegation = make_delegation(stage.event, manager, colleague)
    meeting = requesting.request_meeting(one, delegation)
    assert (meeting.target_id, list(seats(meeting))) == (None, [one.id])
    with refused(Missing):
        answering.accept(meeting, colleague, attendees=[colleague])
    with refused(delegation_errors.AttendeesNeeded):
        answering.accept(meeting, manager)
    with refused(delegation_errors.NotAMember):
        answering.accept(meeting, manager, attendees=[one])
    with refused(delegation_errors.OnlyOneAttends):
        answering.accept(meeting, manager, attendees=[manager, colleague])
    answering.accept(meeting, manager, attendees=[colleague])
    found = now(meeting)
    assert (found.target_id, {found.low_id, found.high_id}) == (colleague.id, {one.id, colleague.id})
    assert set(seats(meeting).values()) == {stage.slots[0].id}


def test_several_attend_when_the_delegation_allows_it(stage: Stage) -> None:
    one, manager, colleague = stage.people(3)
    delegation = make_delegation(stage.event, manager, colleague, only_one=False)
    meeting = requesting.request_meeting(one, delegation)
    make_meeting(colleague, stage.person(), S.SCHEDULED, slot=stage.slots[0])
    answering.accept(meeting, manager, attendees=[manager, colleague])
    assert seats(meeting) == dict.fromkeys((one.id, manager.id, colleague.id), stage.slots[1].id)
    with refused(errors.AlreadyMeeting):
        requesting.request_meeting(colleague, one)


@pytest.mark.parametrize("hurdle", ["meeting", "block", "cancelled"])
def test_an_attendee_must_be_able_to_meet_the_person(stage: Stage, hurdle: str) -> None:
    one, manager, colleague = stage.people(3)
    delegation = make_delegation(stage.event, manager, colleague, only_one=False)
    meeting = requesting.request_meeting(one, delegation)
    if hurdle == "meeting":
        make_meeting(colleague, one)
    elif hurdle == "block":
        db.session.add(Block(profile_id=colleague.id, other_id=one.id, created_at=clock.now()))
    else:
        make_meeting(colleague, one, S.CANCELLED, cancel_cause="participant")
    with refused(delegation_errors.AttendeeCannot):
        answering.accept(meeting, manager, attendees=[colleague])
    draft = make_meeting(manager, one, S.DRAFT)
    answering.accept(meeting, manager, attendees=[manager])
    assert state(draft) is S.DISCARDED


def test_a_delegation_is_asked_once_at_a_time(stage: Stage) -> None:
    one, manager, colleague = stage.people(3)
    delegation = make_delegation(stage.event, manager, colleague, only_one=False)
    requesting.request_meeting(one, delegation)
    with refused(errors.AlreadyAsked):
        requesting.request_meeting(one, delegation)


def test_places_are_listed_best_first_with_the_own_one(stage: Stage) -> None:
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other, wanted_slot_id=stage.slots[2].id)
    answering.accept(meeting, other)
    found = scheduling.free_places(stage.event, now(meeting))
    assert [one.slot.id for one in found] == [stage.slots[n].id for n in (2, 0, 1, 3)]
    assert found[0].ids == place(meeting)


def _accepted(stage: Stage, one: Profile, other: Profile, **more: Any) -> tuple[int | None, int | None]:
    meeting = requesting.request_meeting(one, other)
    answering.accept(meeting, other, **more)
    return place(meeting)
