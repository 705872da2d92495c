"""Reading runs of the timetable engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import JobState
from congress.jobs.models import Job
from congress.matchmaking.models import MeetingPerson, TimetableRun

LATEST = 20


def active_run(event: Event) -> TimetableRun | None:
    """The run of the event that waits or is at work."""
    return db.session.scalar(
        sa.select(TimetableRun)
        .join(Job, Job.id == TimetableRun.job_id)
        .where(
            TimetableRun.event_id == event.id,
            TimetableRun.finished_at.is_(None),
            Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
        )
        .options(joinedload(TimetableRun.job, innerjoin=True))
        .order_by(TimetableRun.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def runs_of(event: Event) -> Sequence[TimetableRun]:
    """The latest runs, newest first."""
    return db.session.scalars(
        sa.select(TimetableRun)
        .where(TimetableRun.event_id == event.id)
        .options(joinedload(TimetableRun.job, innerjoin=True))
        .order_by(TimetableRun.id.desc())
        .limit(LATEST)
    ).all()


def run_of(event: Event, run_id: int) -> TimetableRun | None:
    """One run, through its event."""
    return db.session.scalar(
        sa.select(TimetableRun)
        .where(TimetableRun.event_id == event.id, TimetableRun.id == run_id)
        .options(joinedload(TimetableRun.job, innerjoin=True))
        .execution_options(populate_existing=True)
    )


def run_of_job(job_id: int) -> TimetableRun | None:
    """The run that a job is about."""
    return db.session.scalar(sa.select(TimetableRun).where(TimetableRun.job_id == job_id))


def placed_counts(profile_ids: Collection[int]) -> Counter[int]:
    """How many meetings with a slot each of these people has."""
    rows = db.session.execute(
        sa.select(MeetingPerson.profile_id, sa.func.count())
        .where(MeetingPerson.profile_id.in_(profile_ids), MeetingPerson.slot_id.is_not(None))
        .group_by(MeetingPerson.profile_id)
    )
    return Counter(dict(rows.all()))
