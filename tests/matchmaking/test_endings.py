"""How requests and meetings end: cancelled, expired, held, missed, unknown."""

from __future__ import annotations

import datetime as dt

import pytest
from flask_sqlalchemy.session import Session

from congress.core import clock
from congress.core.errors import Missing
from congress.events.services.publication import cancel_event
from congress.extensions import db
from congress.jobs.signals import hour_began
from congress.matchmaking import errors
from congress.matchmaking.enums import Answer, CancelCause, MeetingState, Outcome, SessionModality
from congress.matchmaking.models import Meeting, Profile
from congress.matchmaking.services import answering, cancelling, closing, moving, requesting
from congress.matchmaking.signals import reminder_due
from congress.registration import services as registrations
from congress.registration.enums import Attendance, CancelledBy
from congress.registration.models import Registration
from tests.factories.matchmaking import make_delegation, make_meeting, make_slots
from tests.factories.registrations import make_category
from tests.matchmaking.stage import Stage, events, heard, later, log, now, refused, seats, state, versions

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]
S = MeetingState
HAPPENED, ABSENT, MISSED = Answer.HAPPENED, Answer.OTHER_ABSENT, Answer.COULD_NOT_COME


@pytest.fixture
def stage(session: Session, now: dt.datetime) -> Stage:
    return Stage()


def scheduled(stage: Stage, slot: int = 0) -> tuple[Meeting, Profile, Profile]:
    one, other = stage.people(2)
    return make_meeting(one, other, S.SCHEDULED, slot=stage.slots[slot], table=stage.tables[0]), one, other


def registration_of(profile: Profile) -> Registration:
    return db.session.get_one(Registration, profile.registration_id)


def test_a_participants_cancel_frees_everything_and_is_final(stage: Stage) -> None:
    meeting, one, other = scheduled(stage)
    moving.propose(meeting, one, stage.slots[1].id)
    moving.lock(meeting)
    with heard() as announced:
        cancelling.cancel(meeting, other, "Ill")
    found = now(meeting)
    assert (found.state, found.cancel_cause, found.slot_id, found.table_id) == (
        S.CANCELLED,
        CancelCause.PARTICIPANT,
        None,
        None,
    )
    assert (found.proposed_slot_id, found.locked_at, found.sequence) == (None, None, 1)
    assert found.shown_slot_id == stage.slots[0].id
    assert seats(meeting) == {one.id: None, other.id: None}
    assert (announced[0].reason, announced[0].old_slot_id) == ("Ill", stage.slots[0].id)
    assert versions(one, other) == [1, 1]
    for pair in ((one, other), (other, one)):
        with refused(errors.CancelledForGood):
            requesting.request_meeting(*pair)
    third = stage.person()
    answering.accept(requesting.request_meeting(third, one), one)


def test_an_organisers_cancel_is_not_final(stage: Stage) -> None:
    meeting, one, other = scheduled(stage)
    cancelling.cancel(meeting, reason="Room lost")
    assert now(meeting).cancel_cause is CancelCause.ORGANISER
    assert requesting.request_meeting(other, one).state is S.PENDING


def test_only_its_people_cancel_a_meeting_and_only_before_it_begins(stage: Stage) -> None:
    meeting, one, _other = scheduled(stage)
    stranger = stage.person()
    with refused(Missing):
        cancelling.cancel(meeting, stranger)
    with later(days=10), refused(errors.HasBegun):
        cancelling.cancel(meeting, one)
    pending = requesting.request_meeting(one, stage.person())
    with refused(errors.NotPossibleNow):
        cancelling.cancel(pending, one)
    waiting = make_meeting(*stage.people(2), S.UNSCHEDULED)
    cancelling.cancel(waiting, now(waiting).people[0].profile)
    assert state(waiting) is S.CANCELLED
    with refused(errors.NotPossibleNow):
        cancelling.cancel(waiting)


def test_who_cancels_the_registration_meets_nobody(stage: Stage) -> None:
    meeting, one, other = scheduled(stage)
    kept = make_meeting(other, stage.person(), S.SCHEDULED, slot=stage.slots[1], table=stage.tables[1])
    pending, asked = requesting.request_meeting(one, stage.person()), requesting.request_meeting(stage.person(), one)
    waiting, draft = (make_meeting(one, stage.person(), state) for state in (S.UNSCHEDULED, S.DRAFT))
    begun = make_meeting(one, stage.person(), S.SCHEDULED, slot=make_slots(stage.event, 1, starts_at=clock.now())[0])
    colleague = stage.person()
    delegation = make_delegation(stage.event, one, colleague)
    registrations.cancel(registration_of(one), CancelledBy.PARTICIPANT)
    for ended in (meeting, pending, asked, waiting):
        assert (state(ended), now(ended).cancel_cause) == (S.CANCELLED, CancelCause.REGISTRATION)
    assert (state(draft), state(kept), state(begun)) == (S.DISCARDED, S.SCHEDULED, S.SCHEDULED)
    db.session.refresh(colleague)
    assert (colleague.manages_delegation, colleague.delegation_id) == (True, delegation.id)


