"""Categories, quotas, registrations, tickets, signing keys and consents."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.core.columns import Hash, Id, Instant, OptionalInstant, Salt, ShortText, enum_column
from congress.events.models import Event
from congress.extensions import Model
from congress.registration.enums import (
    HOLDS_PLACE,
    Attendance,
    ConsentKind,
    RegistrationSource,
    RegistrationStatus,
    TicketState,
)

quota_categories = sa.Table(
    "quota_categories",
    Model.metadata,
    sa.Column("quota_id", sa.ForeignKey("quotas.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("category_id", sa.ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Category(Model):
    """A kind of participant of one event. `valid_from` and `valid_until` narrow the days it is admitted on."""

    __tablename__ = "categories"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    description: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    attendance: Mapped[Attendance] = enum_column(Attendance, "attendance", default=Attendance.ON_SITE)
    is_public: Mapped[bool] = mapped_column(default=True)
    colour: Mapped[str | None] = mapped_column(sa.String(7))
    valid_from: Mapped[dt.date | None]
    valid_until: Mapped[dt.date | None]
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[OptionalInstant]
    quotas: Mapped[list[Quota]] = relationship(
        secondary=quota_categories, back_populates="categories", lazy="raise_on_sql", order_by="Quota.id"
    )


class Quota(Model):
    """A number of places, for one category or shared by several."""

    __tablename__ = "quotas"
    __table_args__ = (sa.CheckConstraint("capacity >= 0", name="capacity"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[ShortText]
    capacity: Mapped[int]
    categories: Mapped[list[Category]] = relationship(
        secondary=quota_categories, back_populates="quotas", lazy="raise_on_sql", order_by="Category.position"
    )


class RegistrationGroup(Model):
    """What one person sent in one form: one link, one mail, one or several registrations.

    `calendar_version` counts the changes of the personal calendar, so that a program which asks again costs one row.
    """

    __tablename__ = "registration_groups"

    id: Mapped[Id]
    link_salt: Mapped[Salt]
    link_hash: Mapped[Hash] = mapped_column(unique=True)
    calendar_salt: Mapped[Salt]
    calendar_hash: Mapped[Hash] = mapped_column(unique=True)
    calendar_version: Mapped[int] = mapped_column(default=1, server_default="1")
    language: Mapped[str] = mapped_column(sa.String(2))
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    registrations: Mapped[list[Registration]] = relationship(
        back_populates="group", lazy="raise_on_sql", order_by="Registration.id"
    )


class Registration(Model):
    """One person at one event. `public_id` is what programs see; `reference` is what people type and read out."""

    __tablename__ = "registrations"
    __table_args__ = (
        sa.Index(
            "uq_registrations_live_address",
            "event_id",
            "email_key",
            unique=True,
            sqlite_where=sa.text("status IN ('pending', 'confirmed')"),
            postgresql_where=sa.text("status IN ('pending', 'confirmed')"),
        ),
        sa.Index("ix_registrations_list", "event_id", "created_at", "id"),
        sa.Index("ix_registrations_places", "category_id", "status"),
        sa.UniqueConstraint("event_id", "reference"),
    )

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    reference: Mapped[str] = mapped_column(sa.String(12))
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"), index=True)
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("categories.id"))
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("registration_groups.id"), index=True)
    status: Mapped[RegistrationStatus] = enum_column(RegistrationStatus, "status")
    source: Mapped[RegistrationSource] = enum_column(RegistrationSource, "source", default=RegistrationSource.ONLINE)
    given_name: Mapped[ShortText]
    family_name: Mapped[ShortText]
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), index=True)
    organisation: Mapped[ShortText] = mapped_column(default="")
    job_title: Mapped[ShortText] = mapped_column(default="")
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(2))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    badge_printed_at: Mapped[OptionalInstant]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    confirmed_at: Mapped[OptionalInstant]
    cancelled_at: Mapped[OptionalInstant]
    event: Mapped[Event] = relationship(lazy="raise_on_sql")
    category: Mapped[Category] = relationship(lazy="raise_on_sql")
    group: Mapped[RegistrationGroup] = relationship(back_populates="registrations", lazy="raise_on_sql")
    tickets: Mapped[list[Ticket]] = relationship(
        back_populates="registration", lazy="raise_on_sql", order_by="Ticket.id"
    )
    consents: Mapped[list[Consent]] = relationship(lazy="raise_on_sql", order_by="Consent.id")

    @property
    def full_name(self) -> str:
        """Given name, then family name, as people wrote them."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def holds_place(self) -> bool:
        """Whether it counts against the capacity."""
        return self.status in HOLDS_PLACE


class EventKey(Model):
    """A signing key of one event's tickets (Ed25519). The private half is encrypted under the application secret."""

    __tablename__ = "event_keys"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "key_id"),
        sa.CheckConstraint("key_id BETWEEN 1 AND 255", name="key_id"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    key_id: Mapped[int]
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    sealed_private_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    created_at: Mapped[Instant]
    retired_at: Mapped[OptionalInstant]


class Ticket(Model):
    """The right of entry of one registration: a random code inside a signed payload (see `tickets`)."""

    __tablename__ = "tickets"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "code"),
        sa.Index(
            "uq_tickets_valid",
            "registration_id",
            unique=True,
            sqlite_where=sa.text("state = 'valid'"),
            postgresql_where=sa.text("state = 'valid'"),
        ),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"))
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    key_id: Mapped[int]
    code: Mapped[bytes] = mapped_column(sa.LargeBinary(8))
    payload: Mapped[str] = mapped_column(sa.String(125))
    state: Mapped[TicketState] = enum_column(TicketState, "state", default=TicketState.VALID)
    created_at: Mapped[Instant]
    ended_at: Mapped[OptionalInstant]
    registration: Mapped[Registration] = relationship(back_populates="tickets", lazy="raise_on_sql")


class ConsentText(Model):
    """One version of what people are asked; `event_id` empty = the platform's own text."""

    __tablename__ = "consent_texts"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "kind", "version"),
        sa.Index(
            "uq_consent_texts_platform",
            "kind",
            "version",
            unique=True,
            sqlite_where=sa.text("event_id IS NULL"),
            postgresql_where=sa.text("event_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ConsentKind] = enum_column(ConsentKind, "kind")
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    created_at: Mapped[Instant]


class Consent(Model):
    """What one person answered to one version of a text, and when; an answer is added, never overwritten."""

    __tablename__ = "consents"

    id: Mapped[Id]
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("consent_texts.id"), index=True)
    given: Mapped[bool]
    at: Mapped[Instant]
    text: Mapped[ConsentText] = relationship(lazy="raise_on_sql")
