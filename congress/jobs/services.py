"""Asking for work: a row in the caller's own transaction, and a ring of the bell after its commit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.transactions import after_commit, commit_on_success, end_reading
from congress.core.upserts import insert
from congress.extensions import db
from congress.jobs import bell, leases
from congress.jobs.enums import LANE_ORDER, JobState, Lane
from congress.jobs.models import Job, WorkerHeartbeat


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    lane: Lane = Lane.NORMAL,
    run_at: dt.datetime | None = None,
    unique_key: str | None = None,
    max_attempts: int = 8,
    progress_total: int = 0,
) -> int:
    """Write a job in the current transaction and return its id.

    With a `unique_key` that was used before, nothing is written and the earlier job's id is returned.
    The payload holds ids only: what they mean is read when the job runs.
    """
    if unique_key is not None:
        earlier = db.session.scalar(sa.select(Job.id).where(Job.unique_key == unique_key))
        if earlier is not None:
            return earlier
    now = clock.now()
    values = {
        "kind": kind,
        "payload": payload,
        "lane": lane,
        "lane_order": LANE_ORDER[lane],
        "state": JobState.QUEUED,
        "run_at": run_at or now,
        "attempts": 0,
        "max_attempts": max_attempts,
        "unique_key": unique_key,
        "progress_done": 0,
        "progress_total": progress_total,
        "created_at": now,
    }
    job_id = insert(Job, values)
    after_commit(bell.ring)
    return job_id


def progress(job: Job, done: int, total: int) -> None:
    """Note how far a slow job is, visible at once; also keeps its lease. Only inside `handles_slowly` functions."""
    end_reading()
    with commit_on_success():
        leases.report_progress(job, done, total)


def beat(worker: str) -> None:
    """A worker says that it lives, and keeps what it works on."""
    now = clock.now()
    seen = db.session.execute(sa.update(WorkerHeartbeat).where(WorkerHeartbeat.name == worker).values(seen_at=now))
    if not seen.rowcount:  # type: ignore[attr-defined]
        db.session.execute(sa.insert(WorkerHeartbeat).values(name=worker, seen_at=now))
    leases.renew(worker)


def leave(worker: str) -> None:
    """A worker stops: its work goes back, its sign of life goes away."""
    leases.give_back(worker)
    db.session.execute(sa.delete(WorkerHeartbeat).where(WorkerHeartbeat.name == worker))
