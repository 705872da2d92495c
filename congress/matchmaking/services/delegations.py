"""Delegations: founding one, asking colleagues in, leaving, and who manages it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from congress.core import clock
from congress.core.errors import Missing
from congress.extensions import db
from congress.matchmaking import delegation_errors, guards
from congress.matchmaking.enums import CancelCause, DelegationState
from congress.matchmaking.models import Delegation, Profile
from congress.matchmaking.queries import meetings
from congress.matchmaking.queries.profiles import WITH_PERSON
from congress.matchmaking.services import cancelling
from congress.matchmaking.services.holding import fresh_profiles, hold
from congress.matchmaking.signals import delegation_invited

MEMBER, INVITED = DelegationState.MEMBER, DelegationState.INVITED


def create(profile: Profile, name: str, *, only_one: bool = True) -> Delegation:
    """Found a delegation; who founds it manages it."""
    one = _held(profile)
    if one.delegation_id is not None:
        raise delegation_errors.InDelegation
    delegation = Delegation(
        code=secrets.token_hex(8)[:15],
        event_id=one.event_id,
        name=name,
        only_one=only_one,
        created_at=clock.now(),
    )
    db.session.add(delegation)
    db.session.flush()
    _place(one, delegation.id, MEMBER, manages=True)
    return delegation


def change(manager: Profile, *, name: str, only_one: bool) -> Delegation:
    """Give it another name, or another rule about who meets whom."""
    delegation = _managed_by(_held(manager))
    delegation.name, delegation.only_one = name, only_one
    db.session.flush()
    return delegation


def invite(manager: Profile, profile: Profile) -> None:
    """Ask a colleague to join; being asked again is asked once."""
    own = _held(manager)
    delegation, one = _managed_by(own), fresh_profiles([profile.id])[0]
    if one.event_id != own.event_id or not guards.takes_part(one) or meetings.blocks_between(own.id, [one.id]):
        raise Missing
    if not guards.same_organisation(own, one):
        raise delegation_errors.OtherOrganisation
    if one.delegation_id == delegation.id:
        return
    if one.delegation_id is not None and one.delegation_state is MEMBER:
        raise delegation_errors.InDelegation
    _place(one, delegation.id, INVITED, manages=False)
    delegation_invited.send(None, profile=one, by=own)


def join(profile: Profile) -> Delegation:
    """Accept the invitation."""
    one = _held(profile)
    if one.delegation_id is None or one.delegation_state is not INVITED:
        raise delegation_errors.NotInvited
    others = [member for member in members_of(one.delegation_id) if member.manages_delegation]
    _place(one, one.delegation_id, MEMBER, manages=not others)
    return db.session.get_one(Delegation, one.delegation_id)


def add(delegation: Delegation, profile: Profile) -> None:
    """Make somebody a member as an organiser, without an invitation."""
    hold(delegation.event_id)
    one = fresh_profiles([profile.id])[0]
    if one.event_id != delegation.event_id:
        raise Missing
    if one.delegation_id == delegation.id and one.delegation_state is MEMBER:
        return
    if one.delegation_state is MEMBER:
        raise delegation_errors.InDelegation
    others = [member for member in members_of(delegation.id) if member.manages_delegation]
    _place(one, delegation.id, MEMBER, manages=not others)


def leave(profile: Profile) -> None:
    """Leave a delegation, or refuse its invitation. The manager's work goes to the one who joined matchmaking first.

    Meetings that somebody attends stay with the person. Requests that nobody can answer any more end.
    """
    one = _held(profile)
    left, managed = one.delegation_id, one.manages_delegation
    if left is None:
        return
    _place(one, None, None, manages=False)
    others = members_of(left)
    if managed and others:
        others[0].manages_delegation = True
        db.session.flush()
    if not others:
        for request in meetings.open_requests_to(left):
            cancelling.cancel(request, cause=CancelCause.REGISTRATION)


def remove(manager: Profile, profile: Profile) -> None:
    """Put a colleague out of the delegation, or take the invitation back."""
    delegation = _managed_by(_held(manager))
    one = fresh_profiles([profile.id])[0]
    if one.delegation_id != delegation.id:
        raise Missing
    leave(one)


def hand_over(manager: Profile, profile: Profile) -> None:
    """Let a colleague manage the delegation."""
    own = _held(manager)
    delegation, one = _managed_by(own), fresh_profiles([profile.id])[0]
    if one.delegation_id != delegation.id or one.delegation_state is not MEMBER:
        raise delegation_errors.NotAMember
    own.manages_delegation = False
    one.manages_delegation = True
    db.session.flush()


def members_of(delegation_id: int) -> Sequence[Profile]:
    """Who belongs to it, those who were only asked left out; in the order in which they came to matchmaking."""
    return db.session.scalars(
        sa.select(Profile)
        .where(Profile.delegation_id == delegation_id, Profile.delegation_state == MEMBER)
        .options(*WITH_PERSON)
        .order_by(Profile.id)
    ).all()


def _held(profile: Profile) -> Profile:
    hold(profile.event_id)
    return fresh_profiles([profile.id])[0]


def _managed_by(manager: Profile) -> Delegation:
    if manager.delegation_id is None or not manager.manages_delegation or manager.delegation_state is not MEMBER:
        raise delegation_errors.OnlyTheManager
    return db.session.get_one(Delegation, manager.delegation_id)


def _place(profile: Profile, delegation_id: int | None, state: DelegationState | None, *, manages: bool) -> None:
    profile.delegation_id, profile.delegation_state, profile.manages_delegation = delegation_id, state, manages
    db.session.flush()
