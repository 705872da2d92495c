"""Reading organisations and memberships."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.accounts.models import Account
from congress.extensions import db
from congress.organisations.enums import MembershipRole
from congress.organisations.models import Membership, Organisation


def all_organisations() -> list[Organisation]:
    """Every organisation by name, as a French reader expects it: accents and capitals do not count."""
    return sorted(db.session.scalars(sa.select(Organisation)), key=lambda one: _sort_key(one.name))


def organisation_by_slug(slug: str) -> Organisation | None:
    """An organisation by its slug."""
    return db.session.scalar(sa.select(Organisation).where(Organisation.slug == slug))


def organisations_found(text: str) -> sa.Select[Organisation]:
    """Those whose name contains a text, by name."""
    statement = sa.select(Organisation).order_by(Organisation.name, Organisation.id)
    return statement.where(Organisation.name.icontains(text, autoescape=True)) if text else statement


def managed_organisations(account: Account) -> list[Organisation]:
    """The organisations in whose name an account creates series."""
    return list(
        db.session.scalars(
            sa.select(Organisation)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .where(Membership.account_id == account.id, Membership.role == MembershipRole.MANAGER)
            .order_by(Organisation.name)
        )
    )


def members_of(organisation: Organisation) -> list[Membership]:
    """The members of an organisation with their accounts."""
    return list(
        db.session.scalars(
            sa.select(Membership)
            .where(Membership.organisation_id == organisation.id)
            .options(joinedload(Membership.account))
            .order_by(Membership.id)
        )
    )


def _sort_key(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
