"""Runs of the timetable engine, and what was printed of their result."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.core.columns import Id, Instant, OptionalInstant
from congress.extensions import Model
from congress.jobs.models import Job


class TimetableRun(Model):
    """One run that somebody asked for; its job tells the progress.

    `movable` are the published meetings that may move. `result` is what the run answered: figures, what moved, what
    was added, and what was not placed, each with its reason; no names, ids of meetings only. `progress` is the latest
    news of the engine: meetings placed, breaks, seconds.
    """

    __tablename__ = "timetable_runs"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("jobs.id"), index=True)
    seed: Mapped[int]
    seconds: Mapped[int]
    movable: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    progress: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="SET NULL"))
    created_at: Mapped[Instant]
    stop_asked_at: Mapped[OptionalInstant]
    finished_at: Mapped[OptionalInstant]
    job: Mapped[Job] = relationship(lazy="raise_on_sql")


class SchedulePrintRun(Model):
    """One PDF of personal schedules that somebody asked for; its job tells the progress."""

    __tablename__ = "schedule_print_runs"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("jobs.id"), index=True)
    profile_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    file_name: Mapped[str | None] = mapped_column(sa.String(80))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="SET NULL"))
    created_at: Mapped[Instant]
    finished_at: Mapped[OptionalInstant]
    job: Mapped[Job] = relationship(lazy="raise_on_sql")
