"""Reading jobs and the signs of life of workers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from congress.core import clock
from congress.extensions import db
from congress.jobs.enums import JobState, Lane
from congress.jobs.models import Job, WorkerHeartbeat


def is_anything_due(without: Collection[Lane] = ()) -> bool:
    """Whether a worker would find work now."""
    statement = sa.select(Job.id).where(
        Job.state == JobState.QUEUED, Job.run_at <= clock.now(), Job.lane.not_in(without)
    )
    return db.session.scalar(statement.limit(1)) is not None


def oldest_due_age(lanes: Collection[Lane] = tuple(Lane)) -> dt.timedelta:
    """How long the oldest job that could run has been waiting; zero when none waits."""
    now = clock.now()
    oldest = db.session.scalar(
        sa.select(sa.func.min(Job.run_at)).where(Job.state == JobState.QUEUED, Job.run_at <= now, Job.lane.in_(lanes))
    )
    return now - oldest if oldest else dt.timedelta(0)


def heartbeat_age() -> dt.timedelta | None:
    """How long ago the last worker was seen alive; None when there never was one."""
    seen = db.session.scalar(sa.select(sa.func.max(WorkerHeartbeat.seen_at)))
    return clock.now() - seen if seen else None


def count_by_state_and_lane() -> list[tuple[JobState, Lane, int]]:
    """How many jobs stand where."""
    rows = db.session.execute(sa.select(Job.state, Job.lane, sa.func.count()).group_by(Job.state, Job.lane))
    return [(state, lane, count) for state, lane, count in rows]
