"""The mail log: one row per message and recipient, without the text and without links."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.core.columns import Id, Instant, OptionalInstant, enum_column
from congress.extensions import Model
from congress.mail.enums import MailState


class Mail(Model):
    """A message to one person; `context` holds ids from which the text is rendered when it leaves."""

    __tablename__ = "mails"

    id: Mapped[Id]
    template: Mapped[str] = mapped_column(sa.String(60), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    recipient_key: Mapped[str] = mapped_column(sa.String(254), index=True)
    subject: Mapped[str | None] = mapped_column(sa.String(500))
    context: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    state: Mapped[MailState] = enum_column(MailState, "state", default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[Instant]
    sent_at: Mapped[OptionalInstant]
    events: Mapped[list[MailEvent]] = relationship(back_populates="mail", lazy="raise_on_sql", passive_deletes=True)


class MailEvent(Model):
    """An event whose organisers see the mail in their log."""

    __tablename__ = "mail_events"

    mail_id: Mapped[int] = mapped_column(sa.ForeignKey("mails.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(
        sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    registration_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("registrations.id", ondelete="SET NULL"), index=True
    )
    mail: Mapped[Mail] = relationship(back_populates="events", lazy="raise_on_sql")
