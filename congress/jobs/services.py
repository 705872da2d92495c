"""Asking for work: a row in the caller's own transaction, and a ring of the bell after its commit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.transactions import after_commit
from congress.extensions import db
from congress.jobs import bell
from congress.jobs.enums import LANE_ORDER, JobState, Lane
from congress.jobs.models import Job


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
    job_id = db.session.scalar(
        sa.insert(Job)
        .values(
            kind=kind,
            payload=payload,
            lane=lane,
            lane_order=LANE_ORDER[lane],
            state=JobState.QUEUED,
            run_at=run_at or now,
            attempts=0,
            max_attempts=max_attempts,
            unique_key=unique_key,
            progress_done=0,
            progress_total=progress_total,
            created_at=now,
        )
        .returning(Job.id)
    )
    after_commit(bell.ring)
    return int(job_id or 0)
