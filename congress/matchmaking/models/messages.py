"""What participants write to each other."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.core.columns import Id, Instant, OptionalInstant
from congress.extensions import Model
from congress.matchmaking.models.profiles import Profile

MESSAGE_LENGTH = 2000


class Thread(Model):
    """The messages between two profiles, smaller id first."""

    __tablename__ = "threads"
    __table_args__ = (
        sa.UniqueConstraint("low_id", "high_id"),
        sa.CheckConstraint("low_id < high_id", name="pair"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    low_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Instant]
    last_message_at: Mapped[Instant]
    messages: Mapped[list[Message]] = relationship(lazy="raise_on_sql", order_by="Message.id")


class Message(Model):
    """One message; `read_at` when the other side opened the thread. An erased one keeps its row, for the counts."""

    __tablename__ = "messages"
    __table_args__ = (sa.Index("ix_messages_thread", "thread_id", "id"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id", ondelete="CASCADE"))
    sender_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.String(MESSAGE_LENGTH))
    at: Mapped[Instant]
    read_at: Mapped[OptionalInstant]
    announced_at: Mapped[OptionalInstant]
    sender: Mapped[Profile] = relationship(lazy="raise_on_sql")


class Block(Model):
    """Somebody does not want to hear from somebody else: no messages, no requests, no suggestions, both ways."""

    __tablename__ = "blocks"

    profile_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(
        sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[Instant]


class ThreadReport(Model):
    """A thread that somebody reported: from then on organisers may read it, up to `last_message_id`."""

    __tablename__ = "thread_reports"

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    reporter_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(sa.String(500))
    last_message_id: Mapped[int]
    created_at: Mapped[Instant]
    handled_at: Mapped[OptionalInstant]
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="SET NULL"))
    decision: Mapped[str] = mapped_column(sa.String(500), default="")
    thread: Mapped[Thread] = relationship(lazy="raise_on_sql")
