"""Meetings that have a place: the timetable, moves, locks, proposals, and slots that were freed."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy.session import Session

from congress.audit.models import AuditEntry
from congress.core.errors import Missing
from congress.extensions import db
from congress.matchmaking import errors
from congress.matchmaking.enums import MeetingState, Publication, SchedulingMode
from congress.matchmaking.models import Meeting, UnavailableSlot
from congress.matchmaking.permissions import moves_until
from congress.matchmaking.services import moving, scheduling
from tests.factories.matchmaking import make_delegation, make_meeting
from tests.matchmaking.stage import Stage, events, heard, later, log, now, place, refused, seats, state, versions
from tests.support.counting import queries_of

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]
S = MeetingState


@pytest.fixture
def stage(session: Session, now: dt.datetime) -> Stage:
    return Stage()


def scheduled(stage: Stage, slot: int = 0, table: int = 0) -> Meeting:
    return make_meeting(*stage.people(2), S.SCHEDULED, slot=stage.slots[slot], table=stage.tables[table])


def people(meeting: Meeting) -> tuple:
    one, other = (person.profile for person in now(meeting).people)
    return one, other


def acts() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_timetable_is_hidden_until_it_is_published(stage: Stage) -> None:
    meeting = make_meeting(*stage.people(2), S.UNSCHEDULED)
    scheduling.assign(meeting, stage.slots[1].id, stage.tables[1].id)
    found = now(meeting)
    assert (found.state, found.slot_id, found.shown_slot_id, found.published_at) == (
        S.SCHEDULED,
        stage.slots[1].id,
        None,
        None,
    )
    assert versions(*people(meeting)) == [0, 0]
    shown = make_meeting(*stage.people(2), S.UNSCHEDULED)
    scheduling.assign(shown, stage.slots[1].id, None, shown=True)
    assert now(shown).shown_slot_id == stage.slots[1].id


def test_the_timetable_takes_no_place_that_is_taken_and_moves_nothing_locked(stage: Stage) -> None:
    meeting, other = scheduled(stage), make_meeting(*stage.people(2), S.UNSCHEDULED)
    with refused(errors.PlaceTaken):
        scheduling.assign(other, stage.slots[0].id, stage.tables[0].id)
    busy = make_meeting(people(meeting)[0], stage.person(), S.UNSCHEDULED)
    with refused(errors.PlaceTaken):
        scheduling.assign(busy, stage.slots[0].id, stage.tables[1].id)
    moving.lock(meeting)
    with refused(errors.IsLocked):
        scheduling.assign(meeting, stage.slots[1].id, stage.tables[0].id)
    with refused(errors.IsLocked):
        scheduling.unschedule(meeting)
    with refused(errors.IsLocked):
        scheduling.assign_all(stage.event.id, {meeting.id: None})
    moving.unlock(meeting)
    scheduling.unschedule(meeting)
    assert (state(meeting), events(meeting)) == (S.UNSCHEDULED, ["lock", "unlock", "unschedule"])
    assert [one for one in acts() if one.startswith("meeting.")] == [
        "meeting.locked",
        "meeting.unlocked",
        "meeting.unscheduled",
    ]


def test_meetings_may_exchange_their_places(stage: Stage) -> None:
    one, other = scheduled(stage, 0, 0), scheduled(stage, 1, 0)
    third, left = scheduled(stage, 2, 0), scheduled(stage, 3, 1)
    places = {meeting.id: place(meeting) for meeting in (one, other, third, left)}
    wanted = {one.id: places[other.id], other.id: places[one.id], third.id: None, left.id: places[left.id]}
    with heard() as announced:
        moved = scheduling.assign_all(stage.event.id, wanted)
    assert [found.id for found in moved] == [one.id, other.id, third.id]
    assert len(announced) == 3
    assert {meeting.id: place(meeting) for meeting in (one, other, left)} == {
        one.id: places[other.id],
        other.id: places[one.id],
        left.id: places[left.id],
    }
    assert (state(third), now(third).shown_slot_id) == (S.UNSCHEDULED, stage.slots[2].id)
    assert (log(one)[0].old_slot_id, log(one)[0].new_slot_id) == (stage.slots[0].id, stage.slots[1].id)
    assert set(seats(one).values()) == {stage.slots[1].id}


def test_a_timetable_that_wants_something_twice_is_refused(stage: Stage) -> None:
    first, second = (make_meeting(*stage.people(2), S.UNSCHEDULED) for _ in range(2))
    where = (stage.slots[0].id, stage.tables[0].id)
    with refused(errors.PlaceTaken):
        scheduling.assign_all(stage.event.id, {first.id: where, second.id: where})
    third = make_meeting(people(first)[0], stage.person(), S.UNSCHEDULED)
    with refused(errors.PlaceTaken):
        scheduling.assign_all(stage.event.id, {first.id: where, third.id: (where[0], stage.tables[1].id)})


def test_the_slot_that_people_were_told_stays_theirs_until_they_are_told_otherwise(stage: Stage) -> None:
    meeting = scheduled(stage)
    scheduling.unschedule(meeting)
    other = make_meeting(people(meeting)[0], stage.person(), S.UNSCHEDULED)
    found = scheduling.free_places(stage.event, now(other))
    assert stage.slots[0].id not in {one.slot.id for one in found}


def test_another_slot_is_proposed_and_the_old_one_stays_until_the_answer(stage: Stage) -> None:
    meeting = scheduled(stage)
    one, other = people(meeting)
    moving.propose(meeting, one, stage.slots[2].id)
    assert (place(meeting)[0], now(meeting).proposed_slot_id) == (stage.slots[0].id, stage.slots[2].id)
    assert versions(one, other) == [0, 0]
    with refused(errors.OwnProposal):
        moving.accept_proposal(meeting, one)
    with refused(Missing):
        moving.accept_proposal(meeting, stage.person())
    moving.accept_proposal(meeting, other)
    found = now(meeting)
    assert (place(meeting), found.proposed_slot_id, found.sequence) == (
        (stage.slots[2].id, stage.tables[0].id),
        None,
        1,
    )
    assert (log(meeting)[-1].old_slot_id, log(meeting)[-1].new_slot_id) == (stage.slots[0].id, stage.slots[2].id)
    assert versions(one, other) == [1, 1]
    with refused(errors.NoProposal):
        moving.accept_proposal(meeting, other)


def test_a_proposal_is_refused_taken_back_or_replaced(stage: Stage) -> None:
    meeting = scheduled(stage)
    one, other = people(meeting)
    for who in (one, other):
        moving.propose(meeting, one, stage.slots[2].id)
        moving.decline_proposal(meeting, who)
        assert (place(meeting)[0], now(meeting).proposed_slot_id) == (stage.slots[0].id, None)
    moving.propose(meeting, one, stage.slots[2].id)
    moving.propose(meeting, other, stage.slots[3].id)
    moving.accept_proposal(meeting, one)
    assert place(meeting)[0] == stage.slots[3].id


def test_only_what_is_free_for_both_is_proposed_and_still_has_to_be(stage: Stage) -> None:
    meeting = scheduled(stage)
    one, other = people(meeting)
    make_meeting(other, stage.person(), S.SCHEDULED, slot=stage.slots[1])
    for slot in (stage.slots[0], stage.slots[1]):
        with refused(errors.SlotNotFree):
            moving.propose(meeting, one, slot.id)
    moving.propose(meeting, one, stage.slots[2].id)
    for table in stage.tables:
        make_meeting(*stage.people(2), S.SCHEDULED, slot=stage.slots[2], table=table)
    with refused(errors.NoTableThen):
        moving.accept_proposal(meeting, other)
    assert place(meeting)[0] == stage.slots[0].id


def test_after_the_cut_off_participants_move_nothing(stage: Stage) -> None:
    meeting = scheduled(stage, 1)
    one, other = people(meeting)
    moving.propose(meeting, one, stage.slots[3].id)
    until = moves_until(stage.matchmaking, now(meeting).slot)
    assert until == stage.slots[1].starts_at - dt.timedelta(minutes=120)
    with later(days=9, hours=21):
        with refused(errors.TooLateToMove):
            moving.propose(meeting, other, stage.slots[2].id)
        with refused(errors.TooLateToMove):
            moving.accept_proposal(meeting, other)
        moving.move(meeting, stage.slots[2].id)
    assert (place(meeting)[0], now(meeting).proposed_slot_id) == (stage.slots[2].id, None)


def test_what_nobody_was_told_nobody_moves(stage: Stage) -> None:
    meeting = make_meeting(*stage.people(2), S.UNSCHEDULED)
    scheduling.assign(meeting, stage.slots[1].id, stage.tables[1].id)
    with refused(errors.NotPossibleNow):
        moving.propose(meeting, people(meeting)[0], stage.slots[2].id)


def test_an_organiser_moves_to_a_table_of_choice_and_people_are_told(stage: Stage) -> None:
    meeting = scheduled(stage)
    one, other = people(meeting)
    moving.move(meeting, stage.slots[0].id, stage.tables[1].id)
    assert (place(meeting), now(meeting).shown_table_id) == (
        (stage.slots[0].id, stage.tables[1].id),
        stage.tables[1].id,
    )
    assert (now(meeting).sequence, versions(one, other)) == (1, [1, 1])
    make_meeting(*stage.people(2), S.SCHEDULED, slot=stage.slots[0], table=stage.tables[0])
    with refused(errors.NoTableThen):
        moving.move(meeting, stage.slots[0].id, stage.tables[0].id)
    db.session.add(UnavailableSlot(profile_id=one.id, slot_id=stage.slots[3].id))
    with refused(errors.SlotNotFree):
        moving.move(meeting, stage.slots[3].id)
    with later(days=10), refused(errors.HasBegun):
        moving.move(meeting, stage.slots[2].id)


def test_a_move_in_an_unpublished_timetable_stays_hidden(session: Session) -> None:
    stage = Stage(scheduling_mode=SchedulingMode.ORGANISERS)
    meeting = make_meeting(*stage.people(2), S.UNSCHEDULED)
    scheduling.assign(meeting, stage.slots[1].id, stage.tables[1].id)
    moving.move(meeting, stage.slots[2].id)
    assert now(meeting).shown_slot_id is None
    stage.matchmaking.publication = Publication.PRELIMINARY
    moving.move(meeting, stage.slots[3].id)
    assert now(meeting).shown_slot_id == stage.slots[3].id


def test_freed_slots_are_offered_to_pairs_that_wait(stage: Stage) -> None:
    first, second, third = stage.people(3)
    waiting = make_meeting(first, second, S.UNSCHEDULED)
    make_meeting(first, third, S.UNSCHEDULED)
    for slot in stage.slots:
        db.session.add(UnavailableSlot(profile_id=third.id, slot_id=slot.id))
    blocker = make_meeting(second, stage.person(), S.SCHEDULED, slot=stage.slots[0], table=stage.tables[0])
    found = scheduling.waiting_pairs_for(stage.event)
    assert [(one.meeting.id, one.slot.id) for one in found] == [(waiting.id, stage.slots[1].id)]
    scheduling.unschedule(blocker, shown=True)
    pair = next(one for one in scheduling.waiting_pairs_for(stage.event) if one.meeting.id == waiting.id)
    assert pair.slot.id == stage.slots[0].id
    assert pair.table
    with heard() as announced:
        scheduling.give_place(waiting, pair.slot.id)
    assert [change.event.value for change in announced] == ["schedule"]
    assert (place(waiting), now(waiting).shown_slot_id) == ((pair.slot.id, pair.table.id), pair.slot.id)
    assert now(waiting).published_at == announced[0].at


def test_a_pair_that_waits_gets_its_slot_by_a_move_too(stage: Stage) -> None:
    waiting = make_meeting(*stage.people(2), S.UNSCHEDULED)
    moving.move(waiting, stage.slots[2].id, stage.tables[1].id)
    assert (place(waiting), events(waiting)) == ((stage.slots[2].id, stage.tables[1].id), ["schedule"])


def test_members_of_a_delegation_meet_at_their_booth_when_moved(stage: Stage) -> None:
    meeting = scheduled(stage)
    stage.tables[1].delegation_id = make_delegation(stage.event, people(meeting)[1]).id
    moving.move(meeting, stage.slots[2].id)
    assert place(meeting)[1] == stage.tables[1].id


def test_a_timetable_of_many_meetings_costs_no_more_statements_than_one_of_a_few(stage: Stage, app: Flask) -> None:
    found = [scheduled(stage, slot, table) for slot in range(4) for table in range(2)]
    places = {meeting.id: place(meeting) for meeting in found}

    def exchange(count: int) -> int:
        ids = [meeting.id for meeting in found[:count]]
        wanted = {one: places[other] for one, other in zip(ids, [*ids[1:], ids[0]], strict=True)}
        places.update(wanted)
        return queries_of(app, lambda: scheduling.assign_all(stage.event.id, wanted))

    exchange(8)  # all of them are elsewhere than their people were told from here on
    few = exchange(3)
    assert exchange(8) <= few + 1, "slot and table, or the slot alone: one statement for each set of columns"


def test_what_a_savepoint_undoes_is_forgotten(stage: Stage) -> None:
    meeting = scheduled(stage)
    known, where = now(meeting), place(meeting)
    with suppress(errors.PlaceTaken), db.session.begin_nested():
        scheduling.assign_all(stage.event.id, {meeting.id: (stage.slots[1].id, stage.tables[1].id)})
        assert known.slot_id == stage.slots[1].id
        raise errors.PlaceTaken
    assert (known.slot_id, known.table_id) == where == place(meeting)
