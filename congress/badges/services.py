"""Asking for badges, and keeping note of what was printed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from congress.audit.services import record
from congress.badges.enums import BadgeFormat
from congress.badges.errors import NothingToPrint
from congress.badges.models import PrintRun
from congress.core import clock, storage
from congress.core.actors import current_actor
from congress.core.pdf import PdfUnavailable, is_available
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.registration.models import Registration

FOLDER = "print_runs"
PRINT = "badges.print"


def request_print_run(event: Event, registration_ids: Sequence[int], layout: BadgeFormat) -> PrintRun:
    """Ask for one PDF of these badges, in this order; the worker draws it."""
    if not registration_ids:
        raise NothingToPrint
    if not is_available():
        raise PdfUnavailable
    run = PrintRun(
        event_id=event.id,
        job_id=enqueue(PRINT, {}, lane=Lane.DOCUMENTS, progress_total=len(registration_ids)),
        format=layout,
        registration_ids=list(registration_ids),
        badges=len(registration_ids),
        created_by_id=current_actor().account_id,
        created_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    record("badges.requested", "print_run", run.id, event_id=event.id, after={"badges": run.badges})
    return run


def finish_print_run(run: PrintRun, file_name: str) -> None:
    """Note the file, and on each registration that its badge was printed."""
    now = clock.now()
    run.file_name = file_name
    run.finished_at = now
    for start in range(0, len(run.registration_ids), 500):
        db.session.execute(
            sa.update(Registration)
            .where(Registration.id.in_(run.registration_ids[start : start + 500]))
            .values(badge_printed_at=now)
        )


def discard_print_run(run: PrintRun) -> None:
    """Forget a print run and its file, which holds names."""
    if run.file_name:
        path = storage.stored_file(FOLDER, run.file_name)
        if path is not None:
            path.unlink()
    record("badges.discarded", "print_run", run.id, event_id=run.event_id)
    db.session.delete(run)
