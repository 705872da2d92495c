"""The jobs table and the heartbeat of workers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from congress.core.columns import Id, Instant, OptionalInstant, enum_column
from congress.extensions import Model
from congress.jobs.enums import JobState, Lane


class Job(Model):
    """One piece of work, written in the transaction that makes it necessary."""

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index("ix_jobs_due", "state", "lane_order", "run_at"),
        sa.CheckConstraint("progress_done >= 0 AND progress_total >= 0", name="progress"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(60))
    lane: Mapped[Lane] = enum_column(Lane, "lane")
    lane_order: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    state: Mapped[JobState] = enum_column(JobState, "state", default=JobState.QUEUED)
    run_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=8)
    lease_until: Mapped[OptionalInstant]
    lease_token: Mapped[str | None] = mapped_column(sa.String(32))
    unique_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    error: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[Instant]
    finished_at: Mapped[OptionalInstant]

    @property
    def is_last_attempt(self) -> bool:
        """Whether it is given up when this attempt fails too."""
        return self.attempts >= self.max_attempts


class WorkerHeartbeat(Model):
    """When each worker process was last seen alive."""

    __tablename__ = "worker_heartbeats"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    seen_at: Mapped[Instant]
