"""What the public sees: snapshots that never change, and what it says of sessions afterwards."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from congress.core.columns import Id, Instant, ShortText
from congress.extensions import Model


class Release(Model):
    """A published version of a programme. `snapshot` is read by `congress.programme.snapshot`."""

    __tablename__ = "releases"
    __table_args__ = (sa.UniqueConstraint("event_id", "number"), sa.UniqueConstraint("event_id", "name"))

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    name: Mapped[ShortText]
    comment: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    draft_version: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(sa.String(36), default=lambda: str(uuid.uuid4()))
    """Another one when personal data are erased from the snapshot, which is the only way that it changes."""
    snapshot: Mapped[dict[str, Any]] = mapped_column(sa.JSON, deferred=True)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Instant]


class SessionFeedback(Model):
    """What somebody said of a session after its end; nobody is named."""

    __tablename__ = "session_feedback"
    __table_args__ = (sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),)

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("programme_sessions.id", ondelete="CASCADE"), index=True)
    rating: Mapped[int]
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[Instant]
