"""The audit log."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from congress.core.columns import Id, Instant
from congress.extensions import Model


class AuditEntry(Model):
    """One act. `actor_kind` and `actor_id` name the credential; `before` and `after` what changed."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.Index("ix_audit_entries_event", "event_id", "id"),
        sa.Index("ix_audit_entries_target", "target_type", "target_id"),
    )

    id: Mapped[Id]
    at: Mapped[Instant]
    actor_kind: Mapped[str] = mapped_column(sa.String(20))
    actor_id: Mapped[int | None]
    event_id: Mapped[int | None]
    series_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(sa.String(60))
    target_type: Mapped[str] = mapped_column(sa.String(40))
    target_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