def test_who_comes_online_now_leaves_the_tables_only(session: Session) -> None:
    stage = Stage()
    remote = make_slots(
        stage.event, 1, starts_at=stage.event.starts_at + dt.timedelta(hours=5), modality=SessionModality.ONLINE
    )[0]
    meeting, one, _other = scheduled(stage)
    video = make_meeting(one, stage.person(), S.SCHEDULED, slot=remote)
    pending = requesting.request_meeting(one, stage.person())
    online = make_category(stage.event, attendance=Attendance.ONLINE)
    registrations.change_category(registration_of(one), online.id)
    assert (state(meeting), now(meeting).cancel_cause) == (S.CANCELLED, CancelCause.REGISTRATION)
    assert (state(video), state(pending)) == (S.SCHEDULED, S.PENDING)


def test_an_event_that_does_not_take_place_has_no_meetings(stage: Stage) -> None:
    meeting, _one, _other = scheduled(stage)
    pending = requesting.request_meeting(*stage.people(2))
    draft = make_meeting(*stage.people(2), S.DRAFT)
    cancel_event(stage.event)
    assert (state(meeting), state(pending), state(draft)) == (S.CANCELLED, S.CANCELLED, S.DISCARDED)


def test_who_withdraws_the_profile_ends_requests_and_keeps_meetings(stage: Stage) -> None:
    meeting, one, _other = scheduled(stage)
    own, asked = requesting.request_meeting(one, stage.person()), requesting.request_meeting(stage.person(), one)
    draft = make_meeting(one, stage.person(), S.DRAFT)
    cancelling.close_pending_of(one)
    assert (state(own), state(asked), state(draft), state(meeting)) == (
        S.WITHDRAWN,
        S.CANCELLED,
        S.DISCARDED,
        S.SCHEDULED,
    )


def test_a_block_ends_what_is_open_between_two(stage: Stage) -> None:
    one, other, third = stage.people(3)
    own, asked = requesting.request_meeting(one, other), requesting.request_meeting(third, one)
    draft = make_meeting(one, stage.person(), S.DRAFT)
    for target in (other, third, now(draft).people[1].profile):
        cancelling.close_between(one, target)
    assert (state(own), state(asked), state(draft)) == (S.WITHDRAWN, S.DECLINED, S.DISCARDED)


def test_requests_lapse_by_the_clock(stage: Stage) -> None:
    meeting, fresh = (requesting.request_meeting(*stage.people(2)) for _ in range(2))
    fresh.expires_at = clock.now() + dt.timedelta(days=5)
    with later(hours=72), heard() as announced:
        hour_began.send()
        hour_began.send()
    assert (state(meeting), state(fresh)) == (S.EXPIRED, S.PENDING)
    assert [change.event.value for change in announced] == ["expire"]
    stage.matchmaking.booking_closes_at = clock.now()
    hour_began.send()
    assert state(fresh) is S.EXPIRED


def test_a_request_is_called_to_mind_at_half_time_and_a_day_before(stage: Stage) -> None:
    meeting = requesting.request_meeting(*stage.people(2))
    reminded = []

    def remind(_sender: object, *, meeting: Meeting) -> None:
        reminded.append(meeting.id)

    with reminder_due.connected_to(remind):
        for hours in (35, 36, 37, 47, 48, 60, 71, 72, 80):
            with later(hours=hours):
                hour_began.send()
            assert now(meeting).reminders == (hours >= 36) + (hours >= 48)
    assert reminded == [meeting.id] * 2


@pytest.mark.parametrize(("hours", "expected"), [(72, [36, 48]), (48, [24]), (30, [15]), (2, [1])])
def test_a_short_request_is_called_to_mind_once(stage: Stage, hours: int, expected: list[int]) -> None:
    start = clock.now()
    meeting = Meeting(created_at=start, expires_at=start + dt.timedelta(hours=hours))
    assert closing.reminders_of(meeting) == [start + dt.timedelta(hours=one) for one in expected]


