"""What organisers decide before anybody meets: windows, modes, sessions, slots, tables, rules."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.core.columns import Id, Instant, OptionalInstant, ShortText, enum_column
from congress.events.models import Event
from congress.extensions import Model
from congress.matchmaking.enums import OrganisationType, Publication, RequestMode, SchedulingMode, SessionModality


class Matchmaking(Model):
    """The meeting programme of one event. Holding its row holds every meeting of the event still.

    It exists for participants from `opened_at` on. Requests are made from `booking_opens_at` to `booking_closes_at`
    (excluded). `pending_cap` and `max_meetings` count per person, `expiry_hours` from the request, `cutoff_minutes`
    before the meeting. `walking_minutes` is needed between two zones.
    """

    __tablename__ = "matchmakings"
    __table_args__ = (
        sa.CheckConstraint("booking_closes_at > booking_opens_at", name="window"),
        sa.CheckConstraint("pending_cap BETWEEN 1 AND 100", name="pending_cap"),
        sa.CheckConstraint("expiry_hours BETWEEN 1 AND 720", name="expiry"),
        sa.CheckConstraint("cutoff_minutes BETWEEN 0 AND 10080", name="cutoff"),
        sa.CheckConstraint("walking_minutes BETWEEN 0 AND 120", name="walking"),
        sa.CheckConstraint("max_meetings IS NULL OR max_meetings > 0", name="max_meetings"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), unique=True)
    opened_at: Mapped[OptionalInstant]
    booking_opens_at: Mapped[Instant]
    booking_closes_at: Mapped[Instant]
    request_mode: Mapped[RequestMode] = enum_column(RequestMode, "request_mode", default=RequestMode.APPROVAL)
    scheduling_mode: Mapped[SchedulingMode] = enum_column(
        SchedulingMode, "scheduling_mode", default=SchedulingMode.PARTICIPANTS
    )
    publication: Mapped[Publication] = enum_column(Publication, "publication", default=Publication.DRAFT)
    pending_cap: Mapped[int] = mapped_column(default=10)
    expiry_hours: Mapped[int] = mapped_column(default=72)
    cutoff_minutes: Mapped[int] = mapped_column(default=120)
    max_meetings: Mapped[int | None]
    walking_minutes: Mapped[int] = mapped_column(default=0)
    introduction: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    published_at: Mapped[OptionalInstant]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    event: Mapped[Event] = relationship(lazy="raise_on_sql")


class MeetingSession(Model):
    """A stretch of slots without a pause. Each slot lasts `slot_minutes`, `gap_minutes` lie between two."""

    __tablename__ = "meeting_sessions"
    __table_args__ = (
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND 240", name="slot_minutes"),
        sa.CheckConstraint("gap_minutes BETWEEN 0 AND 60", name="gap_minutes"),
        sa.CheckConstraint("slot_count BETWEEN 1 AND 96", name="slot_count"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    starts_at: Mapped[Instant]
    slot_minutes: Mapped[int]
    gap_minutes: Mapped[int] = mapped_column(default=5)
    slot_count: Mapped[int]
    modality: Mapped[SessionModality] = enum_column(SessionModality, "modality", default=SessionModality.ON_SITE)
    slots: Mapped[list[MeetingSlot]] = relationship(
        back_populates="session", lazy="raise_on_sql", order_by="MeetingSlot.starts_at"
    )


class MeetingSlot(Model):
    """A time for meetings. Rows follow from their session; a slot with a meeting keeps its row and its id.

    Without a session it left the programme, and stays for the history of the meetings that were once in it.
    """

    __tablename__ = "meeting_slots"
    __table_args__ = (sa.UniqueConstraint("event_id", "starts_at"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("meeting_sessions.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    session: Mapped[MeetingSession] = relationship(back_populates="slots", lazy="raise_on_sql")


class TableZone(Model):
    """A part of the venue where tables stand."""

    __tablename__ = "table_zones"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    position: Mapped[int] = mapped_column(default=0)


class MeetingTable(Model):
    """A table with the number on its card. With a delegation it is that delegation's booth: others come to it, and
    nobody else sits there. A table with meetings is closed (`closed_at`), not deleted.
    """

    __tablename__ = "meeting_tables"
    __table_args__ = (sa.UniqueConstraint("event_id", "number"), sa.CheckConstraint("number > 0", name="number"))

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    number: Mapped[int]
    zone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("table_zones.id", ondelete="SET NULL"), index=True)
    delegation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("delegations.id", ondelete="SET NULL"), index=True
    )
    closed_at: Mapped[OptionalInstant]
    zone: Mapped[TableZone | None] = relationship(lazy="raise_on_sql")


class ContactRule(Model):
    """Who may ask whom, by type of organisation; a pair without a row may do everything."""

    __tablename__ = "contact_rules"
    __table_args__ = (sa.UniqueConstraint("event_id", "from_type", "to_type"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    from_type: Mapped[OrganisationType] = enum_column(OrganisationType, "from_type")
    to_type: Mapped[OrganisationType] = enum_column(OrganisationType, "to_type")
    may_meet: Mapped[bool] = mapped_column(default=True)
    may_chat: Mapped[bool] = mapped_column(default=True)


class TypeQuota(Model):
    """The most meetings that a person of one type may have; narrower than the event's `max_meetings`."""

    __tablename__ = "type_quotas"
    __table_args__ = (sa.UniqueConstraint("event_id", "type"), sa.CheckConstraint("max_meetings > 0", name="max"))

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    type: Mapped[OrganisationType] = enum_column(OrganisationType, "type")
    max_meetings: Mapped[int]


class InterpreterPool(Model):
    """How many interpreters between two languages there are in each slot; `languages` is "en-fr", sorted."""

    __tablename__ = "interpreter_pools"
    __table_args__ = (sa.UniqueConstraint("event_id", "languages"), sa.CheckConstraint("number > 0", name="number"))

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    languages: Mapped[ShortText]
    number: Mapped[int]
