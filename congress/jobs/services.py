"""Asking for work: a row in the caller's own transaction, and a ring of the bell after its commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.transactions import after_commit, commit_on_success, end_reading
from congress.core.upserts import insert, insert_many_unless_there
from congress.extensions import db
from congress.jobs import bell, leases
from congress.jobs.enums import LANE_ORDER, JobState, Lane
from congress.jobs.models import Job, WorkerHeartbeat

MAX_ATTEMPTS = 8


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    lane: Lane = Lane.NORMAL,
    run_at: dt.datetime | None = None,
    unique_key: str | None = None,
    max_attempts: int = MAX_ATTEMPTS,
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
    more: dict[str, Any] = {"max_attempts": max_attempts, "progress_total": progress_total}
    if run_at is not None:
        more["run_at"] = run_at
    job_id = insert(Job, _row(kind, payload, lane, unique_key, **more))
    after_commit(bell.ring)
    return job_id


def enqueue_all(kind: str, payloads: Mapping[str, dict[str, Any]], *, lane: Lane = Lane.NORMAL) -> None:
    """The same for many jobs of one kind, by unique key, with one statement."""
    rows = [_row(kind, payload, lane, key) for key, payload in payloads.items()]
    insert_many_unless_there(Job, rows)
    if rows:
        after_commit(bell.ring)


def _row(kind: str, payload: dict[str, Any], lane: Lane, unique_key: str | None, **more: Any) -> dict[str, Any]:
    now = clock.now()
    values = {
        "kind": kind,
        "payload": payload,
        "lane": lane,
        "lane_order": LANE_ORDER[lane],
        "state": JobState.QUEUED,
        "run_at": now,
        "attempts": 0,
        "max_attempts": MAX_ATTEMPTS,
        "unique_key": unique_key,
        "progress_done": 0,
        "progress_total": 0,
        "created_at": now,
    }
    return values | more


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
