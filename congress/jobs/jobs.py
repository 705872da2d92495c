"""The hourly clean-up: our own tables here, those of features by the signal `hour_began`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.idempotency import IdempotencyKey
from congress.extensions import db
from congress.jobs.enums import JobState, Lane
from congress.jobs.handlers import handles
from congress.jobs.models import Job, WorkerHeartbeat
from congress.jobs.services import enqueue
from congress.jobs.signals import hour_began

CLEAN_UP = "jobs.clean_up"
KEEP_JOBS = dt.timedelta(days=30)
KEEP_KEYS = dt.timedelta(days=2)
KEEP_HEARTBEATS = dt.timedelta(days=1)
FINISHED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def enqueue_clean_up() -> int:
    """Ask for this hour's clean-up; asking again within the hour changes nothing."""
    return enqueue(CLEAN_UP, {}, lane=Lane.BULK, unique_key=f"{CLEAN_UP}:{clock.now():%Y-%m-%dT%H}")


@handles(CLEAN_UP)
def clean_up(_job: Job) -> dict[str, Any]:
    """Delete what nobody needs any more."""
    now = clock.now()
    deleted = {
        "jobs": _delete(Job, Job.state.in_(FINISHED) & (Job.finished_at < now - KEEP_JOBS)),
        "idempotency_keys": _delete(IdempotencyKey, IdempotencyKey.created_at < now - KEEP_KEYS),
        "heartbeats": _delete(WorkerHeartbeat, WorkerHeartbeat.seen_at < now - KEEP_HEARTBEATS),
    }
    hour_began.send()
    return deleted


def _delete(table: type[Any], condition: sa.ColumnElement[bool]) -> int:
    result = db.session.execute(sa.delete(table).where(condition).execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]
