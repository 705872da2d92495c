"""Why somebody cannot book: each guard by itself, in the order in which they are told, and what requests refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy.session import Session

from congress.core import clock
from congress.core.languages import speaking
from congress.events.enums import EventStatus
from congress.extensions import db
from congress.matchmaking import delegation_errors, errors, guards
from congress.matchmaking.enums import CancelCause, MeetingState, OrganisationType
from congress.matchmaking.models import Block, ContactRule, Meeting, Profile, TypeQuota, UnavailableSlot
from congress.matchmaking.queries.profiles import by_ids, delegation_by_code
from congress.matchmaking.services import requesting
from congress.registration.enums import RegistrationStatus
from tests.factories.matchmaking import make_delegation, make_meeting, make_profile, make_slots
from tests.matchmaking.stage import Stage, refused
from tests.support.counting import queries_of

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]
S = MeetingState
Prepare = Callable[[Stage, Profile, Profile], Any]


@pytest.fixture
def stage(session: Session, now: dt.datetime) -> Stage:
    return Stage()


def why(one: Profile, other: Profile, **more: Any) -> type[Exception] | None:
    """The refusal as pages read it, and the same one from the request itself."""
    db.session.flush()
    requester, target = (next(p for p in by_ids([one.id, other.id]) if p.id == wanted.id) for wanted in (one, other))
    refusal = guards.why_not(requester, target, **more)
    if refusal is not None and not isinstance(refusal, errors.AskedYou):
        with refused(type(refusal)):
            requesting.request_meeting(requester, target, wanted_slot_id=more.get("slot_id"))
    return type(refusal) if refusal else None


def _rule(stage: Stage, one: Profile, other: Profile) -> None:
    other.type = OrganisationType.INVESTOR
    db.session.add(
        ContactRule(
            event_id=stage.event.id,
            from_type=one.type,
            to_type=OrganisationType.INVESTOR,
            may_meet=False,
            may_chat=True,
        )
    )


def _block(who: Profile, whom: Profile) -> None:
    db.session.add(Block(profile_id=who.id, other_id=whom.id, created_at=clock.now()))


def _same_organisation(_stage: Stage, one: Profile, other: Profile) -> None:
    one.registration.organisation, other.registration.organisation = "Écoparc  SA", "ecoparc sa"


def _fill_cap(stage: Stage, one: Profile, _other: Profile) -> None:
    stage.matchmaking.pending_cap = 2
    for target in stage.people(2):
        make_meeting(one, target)


def _with_meetings(stage: Stage, profile: Profile, number: int = 2) -> None:
    for slot, other in zip(stage.slots, stage.people(number), strict=False):
        make_meeting(profile, other, S.SCHEDULED, slot=slot)


def _wish(stage: Stage, one: Profile, _other: Profile) -> None:
    one.max_meetings = 2
    _with_meetings(stage, one)


def _quota(stage: Stage, one: Profile, _other: Profile) -> None:
    one.quota = 2
    _with_meetings(stage, one)


def _type_quota(stage: Stage, one: Profile, _other: Profile) -> None:
    db.session.add(TypeQuota(event_id=stage.event.id, type=one.type, max_meetings=2))
    _with_meetings(stage, one)


def _event_maximum(stage: Stage, one: Profile, _other: Profile) -> None:
    stage.matchmaking.max_meetings = 2
    _with_meetings(stage, one)


def _other_full(stage: Stage, _one: Profile, other: Profile) -> None:
    other.max_meetings = 2
    _with_meetings(stage, other)


def _too_early(stage: Stage, _one: Profile, _other: Profile) -> None:
    stage.matchmaking.booking_opens_at = clock.now() + dt.timedelta(hours=1)


def _too_late(stage: Stage, _one: Profile, _other: Profile) -> None:
    stage.matchmaking.booking_closes_at = clock.now()


def _no_common_slot(stage: Stage, one: Profile, other: Profile) -> None:
    for number, slot in enumerate(stage.slots):
        db.session.add(UnavailableSlot(profile_id=(one, other)[number % 2].id, slot_id=slot.id))


def _colleague(stage: Stage, one: Profile, other: Profile) -> None:
    colleague = stage.person()
    make_delegation(stage.event, other, colleague)
    make_meeting(one, colleague)


def _own_colleague(stage: Stage, one: Profile, other: Profile) -> None:
    colleague = stage.person()
    make_delegation(stage.event, one, colleague)
    make_meeting(colleague, other, S.HELD, slot=stage.slots[0])


def _set(which: int, name: str, value: Any) -> Prepare:
    return lambda _stage, one, other: setattr((one, other)[which], name, value)


def _past(state: MeetingState, which: int = 0, number: int = 1, **values: Any) -> Prepare:
    def prepare(stage: Stage, one: Profile, other: Profile) -> None:
        pair = (one, other) if which == 0 else (other, one)
        for _ in range(number):
            slot = stage.slots[0] if state is S.SCHEDULED else None
            make_meeting(*pair, state, slot=slot, **values)

    return prepare


def _cancelled_event(stage: Stage, _one: Profile, _other: Profile) -> None:
    stage.event.status = EventStatus.CANCELLED


def _no_organisation(_stage: Stage, *both: Profile) -> None:
    for one in both:
        one.registration.organisation = ""


BY_ONE = {"cancel_cause": CancelCause.PARTICIPANT}
CASES: list[tuple[str, Prepare, type[errors.MeetingRefused]]] = [
    ("not opened", lambda stage, _o, _t: setattr(stage.matchmaking, "opened_at", None), errors.NotOpened),
    (
        "cancelled event",
        lambda stage, _o, _t: setattr(stage.event, "status", EventStatus.CANCELLED),
        errors.NotOpened,
    ),
    ("not listed", _set(0, "listed_at", None), errors.NotListed),
    ("rule", _rule, errors.RuleForbids),
    ("same organisation", _same_organisation, errors.SameOrganisation),
    ("same delegation", lambda stage, one, other: make_delegation(stage.event, one, other), errors.SameOrganisation),
    ("blocked by me", lambda _s, one, other: _block(one, other), errors.BlockedByYou),
    ("blocked by them", lambda _s, one, other: _block(other, one), errors.TakesNoRequests),
    ("withdrawn", _set(1, "listed_at", None), errors.TakesNoRequests),
    ("takes no requests", _set(1, "accepts_requests", False), errors.TakesNoRequests),
    (
        "registration cancelled",
        lambda _s, _o, other: setattr(other.registration, "status", RegistrationStatus.CANCELLED),
        errors.TakesNoRequests,
    ),
    ("pending cap", _fill_cap, errors.PendingCapReached),
    ("own wish", _wish, errors.WishReached),
    ("own quota", _quota, errors.MaximumReached),
    ("quota of the type", _type_quota, errors.MaximumReached),
    ("event's maximum", _event_maximum, errors.MaximumReached),
    ("the other is full", _other_full, errors.OtherIsFull),
    ("too early", _too_early, errors.BookingNotOpen),
    ("too late", _too_late, errors.BookingClosed),
    ("asked already", _past(S.PENDING), errors.AlreadyAsked),
    ("asked by them", _past(S.PENDING, 1), errors.AskedYou),
    ("agreed already", _past(S.UNSCHEDULED, 1), errors.AlreadyMeeting),
    ("scheduled already", _past(S.SCHEDULED), errors.AlreadyMeeting),
    (
        "cancelled by one of them",
        _past(S.CANCELLED, 1, **BY_ONE),
        errors.CancelledForGood,
    ),
    ("declined", _past(S.DECLINED), errors.DeclinedBefore),
    ("expired twice", _past(S.EXPIRED, number=2), errors.AskedTwice),
    ("withdrawn twice", _past(S.WITHDRAWN, number=2), errors.AskedTwice),
    ("no common slot", _no_common_slot, errors.NoCommonSlot),
    ("a colleague of theirs", _colleague, errors.ColleagueMeets),
    ("a colleague of mine", _own_colleague, errors.ColleagueMeets),
]


@pytest.mark.parametrize(("prepare", "refusal"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_guard_says_no_by_itself(stage: Stage, prepare: Prepare, refusal: type[errors.MeetingRefused]) -> None:
    one, other = stage.people(2)
    assert why(one, other) is None
    prepare(stage, one, other)
    assert why(one, other) is refusal


PASSES: list[tuple[str, Prepare]] = [
    ("a rule the other way", lambda stage, one, other: _rule(stage, other, one)),
    ("expired once", _past(S.EXPIRED)),
    ("they asked twice in vain", _past(S.EXPIRED, 1, number=2)),
    ("I declined them", _past(S.DECLINED, 1)),
    ("cancelled by organisers", _past(S.CANCELLED, cancel_cause=CancelCause.ORGANISER)),
    ("cancelled with a registration", _past(S.CANCELLED, cancel_cause=CancelCause.REGISTRATION)),
    ("a draft that nobody knows", _past(S.DRAFT)),
    ("thrown away", _past(S.DISCARDED)),
    ("met", _past(S.HELD)),
    ("a lapsed request", _past(S.PENDING, expires_at=dt.datetime(2027, 3, 10, 11, 0, tzinfo=dt.UTC))),
    (
        "nobody's organisation",
        lambda _s, one, other: [setattr(p.registration, "organisation", "") for p in (one, other)],
    ),
]


@pytest.mark.parametrize("prepare", [case[1] for case in PASSES], ids=[case[0] for case in PASSES])
def test_what_does_not_stand_in_the_way(stage: Stage, prepare: Prepare) -> None:
    one, other = stage.people(2)
    prepare(stage, one, other)
    assert why(one, other) is None
    assert requesting.request_meeting(one, other).state is S.PENDING


def test_nobody_meets_themselves(stage: Stage) -> None:
    one = stage.person()
    assert why(one, one) is errors.SamePerson


def test_somebody_of_another_event_takes_no_requests(stage: Stage) -> None:
    assert why(stage.person(), Stage().person()) is errors.TakesNoRequests


def test_the_first_guard_that_fails_is_told(stage: Stage) -> None:
    """All at once, taken away one by one from the first to the last."""
    one, other = stage.people(2)
    colleague = stage.person()
    make_delegation(stage.event, other, colleague)
    make_meeting(one, colleague)
    kept = [UnavailableSlot(profile_id=one.id, slot_id=slot.id) for slot in stage.slots]
    declined = make_meeting(one, other, S.DECLINED)
    db.session.add_all(kept)
    stage.matchmaking.booking_closes_at, closes = clock.now(), stage.matchmaking.booking_closes_at
    other.max_meetings, stage.matchmaking.pending_cap, other.accepts_requests = 0, 1, False
    block, organisation = Block(profile_id=other.id, other_id=one.id, created_at=clock.now()), "Same"
    db.session.add(block)
    one.registration.organisation = other.registration.organisation = organisation
    rule = ContactRule(event_id=stage.event.id, from_type=one.type, to_type=other.type, may_meet=False)
    db.session.add(rule)
    steps: list[tuple[type[errors.MeetingRefused], Callable[[], Any]]] = [
        (errors.RuleForbids, lambda: db.session.delete(rule)),
        (errors.SameOrganisation, lambda: setattr(other.registration, "organisation", "Another")),
        (errors.TakesNoRequests, lambda: (db.session.delete(block), setattr(other, "accepts_requests", True))),
        (errors.PendingCapReached, lambda: setattr(stage.matchmaking, "pending_cap", 5)),
        (errors.OtherIsFull, lambda: setattr(other, "max_meetings", None)),
        (errors.BookingClosed, lambda: setattr(stage.matchmaking, "booking_closes_at", closes)),
        (errors.DeclinedBefore, lambda: _forget(declined)),
        (errors.NoCommonSlot, lambda: [db.session.delete(one) for one in kept]),
        (errors.ColleagueMeets, lambda: setattr(other, "delegation_id", None)),
    ]
    for refusal, mend in steps:
        assert why(one, other) is refusal
        mend()
    assert why(one, other) is None


def _forget(meeting: Meeting) -> None:
    db.session.flush()
    db.session.execute(sa.update(Meeting).where(Meeting.id == meeting.id).values(state=S.DISCARDED))


def test_a_slot_that_one_of_them_has_taken_or_that_has_passed_cannot_be_wished_for(stage: Stage) -> None:
    one, other = stage.people(2)
    make_meeting(other, stage.person(), S.SCHEDULED, slot=stage.slots[1])
    gone = make_slots(stage.event, 1, starts_at=clock.now() - dt.timedelta(minutes=1))[0]
    assert why(one, other, slot_id=stage.slots[0].id) is None
    assert why(one, other, slot_id=stage.slots[1].id) is errors.SlotNotFree
    assert why(one, other, slot_id=gone.id) is errors.SlotNotFree


def test_a_lapsed_request_counts_for_no_cap(stage: Stage) -> None:
    one, other = stage.people(2)
    stage.matchmaking.pending_cap = 1
    make_meeting(one, stage.person(), expires_at=clock.now())
    assert why(one, other) is None


def test_the_narrowest_maximum_counts(stage: Stage) -> None:
    one, other = stage.people(2)
    stage.matchmaking.max_meetings, one.quota, one.max_meetings = 9, 7, 8
    db.session.add(TypeQuota(event_id=stage.event.id, type=one.type, max_meetings=6))
    db.session.flush()
    assert guards.maxima_of(stage.matchmaking, [one, other]) == {one.id: 6, other.id: 6}
    one.max_meetings = 0
    assert guards.maxima_of(stage.matchmaking, [one]) == {one.id: 0}


def test_a_delegation_can_be_asked_while_one_of_its_people_can_be_met(stage: Stage) -> None:
    one, first, second = stage.people(3)
    delegation = make_delegation(stage.event, first, second, only_one=False)
    db.session.refresh(delegation, ["members"])
    assert guards.why_not(one, delegation) is None
    make_meeting(one, first)
    assert guards.why_not(one, delegation) is None
    second.accepts_requests = False
    assert isinstance(guards.why_not(one, delegation), errors.AlreadyAsked | errors.TakesNoRequests)
    second.accepts_requests, delegation.only_one = True, True
    db.session.flush()
    assert isinstance(guards.why_not(one, delegation), errors.ColleagueMeets)
    empty = make_delegation(stage.event)
    db.session.refresh(empty, ["members"])
    assert isinstance(guards.why_not(one, empty), errors.TakesNoRequests)


def test_messages_have_a_rule_of_their_own(stage: Stage) -> None:
    one, other = stage.people(2)
    other.type = OrganisationType.INVESTOR
    assert guards.may_chat(one, other)
    db.session.add(
        ContactRule(event_id=stage.event.id, from_type=one.type, to_type=other.type, may_meet=True, may_chat=False)
    )
    db.session.flush()
    assert not guards.may_chat(one, other)
    assert guards.may_chat(other, one)
    _block(one, other)
    db.session.flush()
    assert not guards.may_chat(other, one)
    third = make_profile(stage.event, listed_at=None)
    assert not guards.may_chat(one, third)
    assert not guards.may_chat(one, one)


def test_every_refusal_has_its_french(stage: Stage) -> None:
    everything = vars(errors) | vars(delegation_errors)
    kinds = [kind for kind in everything.values() if isinstance(kind, type)]
    found = [kind for kind in kinds if issubclass(kind, errors.MeetingRefused)]
    made = {errors.BookingNotOpen: (clock.now(), "Europe/Paris")}
    counted = {errors.PendingCapReached, errors.MaximumReached, errors.WishReached, errors.TooLateToMove}
    for kind in found:
        arguments = made.get(kind, (3,) if kind in counted else ())
        refusal = kind(*arguments)
        with speaking("en"):
            english = str(refusal.sentence)
        with speaking("fr"):
            assert str(refusal.sentence) != english, english


def test_a_page_learns_the_reason_with_few_questions(app: Flask, stage: Stage) -> None:
    one, other = stage.people(2)
    for target in stage.people(6):
        make_meeting(one, target, S.EXPIRED)
    made = make_delegation(stage.event, *stage.people(5), only_one=False)
    delegation = delegation_by_code(stage.event, made.code)
    assert delegation
    assert queries_of(app, lambda: guards.why_not(one, other)) <= 24
    assert queries_of(app, lambda: guards.why_not(one, delegation)) <= 36
