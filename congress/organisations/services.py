"""Creating and changing organisations, and who belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import sqlalchemy as sa

from congress.accounts.queries import account_by_address
from congress.audit.services import apply_changes, record
from congress.core import clock
from congress.core.errors import Missing
from congress.core.text import slugified
from congress.core.transactions import before_commit
from congress.extensions import db
from congress.organisations.enums import MembershipRole
from congress.organisations.errors import AlreadyMember, OrganisationExists, UnknownAccount
from congress.organisations.models import Membership, Organisation


def create_organisation(values: dict[str, Any]) -> Organisation:
    """An organisation; its name is unique whatever its capitals."""
    _refuse_same_name(values["name"])
    organisation = Organisation(
        slug=_free_slug(values["name"]),
        name=values["name"],
        kind=values["kind"],
        regions=values.get("regions") or [],
        website=values.get("website"),
        created_at=clock.now(),
    )
    db.session.add(organisation)
    db.session.flush()
    record("organisation.created", "organisation", organisation.id, after={"name": organisation.name})
    return organisation


def update_organisation(organisation: Organisation, values: dict[str, Any]) -> bool:
    """Change an organisation; whether anything that pages show is different now."""
    if values["name"] != organisation.name:
        _refuse_same_name(values["name"], organisation.id)
    fields = {name: values[name] for name in ("name", "kind", "regions", "website", "members_count")}
    before, after = apply_changes(organisation, fields)
    if after:
        record("organisation.updated", "organisation", organisation.id, before=before, after=after)
    return bool(after)


def calendars_changed(organisation_ids: Iterable[int]) -> None:
    """Count a new version of their calendars, with the commit of the current unit of work."""
    before_commit(_count_calendars, organisation_ids)


def _count_calendars(organisation_ids: list[int]) -> None:
    table = cast("sa.Table", Organisation.__table__)
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row"))
        .values(calendar_version=table.c.calendar_version + 1, calendar_changed_at=clock.now())
    )
    db.session.flush()
    if organisation_ids:  # an event without hosts has none
        db.session.execute(statement, [{"row": organisation_id} for organisation_id in organisation_ids])


def add_member(organisation: Organisation, email: str, role: MembershipRole) -> Membership:
    """Let an existing account belong to an organisation."""
    account = account_by_address(email)
    if account is None:
        raise UnknownAccount
    known = sa.select(Membership.id).where(
        Membership.organisation_id == organisation.id, Membership.account_id == account.id
    )
    if db.session.scalar(known) is not None:
        raise AlreadyMember
    membership = Membership(organisation_id=organisation.id, account_id=account.id, role=role, created_at=clock.now())
    db.session.add(membership)
    db.session.flush()
    record("membership.added", "account", account.id, after={"organisation": organisation.name, "role": role})
    return membership


def remove_member(organisation: Organisation, membership_id: int) -> None:
    """Let an account belong to an organisation no more."""
    membership = membership_of(organisation, membership_id)
    record(
        "membership.removed",
        "account",
        membership.account_id,
        before={"organisation": organisation.name, "role": membership.role},
    )
    db.session.delete(membership)


def membership_of(organisation: Organisation, membership_id: int) -> Membership:
    """A membership of this organisation; `Missing` for that of another one."""
    membership = db.session.scalar(
        sa.select(Membership).where(Membership.id == membership_id, Membership.organisation_id == organisation.id)
    )
    if membership is None:
        raise Missing
    return membership


def _refuse_same_name(name: str, own_id: int = 0) -> None:
    others = db.session.scalars(sa.select(Organisation.name).where(Organisation.id != own_id))
    if name.casefold() in {other.casefold() for other in others}:
        raise OrganisationExists


def _free_slug(name: str) -> str:
    wanted = slugified(name)[:50] or "organisation"
    taken = set(db.session.scalars(sa.select(Organisation.slug).where(Organisation.slug.startswith(wanted))))
    if wanted not in taken:
        return wanted
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{wanted}-{number}") not in taken)
