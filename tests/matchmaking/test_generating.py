"""Meetings that organisers think of: for whom, with whom, and what becomes of the drafts."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.core import clock
from congress.extensions import db
from congress.matchmaking.enums import (
    CancelCause,
    Mark,
    MeetingEvent,
    MeetingState,
    Origin,
    RequestMode,
    SchedulingMode,
)
from congress.matchmaking.errors import (
    LiveBetweenThem,
    NoDrafts,
    NotBothTakePart,
    NothingToPropose,
    RefusedBetweenThem,
    RuleForbids,
    SameOrganisation,
    SamePerson,
)
from congress.matchmaking.models import Block, ContactRule, Meeting, MeetingChange, ProfileMark, Suggestion
from congress.matchmaking.services import generating
from congress.matchmaking.services.guaranteeing import guarantee
from congress.registration.enums import RegistrationStatus
from tests.factories.events import make_event
from tests.factories.matchmaking import (
    make_delegation,
    make_matchmaking,
    make_meeting,
    make_profile,
    make_slots,
    make_tables,
)
from tests.support.counting import queries_of

DRAFT, PENDING = MeetingState.DRAFT, MeetingState.PENDING
UNSCHEDULED, SCHEDULED = MeetingState.UNSCHEDULED, MeetingState.SCHEDULED


@pytest.fixture
def event(session, now):
    event = make_event()
    make_matchmaking(event)
    return event


def suggest(one, other, score=0.8):
    db.session.add(Suggestion(profile_id=one.id, other_id=other.id, rank=1, score=score, reasons=[]))
    db.session.flush()


def bookmark(one, other):
    now = clock.now()
    db.session.add_all(
        [
            ProfileMark(profile_id=one.id, other_id=other.id, mark=Mark.BOOKMARKED, created_at=now),
            ProfileMark(profile_id=other.id, other_id=one.id, mark=Mark.BOOKMARKED, created_at=now),
        ]
    )
    db.session.flush()


def found(event, fewer_than=3, minimum=0.5):
    ideas = generating.ideas(event, fewer_than=fewer_than, minimum=minimum)
    return [(one.requester_id, one.target_id) for one in ideas]


def test_the_best_come_first_and_bookmarks_before_all(event):
    one, other, third = (make_profile(event) for _ in range(3))
    suggest(one, other, 0.9)
    suggest(other, third, 0.6)
    suggest(third, one, 0.4)
    assert found(event) == [(one.id, other.id), (other.id, third.id)]
    bookmark(one, third)
    assert found(event) == [(one.id, third.id), (one.id, other.id), (other.id, third.id)]
    assert [one.is_mutual for one in generating.ideas(event, fewer_than=3, minimum=0.5)] == [True, False, False]


def test_nobody_gets_more_than_wanted_counting_what_there_is(event):
    one, other, third = (make_profile(event) for _ in range(3))
    suggest(one, other, 0.9)
    suggest(one, third, 0.8)
    assert found(event, fewer_than=1) == [(one.id, other.id)]
    make_meeting(other, make_profile(event), PENDING)
    assert found(event, fewer_than=1) == [(one.id, third.id)]
    third.max_meetings = 0
    db.session.flush()
    assert found(event, fewer_than=1) == []


def refuse(event, one, other):
    make_meeting(one, other, MeetingState.DECLINED)


def cancel_for_good(event, one, other):
    make_meeting(other, one, MeetingState.CANCELLED, cancel_cause=CancelCause.PARTICIPANT)


def meet_already(event, one, other):
    make_meeting(other, one, MeetingState.HELD)


def ask_already(event, one, other):
    make_meeting(other, one, PENDING)


def block(event, one, other):
    db.session.add(Block(profile_id=other.id, other_id=one.id, created_at=clock.now()))


def not_interested(event, one, other):
    mark = ProfileMark(profile_id=other.id, other_id=one.id, mark=Mark.NOT_INTERESTED, created_at=clock.now())
    db.session.add(mark)


def withdraw(event, one, other):
    other.listed_at = None


def cancel_registration(event, one, other):
    other.registration.status = RegistrationStatus.CANCELLED


def take_no_requests(event, one, other):
    other.accepts_requests = False


def be_colleagues(event, one, other):
    other.registration.organisation = one.registration.organisation.upper()


def forbid_both_ways(event, one, other):
    one.type, other.type = "biotech", "investor"
    db.session.add_all(
        [
            ContactRule(event_id=event.id, from_type="biotech", to_type="investor", may_meet=False),
            ContactRule(event_id=event.id, from_type="investor", to_type="biotech", may_meet=False),
        ]
    )


@pytest.mark.parametrize(
    "happens",
    [
        refuse,
        cancel_for_good,
        meet_already,
        ask_already,
        block,
        not_interested,
        withdraw,
        cancel_registration,
        take_no_requests,
        be_colleagues,
        forbid_both_ways,
    ],
)
def test_who_refused_or_met_or_may_not_is_no_idea(event, happens):
    one, other = make_profile(event), make_profile(event)
    suggest(one, other)
    assert found(event) == [(one.id, other.id)]
    happens(event, one, other)
    db.session.flush()
    assert found(event) == []


@pytest.mark.parametrize("state", [MeetingState.EXPIRED, MeetingState.WITHDRAWN, MeetingState.DISCARDED])
def test_what_nobody_refused_may_be_tried(event, state):
    one, other = make_profile(event), make_profile(event)
    suggest(one, other)
    make_meeting(one, other, state)
    assert found(event) == [(one.id, other.id)]


def test_who_may_ask_asks(event):
    one, other = make_profile(event, type="biotech"), make_profile(event, type="investor")
    suggest(one, other)
    db.session.add(ContactRule(event_id=event.id, from_type="biotech", to_type="investor", may_meet=False))
    db.session.flush()
    assert found(event) == [(other.id, one.id)]


@pytest.mark.parametrize(("only_one", "number"), [(True, 1), (False, 2)])
def test_a_delegation_sends_one_of_its_people_if_it_wants_so(event, only_one, number):
    members, visitor = [make_profile(event), make_profile(event)], make_profile(event)
    make_delegation(event, *members, only_one=only_one)
    suggest(members[0], visitor, 0.9)
    suggest(visitor, members[1], 0.8)
    assert len(found(event)) == number


def test_ideas_become_drafts_that_nobody_sees(event):
    one, other = make_profile(event), make_profile(event)
    bookmark(one, other)
    assert generating.propose_meetings(event, fewer_than=3, minimum=0.5) == 1
    draft = db.session.scalars(sa.select(Meeting)).one()
    assert (draft.state, draft.origin, draft.is_mutual) == (DRAFT, Origin.GENERATED, True)
    assert (draft.low_id, draft.high_id) == (one.id, other.id)
    assert db.session.scalars(sa.select(MeetingChange.event)).all() == [MeetingEvent.GENERATE]
    with pytest.raises(NothingToPropose):
        generating.propose_meetings(event, fewer_than=3, minimum=0.5)


def test_thinking_costs_the_same_for_many(event, app):
    suggest(make_profile(event), make_profile(event))
    few = queries_of(app, lambda: found(event))
    for _ in range(5):
        suggest(make_profile(event), make_profile(event))
    assert queries_of(app, lambda: found(event)) == few


@pytest.mark.parametrize(
    ("request_mode", "scheduling_mode", "state"),
    [
        (RequestMode.APPROVAL, SchedulingMode.PARTICIPANTS, PENDING),
        (RequestMode.APPROVAL, SchedulingMode.ORGANISERS, PENDING),
        (RequestMode.AUTOMATIC, SchedulingMode.ORGANISERS, UNSCHEDULED),
        (RequestMode.AUTOMATIC, SchedulingMode.PARTICIPANTS, SCHEDULED),
    ],
)
def test_a_draft_is_published_as_the_modes_have_it(session, now, request_mode, scheduling_mode, state):
    event = make_event()
    make_matchmaking(event, request_mode=request_mode, scheduling_mode=scheduling_mode)
    make_slots(event)
    make_tables(event)
    draft = generating.draft_meeting(event, make_profile(event).id, make_profile(event).id)
    sent = generating.publish_drafts(event, [draft.id])
    db.session.refresh(draft)
    assert (sent.published, draft.state) == (1, state)
    assert (draft.expires_at is not None) == (state is PENDING)
    assert (draft.shown_slot_id is not None) == (state is SCHEDULED)


def test_without_a_common_slot_an_automatic_draft_waits(session, now):
    event = make_event()
    make_matchmaking(event, request_mode=RequestMode.AUTOMATIC)
    draft = generating.draft_meeting(event, make_profile(event).id, make_profile(event).id)
    generating.publish_drafts(event, [draft.id])
    db.session.refresh(draft)
    assert draft.state is UNSCHEDULED


def test_a_draft_of_somebody_who_left_stays_and_is_named(event):
    leaves = make_profile(event)
    stays = make_meeting(make_profile(event), leaves, DRAFT)
    goes = make_meeting(make_profile(event), make_profile(event), DRAFT)
    leaves.listed_at = None
    db.session.flush()
    sent = generating.publish_drafts(event, [stays.id, goes.id])
    assert sent.published == 1
    assert [one.id for one in sent.skipped] == [stays.id]


def test_discarded_drafts_may_be_made_again(event):
    one, other = make_profile(event), make_profile(event)
    draft = generating.draft_meeting(event, one.id, other.id)
    assert generating.discard_drafts(event, [draft.id]) == 1
    assert generating.draft_meeting(event, one.id, other.id).id != draft.id
    with pytest.raises(NoDrafts):
        generating.discard_drafts(event, [draft.id])
    with pytest.raises(NoDrafts):
        generating.publish_drafts(event, [])


def test_drafts_of_another_event_are_not_touched(event):
    elsewhere = make_event()
    make_matchmaking(elsewhere)
    draft = make_meeting(make_profile(elsewhere), make_profile(elsewhere), DRAFT)
    with pytest.raises(NoDrafts):
        generating.publish_drafts(event, [draft.id])


@pytest.mark.parametrize(
    ("happens", "refusal"),
    [
        (refuse, RefusedBetweenThem),
        (block, RefusedBetweenThem),
        (meet_already, RefusedBetweenThem),
        (ask_already, LiveBetweenThem),
        (withdraw, NotBothTakePart),
        (be_colleagues, SameOrganisation),
        (forbid_both_ways, RuleForbids),
    ],
)
def test_two_people_whom_organisers_may_not_bring_together(event, happens, refusal):
    one, other = make_profile(event), make_profile(event)
    happens(event, one, other)
    db.session.flush()
    with pytest.raises(refusal):
        generating.draft_meeting(event, one.id, other.id)


def test_nobody_meets_themselves(event):
    one = make_profile(event)
    with pytest.raises(SamePerson):
        generating.draft_meeting(event, one.id, one.id)


def test_a_guarantee_is_given_and_taken_back(event):
    meeting = make_meeting(make_profile(event), make_profile(event), UNSCHEDULED)
    assert guarantee(meeting, wanted=True).is_guaranteed is True
    assert guarantee(meeting, wanted=False).is_guaranteed is False
