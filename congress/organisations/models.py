"""Organisations and memberships."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.accounts.models import Account
from congress.core.columns import Id, Instant, OptionalInstant, ShortText, enum_column
from congress.extensions import Model
from congress.organisations.enums import MembershipRole, OrganisationKind


class Organisation(Model):
    """A host of events, or where participants come from. `regions` are ISO 3166-2 codes.

    `calendar_version` and `calendar_changed_at` follow its calendar: the events that it hosts.
    """

    __tablename__ = "organisations"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[ShortText]
    kind: Mapped[OrganisationKind] = enum_column(OrganisationKind, "kind")
    regions: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    website: Mapped[str | None] = mapped_column(sa.String(300))
    members_count: Mapped[int | None]
    calendar_version: Mapped[int] = mapped_column(default=1, server_default="1")
    calendar_changed_at: Mapped[OptionalInstant]
    created_at: Mapped[Instant]


class Membership(Model):
    """An account's place in an organisation."""

    __tablename__ = "memberships"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "account_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    role: Mapped[MembershipRole] = enum_column(MembershipRole, "role")
    created_at: Mapped[Instant]
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    account: Mapped[Account] = relationship(lazy="raise_on_sql")