def test_people_are_asked_once_when_their_meeting_begins(stage: Stage) -> None:
    meeting, _one, _other = scheduled(stage)
    hidden = make_meeting(*stage.people(2), S.SCHEDULED, slot=stage.slots[0], published_at=None)
    with later(days=9, hours=20):
        hour_began.send()
    assert events(meeting) == []
    with later(days=9, hours=22):
        hour_began.send()
        hour_began.send()
    assert (events(meeting), state(meeting), events(hidden)) == (["start"], S.SCHEDULED, [])


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ((HAPPENED, None), S.HELD),
        ((HAPPENED, HAPPENED), S.HELD),
        ((ABSENT, None), S.NO_SHOW),
        ((HAPPENED, ABSENT), S.NO_SHOW),
        ((ABSENT, HAPPENED), S.NO_SHOW),
        ((HAPPENED, MISSED), S.NO_SHOW),
        ((None, MISSED), S.NO_SHOW),
        ((ABSENT, ABSENT), S.NO_SHOW),
    ],
)
def test_two_answers_and_what_follows(stage: Stage, said: tuple[Answer | None, ...], verdict: MeetingState) -> None:
    meeting, *both = scheduled(stage)
    with later(days=10):
        for profile, answer in zip(both, said, strict=True):
            if answer:
                closing.answer(meeting, profile, answer)
    assert state(meeting) is verdict
    assert set(seats(meeting).values()) == {stage.slots[0].id}


def test_an_answer_that_changes_changes_the_verdict(stage: Stage) -> None:
    meeting, one, other = scheduled(stage)
    with later(days=10):
        for answer, verdict in ((ABSENT, S.NO_SHOW), (HAPPENED, S.HELD), (HAPPENED, S.HELD), (MISSED, S.NO_SHOW)):
            closing.answer(meeting, one, answer)
            assert state(meeting) is verdict
        closing.record(meeting, {other.id: HAPPENED})
        assert state(meeting) is S.HELD
        assert {person.profile_id: person.answer for person in now(meeting).people} == {
            one.id: None,
            other.id: HAPPENED,
        }
    assert versions(one, other) == [0, 0]
    assert events(meeting) == ["answer"] * 5


def test_nobody_answers_before_the_beginning_or_for_others(stage: Stage) -> None:
    meeting, one, _other = scheduled(stage)
    stranger, waiting = stage.person(), make_meeting(*stage.people(2), S.UNSCHEDULED)
    with refused(errors.NotBegun):
        closing.answer(meeting, one, HAPPENED)
    with later(days=10):
        with refused(Missing):
            closing.answer(meeting, stranger, HAPPENED)
        with refused(errors.NotPossibleNow):
            closing.record(waiting, {one.id: HAPPENED})


def test_two_days_of_silence_end_in_unknown_and_can_still_be_broken(stage: Stage) -> None:
    meeting, one, _other = scheduled(stage)
    hidden = make_meeting(*stage.people(2), S.SCHEDULED, slot=stage.slots[0], published_at=None)
    with later(days=11, hours=20):
        hour_began.send()
    assert state(meeting) is S.SCHEDULED
    with later(days=11, hours=22):
        hour_began.send()
        assert (state(meeting), state(hidden)) == (S.UNKNOWN, S.SCHEDULED)
        closing.answer(meeting, one, HAPPENED)
    assert state(meeting) is S.HELD


def test_one_of_several_colleagues_may_be_missing(stage: Stage) -> None:
    one, manager, colleague = stage.people(3)
    delegation = make_delegation(stage.event, manager, colleague, only_one=False)
    meeting = requesting.request_meeting(one, delegation)
    answering.accept(meeting, manager, attendees=[manager, colleague])
    with later(days=10):
        closing.answer(meeting, colleague, MISSED)
        assert state(meeting) is S.SCHEDULED
        closing.answer(meeting, one, HAPPENED)
        assert state(meeting) is S.HELD
        closing.record(meeting, {colleague.id: MISSED})
        assert state(meeting) is S.UNKNOWN
        closing.answer(meeting, manager, MISSED)
    assert state(meeting) is S.NO_SHOW


def test_what_came_of_it_is_said_of_meetings_that_were_held_alone(stage: Stage) -> None:
    meeting, one, _other = scheduled(stage)
    stranger = stage.person()
    with refused(errors.NotHeld):
        closing.set_outcome(meeting, one, Outcome.AGREED)
    with later(days=10):
        closing.answer(meeting, one, HAPPENED)
        closing.set_outcome(meeting, one, Outcome.AGREED)
        with refused(Missing):
            closing.set_outcome(meeting, stranger, Outcome.NOWHERE)
    assert [person.outcome for person in now(meeting).people] == [Outcome.AGREED, None]
    assert len(log(meeting)) == 1
