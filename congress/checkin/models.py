"""Checkpoints, devices and scans."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.checkin.enums import RefusalReason, ScanAction, ScanMethod, ScanOutcome
from congress.core.columns import Hash, Id, Instant, OptionalInstant, Salt, ShortText, enum_column
from congress.extensions import Model


class Checkpoint(Model):
    """A door of one event. In `rehearsal`, scans are kept apart, never counted, and the day is not checked."""

    __tablename__ = "checkpoints"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[ShortText]
    rehearsal: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    closed_at: Mapped[OptionalInstant]


class Device(Model):
    """A telephone or laptop at a door, by a link that can be withdrawn."""

    __tablename__ = "devices"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    checkpoint_id: Mapped[int] = mapped_column(sa.ForeignKey("checkpoints.id", ondelete="CASCADE"), index=True)
    label: Mapped[ShortText]
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    salt: Mapped[Salt]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[OptionalInstant]
    seen_at: Mapped[OptionalInstant]
    checkpoint: Mapped[Checkpoint] = relationship(lazy="raise_on_sql")


class Scan(Model):
    """One observation at a door. `nonce` is the device's own; `answer` is repeated when the nonce comes again.

    `scanned_at` is the device's clock corrected by its offset; `device_time` is what the device said. `valid`: the
    ticket opened this event's doors on this `day` when the scan was received. `undoes_nonce` names the entry that an
    undo takes back, by nonce, because the undo may arrive first. `answer` is {"digest": of what was asked,
    "result": what was answered}.
    """

    __tablename__ = "scans"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "nonce"),
        sa.Index("ix_scans_admission", "registration_id", "day", "rehearsal"),
        sa.Index("ix_scans_event", "event_id", "id"),
        sa.Index(
            "ix_scans_undone",
            "event_id",
            "undoes_nonce",
            sqlite_where=sa.text("undoes_nonce IS NOT NULL"),
            postgresql_where=sa.text("undoes_nonce IS NOT NULL"),
        ),
        sa.Index(
            "ix_scans_inside",
            "event_id",
            "day",
            "rehearsal",
            "registration_id",
            sqlite_where=sa.text("valid = 1 AND action = 'entry'"),
            postgresql_where=sa.text("valid AND action = 'entry'"),
        ),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"))
    checkpoint_id: Mapped[int] = mapped_column(sa.ForeignKey("checkpoints.id"), index=True)
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id"), index=True)
    nonce: Mapped[str] = mapped_column(sa.String(36))
    action: Mapped[ScanAction] = enum_column(ScanAction, "action")
    method: Mapped[ScanMethod] = enum_column(ScanMethod, "method")
    registration_id: Mapped[int | None] = mapped_column(sa.ForeignKey("registrations.id", ondelete="SET NULL"))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id", ondelete="SET NULL"))
    undoes_nonce: Mapped[str | None] = mapped_column(sa.String(36))
    valid: Mapped[bool]
    rehearsal: Mapped[bool] = mapped_column(default=False)
    day: Mapped[dt.date]
    device_time: Mapped[Instant]
    scanned_at: Mapped[Instant]
    received_at: Mapped[Instant]
    outcome: Mapped[ScanOutcome] = enum_column(ScanOutcome, "outcome")
    reason: Mapped[RefusalReason | None] = enum_column(RefusalReason, "reason", nullable=True)
    answer: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
