"""Asking for schedules on paper, and keeping note of which version of whose schedule was printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from congress.audit.services import record
from congress.core import clock, storage
from congress.core.actors import current_actor
from congress.core.pdf import PdfUnavailable, is_available
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.matchmaking.errors import NothingToPrint
from congress.matchmaking.models import Profile, SchedulePrintRun

FOLDER = "schedules"
PRINT = "matchmaking.print_schedules"


def request_print_run(event: Event, profile_ids: Sequence[int]) -> SchedulePrintRun:
    """Ask for one PDF of these people's schedules, in this order; the worker draws it."""
    if not profile_ids:
        raise NothingToPrint
    if not is_available():
        raise PdfUnavailable
    run = SchedulePrintRun(
        event_id=event.id,
        job_id=enqueue(PRINT, {}, lane=Lane.DOCUMENTS, progress_total=len(profile_ids)),
        profile_ids=list(profile_ids),
        created_by_id=current_actor().account_id,
        created_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    record("schedules.requested", "schedule_print_run", run.id, event_id=event.id, after={"people": len(profile_ids)})
    return run


def finish_print_run(run: SchedulePrintRun, file_name: str, versions: Mapping[int, int]) -> None:
    """Note the file, and for each person the version that is on paper: the one that was drawn, not today's."""
    run.file_name = file_name
    run.finished_at = clock.now()
    note_printed(versions)


def note_printed(versions: Mapping[int, int]) -> None:
    """Somebody's schedule is on paper (`versions`: profile to version)."""
    now = clock.now()
    for profile_id, version in versions.items():
        db.session.execute(
            sa.update(Profile).where(Profile.id == profile_id).values(printed_version=version, printed_at=now)
        )


def discard_print_run(run: SchedulePrintRun) -> None:
    """Forget a print run and its file, which holds names."""
    if run.file_name:
        path = storage.stored_file(FOLDER, run.file_name)
        if path is not None:
            path.unlink()
    record("schedules.discarded", "schedule_print_run", run.id, event_id=run.event_id)
    db.session.delete(run)
