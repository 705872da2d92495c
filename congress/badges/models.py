"""Print runs."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.badges.enums import BadgeFormat
from congress.core.columns import Id, Instant, OptionalInstant, enum_column
from congress.extensions import Model
from congress.jobs.models import Job


class PrintRun(Model):
    """One PDF of badges that somebody asked for; its job tells the progress."""

    __tablename__ = "print_runs"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("jobs.id"), index=True)
    format: Mapped[BadgeFormat] = enum_column(BadgeFormat, "format")
    registration_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    badges: Mapped[int]
    file_name: Mapped[str | None] = mapped_column(sa.String(80))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="SET NULL"))
    created_at: Mapped[Instant]
    finished_at: Mapped[OptionalInstant]
    job: Mapped[Job] = relationship(lazy="raise_on_sql")
