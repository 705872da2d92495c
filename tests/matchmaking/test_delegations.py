"""Delegations: who is in one, who manages it, and what happens to its requests."""

from __future__ import annotations

import datetime as dt

import pytest
from flask_sqlalchemy.session import Session

from congress.core.errors import Missing
from congress.extensions import db
from congress.matchmaking import delegation_errors
from congress.matchmaking.enums import DelegationState, MeetingState
from congress.matchmaking.models import Profile
from congress.matchmaking.services import answering, delegations, requesting
from congress.matchmaking.signals import delegation_invited
from tests.factories.matchmaking import make_delegation
from tests.matchmaking.stage import Stage, refused, state

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]
S = MeetingState


@pytest.fixture
def stage(session: Session, now: dt.datetime) -> Stage:
    return Stage()


def colleagues(stage: Stage, number: int) -> list[Profile]:
    found = stage.people(number)
    for one in found:
        one.registration.organisation = "Colleagues Ltd"
    db.session.flush()
    return found


def standing(profile: Profile) -> tuple[int | None, DelegationState | None, bool]:
    db.session.refresh(profile, ["delegation_id", "delegation_state", "manages_delegation"])
    return profile.delegation_id, profile.delegation_state, profile.manages_delegation


def test_who_founds_a_delegation_manages_it_and_is_in_no_other(stage: Stage) -> None:
    one = stage.person()
    delegation = delegations.create(one, "Ours", only_one=False)
    assert (delegation.name, delegation.only_one) == ("Ours", False)
    assert standing(one) == (delegation.id, DelegationState.MEMBER, True)
    with refused(delegation_errors.InDelegation):
        delegations.create(one, "Another")
    assert delegations.change(one, name="New", only_one=True).only_one


def test_a_colleague_is_asked_and_joins(stage: Stage) -> None:
    one, other, third = colleagues(stage, 3)
    delegation = delegations.create(one, "Ours")
    asked = []

    def hear(_sender: object, *, profile: Profile, by: Profile | None) -> None:
        asked.append((profile.id, by.id if by else None))

    with refused(delegation_errors.NotInvited):
        delegations.join(other)
    with delegation_invited.connected_to(hear):
        delegations.invite(one, other)
        delegations.invite(one, other)
    assert asked == [(other.id, one.id)]
    assert standing(other) == (delegation.id, DelegationState.INVITED, False)
    with refused(delegation_errors.OnlyTheManager):
        delegations.invite(other, third)
    assert delegations.join(other).id == delegation.id
    assert standing(other) == (delegation.id, DelegationState.MEMBER, False)
    assert [member.id for member in delegations.members_of(delegation.id)] == [one.id, other.id]


def test_only_colleagues_who_take_part_and_are_free_are_asked(stage: Stage) -> None:
    one, other, hidden = colleagues(stage, 3)
    stranger, elsewhere = stage.person(), Stage().person()
    hidden.listed_at = None
    delegations.create(one, "Ours")
    delegations.create(other, "Theirs")
    with refused(delegation_errors.OtherOrganisation):
        delegations.invite(one, stranger)
    with refused(delegation_errors.InDelegation):
        delegations.invite(one, other)
    for nobody in (hidden, elsewhere):
        with refused(Missing):
            delegations.invite(one, nobody)


def test_organisers_make_anybody_a_member(stage: Stage) -> None:
    one, other = stage.people(2)
    empty = make_delegation(stage.event)
    delegations.add(empty, one)
    delegations.add(empty, other)
    delegations.add(empty, other)
    assert [standing(profile)[2] for profile in (one, other)] == [True, False]
    with refused(delegation_errors.InDelegation):
        delegations.add(make_delegation(stage.event), one)
    away = Stage().person()
    with refused(Missing):
        delegations.add(empty, away)


def test_a_manager_who_leaves_hands_over_and_the_last_one_ends_the_requests(stage: Stage) -> None:
    one, other, guest = stage.people(3)
    delegation = make_delegation(stage.event, one, other)
    meeting = requesting.request_meeting(guest, delegation)
    delegations.leave(one)
    assert (standing(one), standing(other)) == (
        (None, None, False),
        (delegation.id, DelegationState.MEMBER, True),
    )
    assert state(meeting) is S.PENDING
    delegations.leave(other)
    assert state(meeting) is S.CANCELLED
    delegations.leave(other)


def test_a_meeting_stays_with_who_attends_it(stage: Stage) -> None:
    one, other, guest = stage.people(3)
    delegation = make_delegation(stage.event, one, other)
    meeting = requesting.request_meeting(guest, delegation)
    answering.accept(meeting, one, attendees=[other])
    delegations.leave(other)
    assert state(meeting) is S.SCHEDULED


def test_a_manager_removes_and_hands_over(stage: Stage) -> None:
    one, other, third = stage.people(3)
    delegation = make_delegation(stage.event, one, other, third)
    stranger = stage.person()
    for act in (delegations.remove, delegations.hand_over):
        with refused(delegation_errors.OnlyTheManager):
            act(other, third)
    with refused(delegation_errors.NotAMember):
        delegations.hand_over(one, stranger)
    with refused(Missing):
        delegations.remove(one, stranger)
    delegations.hand_over(one, other)
    assert [standing(profile)[2] for profile in (one, other)] == [False, True]
    delegations.remove(other, third)
    assert standing(third) == (None, None, False)
    assert delegation.id == standing(one)[0]
