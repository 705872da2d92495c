"""Requests and meetings: one row from the first question to the outcome, never deleted."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.core.columns import Hash, Id, Instant, OptionalInstant, Salt, enum_column
from congress.extensions import Model
from congress.matchmaking.enums import (
    Answer,
    CancelCause,
    MeetingEvent,
    MeetingState,
    Origin,
    Outcome,
    Side,
)
from congress.matchmaking.models.profiles import Delegation, Profile
from congress.matchmaking.models.setup import MeetingSlot, MeetingTable

NOTE_LENGTH = 500
_OPEN = sa.text("target_id IS NULL AND state = 'pending'")
_LIVE = sa.text("state IN ('draft', 'pending', 'unscheduled', 'scheduled')")


class Meeting(Model):
    """A meeting of `requester` with `target`, or with a delegation whose manager has not yet said who attends.

    `slot` and `table` are set in SCHEDULED and after; without a table it is by video. `shown_slot` and `shown_table`
    are what its people were told: they differ from the former until the organisers publish. `low` and `high` are the
    pair, smaller id first. `sequence` is that of its calendar entry (RFC 5545 §3.8.7.4).
    """

    __tablename__ = "meetings"
    __table_args__ = (
        sa.UniqueConstraint("table_id", "slot_id"),
        sa.Index("uq_meetings_pair", "low_id", "high_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        sa.Index(
            "uq_meetings_delegation",
            "requester_id",
            "delegation_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_meetings_state", "event_id", "state"),
        sa.CheckConstraint("low_id IS NULL OR low_id < high_id", name="pair"),
        sa.CheckConstraint("target_id IS NOT NULL OR delegation_id IS NOT NULL", name="target"),
        sa.CheckConstraint("table_id IS NULL OR slot_id IS NOT NULL", name="place"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    state: Mapped[MeetingState] = enum_column(MeetingState, "state")
    origin: Mapped[Origin] = enum_column(Origin, "origin", default=Origin.REQUEST)
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id"), index=True)
    target_id: Mapped[int | None] = mapped_column(sa.ForeignKey("profiles.id"), index=True)
    delegation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delegations.id"), index=True)
    low_id: Mapped[int | None] = mapped_column(sa.ForeignKey("profiles.id"))
    high_id: Mapped[int | None] = mapped_column(sa.ForeignKey("profiles.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(NOTE_LENGTH), default="")
    is_guaranteed: Mapped[bool] = mapped_column(default=False)
    is_mutual: Mapped[bool] = mapped_column(default=False)
    slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_slots.id"), index=True)
    table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_tables.id"))
    shown_slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_slots.id"), index=True)
    shown_table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_tables.id"), index=True)
    wanted_slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_slots.id"), index=True)
    proposed_slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_slots.id"), index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("profiles.id"))
    locked_at: Mapped[OptionalInstant]
    published_at: Mapped[OptionalInstant]
    expires_at: Mapped[OptionalInstant]
    reminders: Mapped[int] = mapped_column(default=0)
    cancel_cause: Mapped[CancelCause | None] = enum_column(CancelCause, "cancel_cause", nullable=True)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    answered_at: Mapped[OptionalInstant]
    requester: Mapped[Profile] = relationship(lazy="raise_on_sql", foreign_keys=[requester_id])
    target: Mapped[Profile | None] = relationship(lazy="raise_on_sql", foreign_keys=[target_id])
    delegation: Mapped[Delegation | None] = relationship(lazy="raise_on_sql")
    slot: Mapped[MeetingSlot | None] = relationship(lazy="raise_on_sql", foreign_keys=[slot_id])
    table: Mapped[MeetingTable | None] = relationship(lazy="raise_on_sql", foreign_keys=[table_id])
    shown_slot: Mapped[MeetingSlot | None] = relationship(lazy="raise_on_sql", foreign_keys=[shown_slot_id])
    shown_table: Mapped[MeetingTable | None] = relationship(lazy="raise_on_sql", foreign_keys=[shown_table_id])
    proposed_slot: Mapped[MeetingSlot | None] = relationship(lazy="raise_on_sql", foreign_keys=[proposed_slot_id])
    people: Mapped[list[MeetingPerson]] = relationship(
        back_populates="meeting", lazy="raise_on_sql", order_by="MeetingPerson.side, MeetingPerson.profile_id"
    )
    changes: Mapped[list[MeetingChange]] = relationship(lazy="raise_on_sql", order_by="MeetingChange.id")


class MeetingPerson(Model):
    """Somebody who sits in a meeting. `slot_id` repeats the meeting's, so that the database itself refuses to book a
    person twice; it is empty when the meeting has no slot. `seen_at`: when the request was first opened.
    """

    __tablename__ = "meeting_people"
    __table_args__ = (sa.UniqueConstraint("profile_id", "slot_id"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    profile_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id"), primary_key=True)
    side: Mapped[Side] = enum_column(Side, "side")
    slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_slots.id"), index=True)
    seen_at: Mapped[OptionalInstant]
    answer: Mapped[Answer | None] = enum_column(Answer, "answer", nullable=True)
    answered_at: Mapped[OptionalInstant]
    outcome: Mapped[Outcome | None] = enum_column(Outcome, "outcome", nullable=True)
    meeting: Mapped[Meeting] = relationship(back_populates="people", lazy="raise_on_sql")
    profile: Mapped[Profile] = relationship(lazy="raise_on_sql")


class MeetingChange(Model):
    """One transition: who did what when and why, and where the meeting was before and after.

    `by_profile_id` is the participant, if one acted; `actor_kind` and `actor_id` name the credential. `reason` is
    private to its writer and the organisers for a refusal, and told to the other side for a cancellation.
    """

    __tablename__ = "meeting_changes"

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    event: Mapped[MeetingEvent] = enum_column(MeetingEvent, "event")
    at: Mapped[Instant]
    actor_kind: Mapped[str] = mapped_column(sa.String(20))
    actor_id: Mapped[int | None]
    by_profile_id: Mapped[int | None] = mapped_column(sa.ForeignKey("profiles.id"))
    from_state: Mapped[MeetingState | None] = enum_column(MeetingState, "from_state", nullable=True)
    to_state: Mapped[MeetingState] = enum_column(MeetingState, "to_state")
    reason: Mapped[str] = mapped_column(sa.String(NOTE_LENGTH), default="")
    old_slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_slots.id"))
    old_table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_tables.id"))
    new_slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_slots.id"))
    new_table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_tables.id"))


class MeetingLink(Model):
    """A one-use link in a mail, with which one person answers one request after a confirmation."""

    __tablename__ = "meeting_links"

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    profile_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"), index=True)
    salt: Mapped[Salt]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[OptionalInstant]
