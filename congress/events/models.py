"""Series, events, hosts, rooms, teams, invitations and pictures."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.accounts.models import Account
from congress.core.columns import Hash, Id, Instant, OptionalInstant, Salt, enum_column
from congress.events.enums import SEEN_BY_PUBLIC, EventFormat, EventStatus, HostRole, Role, SeriesKind, WindowState
from congress.extensions import Model
from congress.organisations.models import Organisation


class Series(Model):
    """A congress over the years, or a tour with its stages. `page_version` counts changes of its public page."""

    __tablename__ = "series"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[SeriesKind] = enum_column(SeriesKind, "kind")
    name: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    summary: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    description: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    website: Mapped[str | None] = mapped_column(sa.String(300))
    colour: Mapped[str | None] = mapped_column(sa.String(7))
    published_at: Mapped[OptionalInstant]
    page_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    events: Mapped[list[Event]] = relationship(
        back_populates="series", lazy="raise_on_sql", order_by="Event.position, Event.starts_at, Event.id"
    )
    hosts: Mapped[list[SeriesHost]] = relationship(lazy="raise_on_sql", order_by="SeriesHost.position")


class SeriesHost(Model):
    """An organisation that carries a series."""

    __tablename__ = "series_hosts"
    __table_args__ = (sa.UniqueConstraint("series_id", "organisation_id"),)

    id: Mapped[Id]
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    role: Mapped[HostRole] = enum_column(HostRole, "role")
    position: Mapped[int] = mapped_column(default=0)
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class Event(Model):
    """One edition or one stage. Instants are UTC; `zone` is the IANA zone in which people read them.

    `page_version` counts changes of the public page, `calendar_sequence` those of time, place or status,
    `calendar_version` those of its feeds; `calendar_changed_at` is the last change of what calendars tell of the
    event itself, None before the first.
    """

    __tablename__ = "events"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("registration_closes_at > registration_opens_at", name="window"),
        sa.CheckConstraint("retention_days BETWEEN 1 AND 3650", name="retention"),
    )

    id: Mapped[Id]
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"), index=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    status: Mapped[EventStatus] = enum_column(EventStatus, "status", default=EventStatus.DRAFT)
    format: Mapped[EventFormat] = enum_column(EventFormat, "format")
    name: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    summary: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    description: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    zone: Mapped[str] = mapped_column(sa.String(60), default="Europe/Paris")
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    registration_opens_at: Mapped[Instant]
    registration_closes_at: Mapped[Instant]
    regions: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    venue_name: Mapped[str | None] = mapped_column(sa.String(200))
    venue_address: Mapped[str | None] = mapped_column(sa.String(300))
    venue_postcode: Mapped[str | None] = mapped_column(sa.String(20))
    venue_city: Mapped[str | None] = mapped_column(sa.String(100))
    venue_access: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    join_url: Mapped[str | None] = mapped_column(sa.String(500))
    colour: Mapped[str | None] = mapped_column(sa.String(7))
    logo_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("pictures.id", use_alter=True, ondelete="SET NULL"), index=True
    )
    show_remaining: Mapped[bool] = mapped_column(default=True)
    contact_email: Mapped[str | None] = mapped_column(sa.String(254))
    retention_days: Mapped[int] = mapped_column(default=365)
    page_version: Mapped[int] = mapped_column(default=1)
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    calendar_version: Mapped[int] = mapped_column(default=1, server_default="1")
    calendar_changed_at: Mapped[OptionalInstant]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    published_at: Mapped[OptionalInstant]
    series: Mapped[Series] = relationship(back_populates="events", lazy="raise_on_sql")
    hosts: Mapped[list[EventHost]] = relationship(lazy="raise_on_sql", order_by="EventHost.position")
    rooms: Mapped[list[Room]] = relationship(lazy="raise_on_sql", order_by="Room.position")
    logo: Mapped[Picture | None] = relationship(lazy="raise_on_sql", foreign_keys=[logo_id])

    @property
    def is_published(self) -> bool:
        """Whether the public sees it (a cancelled event stays visible, as cancelled)."""
        return self.status in SEEN_BY_PUBLIC

    @property
    def first_day(self) -> dt.date:
        """Its first day, in its own zone."""
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last_day(self) -> dt.date:
        """Its last day, in its own zone."""
        return (self.ends_at - dt.timedelta(microseconds=1)).astimezone(ZoneInfo(self.zone)).date()

    @property
    def retention_ends_on(self) -> dt.date:
        """The day after which personal data of this event are erased."""
        return self.last_day + dt.timedelta(days=self.retention_days)

    def window_state(self, now: dt.datetime) -> WindowState:
        """Whether the registration window is open at `now`."""
        if now < self.registration_opens_at:
            return WindowState.UPCOMING
        return WindowState.OPEN if now < self.registration_closes_at else WindowState.CLOSED


class EventHost(Model):
    """An organisation that hosts an event."""

    __tablename__ = "event_hosts"
    __table_args__ = (sa.UniqueConstraint("event_id", "organisation_id"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    role: Mapped[HostRole] = enum_column(HostRole, "role")
    position: Mapped[int] = mapped_column(default=0)
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class Room(Model):
    """A room of the venue. `guid` (a UUID) is what exports and imports know it by."""

    __tablename__ = "rooms"
    __table_args__ = (sa.CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    guid: Mapped[str] = mapped_column(sa.String(36), default=lambda: str(uuid.uuid4()))
    capacity: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)


class TeamMember(Model):
    """An account's role, on one event or on a whole series (exactly one of the two)."""

    __tablename__ = "team_members"
    __table_args__ = (
        sa.CheckConstraint("(series_id IS NULL) <> (event_id IS NULL)", name="one_scope"),
        sa.UniqueConstraint("account_id", "event_id"),
        sa.UniqueConstraint("account_id", "series_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("series.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = enum_column(Role, "role")
    created_at: Mapped[Instant]
    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class Invitation(Model):
    """An invitation to a team, by a one-use link."""

    __tablename__ = "invitations"
    __table_args__ = (sa.CheckConstraint("(series_id IS NULL) <> (event_id IS NULL)", name="one_scope"),)

    id: Mapped[Id]
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("series.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), index=True)
    role: Mapped[Role] = enum_column(Role, "role")
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    salt: Mapped[Salt]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="SET NULL"))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    accepted_at: Mapped[OptionalInstant]
    revoked_at: Mapped[OptionalInstant]


class Picture(Model):
    """An uploaded picture, re-encoded by us and stored under a generated name."""

    __tablename__ = "pictures"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[Instant]
