"""Who works on which job until when: claiming, renewing, returning and ending, each one statement.

A lease belongs to one worker process. When it runs out (the process died), the job is offered again; an end that
comes from a worker without the lease changes nothing.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.logs import redact
from congress.extensions import db
from congress.jobs.enums import JobState, Lane
from congress.jobs.handlers import farewell_of
from congress.jobs.models import Job

LEASE = dt.timedelta(seconds=60)
FIRST_DELAY = dt.timedelta(minutes=1)
LONGEST_DELAY = dt.timedelta(hours=24)
LOST = "The worker stopped in the middle, again and again."
MAX_ERROR_LENGTH = 500


def back_off(attempts: int) -> dt.timedelta:
    """How long to wait after the nth failed attempt: a minute, doubling, at most a day."""
    doublings = max(0, min(attempts - 1, 20))
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def new_token(worker: str) -> str:
    """A lease that says whose it is; `worker` is 16 characters at most."""
    return f"{worker}.{secrets.token_hex(7)}"


def claim(worker: str, *, without: Collection[Lane] = ()) -> Job | None:
    """Take the next due job: first by lane, then by time. Two workers never get the same one."""
    now = clock.now()
    due = (
        sa.select(Job.id)
        .where(Job.state == JobState.QUEUED, Job.run_at <= now, Job.lane.not_in(without))
        .order_by(Job.lane_order, Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = db.session.scalar(
        sa.update(Job)
        .where(Job.id == due.scalar_subquery(), Job.state == JobState.QUEUED)
        .values(
            state=JobState.RUNNING,
            attempts=Job.attempts + 1,
            lease_until=now + LEASE,
            lease_token=new_token(worker),
        )
        .returning(Job)
        .execution_options(synchronize_session=False)
    )
    if job is not None:
        db.session.expunge(job)
    return job


def renew(worker: str) -> None:
    """Keep all jobs of a worker that is alive."""
    _update(_held_by(worker), lease_until=clock.now() + LEASE)


def report_progress(job: Job, done: int, total: int) -> None:
    """Note how far a job is, and keep it."""
    _update(_mine(job), progress_done=done, progress_total=total, lease_until=clock.now() + LEASE)


def finish(job: Job, result: dict[str, Any] | None) -> bool:
    """The job is done; False when the lease was lost meanwhile, so that nothing of it may be written."""
    return _end(job, JobState.DONE, result=result, error=None, progress_done=Job.progress_total)


def fail(job: Job, reason: str) -> bool:
    """The job is given up; the kind's farewell writes what follows from that."""
    reason = redact(reason)[:MAX_ERROR_LENGTH]
    ended = _end(job, JobState.FAILED, error=reason)
    farewell = farewell_of(job.kind)
    if ended and farewell:
        farewell(job, reason)
    return ended


def postpone(job: Job, reason: str) -> bool:
    """Try again after the back-off, or give up after the last attempt."""
    if job.is_last_attempt:
        return fail(job, reason)
    return _put_back(job, reason, attempts=job.attempts, wait=back_off(job.attempts))


def wait(job: Job, reason: str) -> bool:
    """Try again in a while, as if this attempt had not been made."""
    return _put_back(job, reason, attempts=job.attempts - 1, wait=FIRST_DELAY)


def _put_back(job: Job, reason: str, *, attempts: int, wait: dt.timedelta) -> bool:
    return _update(
        _mine(job),
        state=JobState.QUEUED,
        run_at=clock.now() + wait,
        attempts=attempts,
        error=redact(reason)[:MAX_ERROR_LENGTH],
        lease_until=None,
        lease_token=None,
    )


def give_back(worker: str) -> int:
    """Return what a worker has not finished, as if it had not started; for a stop that was asked for."""
    return _offer_again(_held_by(worker), attempts=Job.attempts - 1)


def return_expired() -> int:
    """Offer again what workers left behind when they died; give up what killed them too often."""
    return _return_lost(Job.lease_until < clock.now())


def return_of(worker: str) -> int:
    """The same for one worker that has died; for its successor of the same name."""
    return _return_lost(_held_by(worker))


def return_all() -> int:
    """The same for every running job; only for a worker that knows that no other one lives."""
    return _return_lost(sa.true())


def _return_lost(condition: sa.ColumnElement[bool]) -> int:
    lost = (Job.state == JobState.RUNNING) & condition
    hopeless = db.session.scalars(
        sa.select(Job).where(lost, Job.attempts >= Job.max_attempts).with_for_update(skip_locked=True)
    ).all()
    for job in hopeless:
        db.session.expunge(job)
        fail(job, LOST)
    return _offer_again(lost & (Job.attempts < Job.max_attempts))


def _offer_again(condition: sa.ColumnElement[bool], **values: Any) -> int:
    result = db.session.execute(
        sa.update(Job)
        .where(condition)
        .values(state=JobState.QUEUED, run_at=clock.now(), lease_until=None, lease_token=None, **values)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _mine(job: Job) -> sa.ColumnElement[bool]:
    return (Job.id == job.id) & (Job.state == JobState.RUNNING) & (Job.lease_token == job.lease_token)


def _held_by(worker: str) -> sa.ColumnElement[bool]:
    return (Job.state == JobState.RUNNING) & Job.lease_token.startswith(f"{worker}.", autoescape=True)


def _end(job: Job, state: JobState, **values: Any) -> bool:
    return _update(_mine(job), state=state, finished_at=clock.now(), lease_until=None, lease_token=None, **values)


def _update(condition: sa.ColumnElement[bool], **values: Any) -> bool:
    result = db.session.execute(
        sa.update(Job).where(condition).values(**values).execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]
