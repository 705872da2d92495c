"""Asking for a run of the timetable engine, stopping it, and keeping note of how far it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.actors import current_actor
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.errors import NoRunToStop, RunInProgress, RunPointless
from congress.matchmaking.models import Meeting, TimetableRun
from congress.matchmaking.placement.building import of_rows
from congress.matchmaking.placement.obstacles import obstacles
from congress.matchmaking.placement.rows import read
from congress.matchmaking.queries.runs import active_run
from congress.matchmaking.services.holding import hold

COMPUTE = "matchmaking.timetable"
ATTEMPTS = 3
LONGEST = 600
"""Seconds that one run may take at most."""


def request_run(event: Event, *, seconds: int, seed: int, movable: Collection[int] = ()) -> TimetableRun:
    """Ask for a timetable; the worker computes it. One at a time for each event, and none that cannot work."""
    hold(event.id)
    if active_run(event) is not None:
        raise RunInProgress
    ticked = _published(event, movable)
    rows = read(event)
    if any(one.is_fatal for one in obstacles(rows, of_rows(rows, movable=ticked, now=clock.now()))):
        raise RunPointless
    run = TimetableRun(
        event_id=event.id,
        job_id=enqueue(COMPUTE, {}, lane=Lane.DOCUMENTS, max_attempts=ATTEMPTS, progress_total=seconds),
        seed=seed,
        seconds=seconds,
        movable=ticked,
        created_by_id=current_actor().account_id,
        created_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    note("timetable.requested", event, ("timetable_run", run.id), after={"seconds": seconds, "movable": len(ticked)})
    return run


def stop_run(event: Event, run_id: int) -> TimetableRun:
    """Ask the engine for what it has so far; a run that has not begun does not begin."""
    hold(event.id)
    run = active_run(event)
    if run is None or run.id != run_id:
        raise NoRunToStop
    if run.stop_asked_at is None:
        run.stop_asked_at = clock.now()
        note("timetable.stopped", event, ("timetable_run", run.id))
    if run.progress is None:
        run.finished_at = clock.now()
    db.session.flush()
    return run


def note_progress(run_id: int, progress: dict[str, Any]) -> bool:
    """Note how far a run is; whether somebody asked for its end."""
    stopped = db.session.scalar(
        sa.update(TimetableRun)
        .where(TimetableRun.id == run_id)
        .values(progress=progress)
        .returning(TimetableRun.stop_asked_at)
    )
    return stopped is not None


def end_run(run_id: int, result: dict[str, Any] | None) -> None:
    """Note what a run answered; None when it was given up."""
    db.session.execute(
        sa.update(TimetableRun)
        .where(TimetableRun.id == run_id, TimetableRun.finished_at.is_(None))
        .values(result=result, finished_at=clock.now())
    )


def _published(event: Event, ids: Collection[int]) -> list[int]:
    """Those of the ids that are published meetings of the event."""
    return list(
        db.session.scalars(
            sa.select(Meeting.id)
            .where(
                Meeting.event_id == event.id,
                Meeting.id.in_(ids),
                Meeting.state == MeetingState.SCHEDULED,
                Meeting.shown_slot_id.is_not(None),
            )
            .order_by(Meeting.id)
        )
    )
