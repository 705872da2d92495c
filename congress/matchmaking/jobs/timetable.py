"""Computing a timetable in the worker: read, let the engine work, check its answer, write what still fits."""

from __future__ import annotations

import time
from typing import Any

import structlog
from sqlalchemy.orm import joinedload

from congress.core.transactions import commit_on_success, end_reading
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.handlers import PermanentFailure, Result, TryLater, Writes, gives_up, handles_slowly
from congress.jobs.models import Job
from congress.jobs.services import progress as keep
from congress.matchmaking import placement
from congress.matchmaking.engine_process import EngineFailed, EngineTooSlow, solve_apart
from congress.matchmaking.models import TimetableRun
from congress.matchmaking.placement import Placement
from congress.matchmaking.queries.runs import run_of_job
from congress.matchmaking.services import applying, runs
from congress.matchmaking.timetable import checker
from congress.matchmaking.timetable.problem import Progress, Timetable

log = structlog.get_logger(__name__)


@handles_slowly(runs.COMPUTE)
def compute_timetable(job: Job) -> Writes:
    """Compute the timetable that the job's run asks for. After a crash it begins anew: nothing was written."""
    run = run_of_job(job.id)
    if run is None or run.finished_at is not None:
        return lambda: None
    run_id, began = run.id, time.monotonic()
    if run.stop_asked_at is not None:
        return lambda: runs.end_run(run_id, None)
    event = db.session.get_one(Event, run.event_id, options=[joinedload(Event.series)])
    found = placement.build(event, movable=run.movable)
    end_reading()
    watch = _Watch(job, run)
    timetable = _solved(found, run, watch)
    facts = {"seconds": round(time.monotonic() - began, 1), "stopped": watch.is_stopped, "proven": timetable.proven}

    def write() -> Result:
        return applying.apply(run_id, found, timetable, facts)

    return write


@gives_up(runs.COMPUTE)
def note_failure(job: Job, _reason: str) -> None:
    """A run that failed is over."""
    run = run_of_job(job.id)
    if run is not None:
        runs.end_run(run.id, None)


class _Watch:
    """Tells the page how far the engine is, and the engine when somebody pressed stop."""

    def __init__(self, job: Job, run: TimetableRun) -> None:
        self._job, self._run_id, self._seconds = job, run.id, run.seconds
        self._began = time.monotonic()
        self.is_stopped = False

    def look(self, latest: Progress | None) -> bool:
        """Once a second, each in a transaction of its own."""
        passed = time.monotonic() - self._began
        keep(self._job, min(int(passed), self._seconds), self._seconds)
        news: dict[str, Any] = {"seconds": round(passed, 1)}
        if latest is not None:
            news |= {"placed": latest.placed, "breaks": latest.breaks}
        with commit_on_success():
            self.is_stopped = runs.note_progress(self._run_id, news)
        return self.is_stopped


def _solved(found: Placement, run: TimetableRun, watch: _Watch) -> Timetable:
    try:
        timetable = solve_apart(found.problem, seconds=run.seconds, seed=run.seed, on_progress=watch.look)
    except EngineFailed as error:
        raise TryLater("the engine ended without an answer") from error
    except EngineTooSlow as error:
        raise PermanentFailure("the engine did not answer in time") from error
    broken = checker.violations(found.problem, timetable)
    if broken:
        log.error("timetable_refused", run=run.id, rules=sorted({one.rule.value for one in broken}))
        raise PermanentFailure("the checker refused the timetable")
    return timetable
