"""Teams: invite, accept, change a role, remove. A change holds from the next request on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from congress.accounts.models import Account
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.errors import LinkExpired, Missing
from congress.core.tokens import new_link
from congress.events.enums import Role
from congress.events.errors import AccountDisabled, AlreadyInTeam, LastOwner, RoleNotYours, TooMany
from congress.events.models import Event, Invitation, Series, TeamMember
from congress.events.permissions import can_grant
from congress.events.queries import in_scope, roles_on_event, roles_on_series
from congress.events.services.pages import Scope, lock_series, note
from congress.events.signals import member_invited
from congress.extensions import db

PURPOSE = "invitation"
VALID_FOR = dt.timedelta(days=7)
MAX_OPEN = 50


def roles_of(account: Account, scope: Scope) -> frozenset[Role]:
    """The roles that an account has on a scope, right now."""
    return roles_on_event(account, scope) if isinstance(scope, Event) else roles_on_series(account, scope)


def invite(scope: Scope, inviter: Account, email: str, role: Role, language: str) -> Invitation:
    """Invite an address to a team; an earlier open invitation of the same address to the same team is withdrawn."""
    if not can_grant(roles_of(inviter, scope), role):
        raise RoleNotYours
    key = address_key(email)
    if db.session.scalar(
        sa.select(TeamMember.id)
        .join(Account, Account.id == TeamMember.account_id)
        .where(in_scope(TeamMember, scope), Account.email_key == key)
    ):
        raise AlreadyInTeam
    _make_room(scope, key)
    now = clock.now()
    salt, token_hash = new_link(PURPOSE)
    invitation = Invitation(
        event_id=scope.id if isinstance(scope, Event) else None,
        series_id=scope.id if isinstance(scope, Series) else None,
        email=email,
        email_key=key,
        role=role,
        language=language,
        salt=salt,
        token_hash=token_hash,
        invited_by_id=inviter.id,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    db.session.add(invitation)
    db.session.flush()
    note("member.invited", scope, ("invitation", invitation.id), after={"role": role})
    member_invited.send(invitation=invitation)
    return invitation


def _make_room(scope: Scope, key: str) -> None:
    """Withdraw the earlier invitation of this address; refuse when too many others are open."""
    now = clock.now()
    is_open = sa.and_(in_scope(Invitation, scope), Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    db.session.execute(sa.update(Invitation).where(is_open, Invitation.email_key == key).values(revoked_at=now))
    waiting = db.session.scalar(sa.select(sa.func.count(Invitation.id)).where(is_open, Invitation.expires_at > now))
    if (waiting or 0) >= MAX_OPEN:
        raise TooMany


def withdraw_invitation(scope: Scope, invitation_id: int) -> None:
    """The link stops working at once."""
    invitation = invitation_of(scope, invitation_id)
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
        note("member.invitation_withdrawn", scope, ("invitation", invitation.id), before={"role": invitation.role})


def use_invitation(invitation: Invitation, scope: Scope, inviter: Account | None) -> None:
    """Use up an invitation: of many clicks at once, one gets through.

    It gives nothing that its sender may not give any more.
    """
    now = clock.now()
    if inviter is None or inviter.disabled_at or not can_grant(roles_of(inviter, scope), invitation.role):
        raise LinkExpired
    used = db.session.execute(
        sa.update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(accepted_at=now)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise LinkExpired


def join_team(invitation: Invitation, scope: Scope, account: Account) -> None:
    """Give the account whose address the invitation has proved its role; an earlier role stays as it is."""
    if account.disabled_at is not None:
        raise AccountDisabled
    known = sa.select(TeamMember.id).where(in_scope(TeamMember, scope), TeamMember.account_id == account.id)
    if db.session.scalar(known) is None:
        member = TeamMember(
            account_id=account.id,
            event_id=invitation.event_id,
            series_id=invitation.series_id,
            role=invitation.role,
            created_at=clock.now(),
        )
        db.session.add(member)
        db.session.flush()
        note("member.joined", scope, ("account", account.id), after={"role": invitation.role})


def change_role(scope: Scope, roles: Collection[Role], member_id: int, wanted: Role) -> None:
    """Give a member another role; `roles` are those of the person who does it."""
    member = _locked_member(scope, member_id)
    if member.role == wanted:
        return
    if not (can_grant(roles, wanted) and can_grant(roles, member.role)):
        raise RoleNotYours
    _keep_an_owner(scope, member)
    before, member.role = member.role, wanted
    note("member.role_changed", scope, ("account", member.account_id), {"role": before}, {"role": wanted})


def remove_member(scope: Scope, roles: Collection[Role], member_id: int) -> None:
    """Take somebody out of a team; `roles` are those of the person who does it."""
    member = _locked_member(scope, member_id)
    if not can_grant(roles, member.role):
        raise RoleNotYours
    _keep_an_owner(scope, member)
    note("member.removed", scope, ("account", member.account_id), before={"role": member.role})
    db.session.delete(member)


def member_of(scope: Scope, member_id: int) -> TeamMember:
    """A member of exactly this team; `Missing` for that of another one."""
    member = db.session.scalar(
        sa.select(TeamMember)
        .where(TeamMember.id == member_id, in_scope(TeamMember, scope))
        .execution_options(populate_existing=True)
    )
    if member is None:
        raise Missing
    return member


def invitation_of(scope: Scope, invitation_id: int) -> Invitation:
    """An invitation to exactly this team; `Missing` for that to another one."""
    invitation = db.session.scalar(
        sa.select(Invitation).where(Invitation.id == invitation_id, in_scope(Invitation, scope))
    )
    if invitation is None:
        raise Missing
    return invitation


def _locked_member(scope: Scope, member_id: int) -> TeamMember:
    """The same, while nobody else changes the owners of this series or of its events."""
    lock_series(scope.series_id if isinstance(scope, Event) else scope.id)
    return member_of(scope, member_id)


def _keep_an_owner(scope: Scope, leaving: TeamMember) -> None:
    """Every event keeps an owner who can sign in: its own, or one of its series."""
    if leaving.role != Role.OWNER:
        return
    owners = sa.or_(
        in_scope(TeamMember, scope),
        TeamMember.series_id == (scope.series_id if isinstance(scope, Event) else scope.id),
    )
    remaining = (
        sa.select(TeamMember.id)
        .join(Account, Account.id == TeamMember.account_id)
        .where(owners, TeamMember.role == Role.OWNER, TeamMember.id != leaving.id, Account.disabled_at.is_(None))
    )
    if not db.session.scalar(sa.select(remaining.exists())):
        raise LastOwner
