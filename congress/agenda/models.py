"""Stars and sign-ups of registrations."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.agenda.enums import LeftBy, SignUpState
from congress.core.columns import Id, Instant, OptionalInstant, enum_column
from congress.extensions import Model
from congress.programme.models import Session
from congress.registration.models import Registration


class Star(Model):
    """A session in somebody's personal agenda."""

    __tablename__ = "stars"

    registration_id: Mapped[int] = mapped_column(
        sa.ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True
    )
    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("programme_sessions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[Instant]


class SignUp(Model):
    """A place in a session, or in its queue (in the order of `queued_at`, then id)."""

    __tablename__ = "sign_ups"
    __table_args__ = (
        sa.UniqueConstraint("registration_id", "session_id"),
        sa.Index("ix_sign_ups_places", "session_id", "state", "queued_at"),
    )

    id: Mapped[Id]
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("programme_sessions.id", ondelete="CASCADE"))
    state: Mapped[SignUpState] = enum_column(SignUpState, "state")
    left_by: Mapped[LeftBy | None] = enum_column(LeftBy, "left_by", nullable=True)
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[Instant]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    promoted_at: Mapped[OptionalInstant]
    registration: Mapped[Registration] = relationship(lazy="raise_on_sql")
    session: Mapped[Session] = relationship(lazy="raise_on_sql")
