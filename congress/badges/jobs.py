"""Drawing a print run in the worker: part by part in two processes, then one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.badges import documents, queries, services
from congress.badges.models import PrintRun
from congress.core import pdf, storage
from congress.core.languages import DEFAULT_LANGUAGE
from congress.core.transactions import end_reading
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.handlers import Result, Writes, handles_slowly
from congress.jobs.models import Job
from congress.jobs.services import progress
from congress.registration.models import Registration


@handles_slowly(services.PRINT)
def print_badges(job: Job) -> Writes:
    """Draw the badges of the job's print run; a file is only noted when it is complete."""
    run = db.session.scalar(sa.select(PrintRun).where(PrintRun.job_id == job.id))
    if run is None or run.file_name is not None:
        return lambda: None
    event = db.session.get_one(Event, run.event_id, options=[joinedload(Event.series), joinedload(Event.logo)])
    name, run_id = storage.new_name("pdf"), run.id
    with TemporaryDirectory(dir=storage.folder(services.FOLDER)) as folder:
        paths = _draw_parts(job, run, event, Path(folder))
        whole = Path(folder) / "whole.pdf"
        pdf.print_runs.join(paths, whole)
        whole.replace(storage.folder(services.FOLDER) / name)

    def write() -> Result:
        drawn = db.session.get(PrintRun, run_id, populate_existing=True)
        if drawn is None:  # Discarded meanwhile, perhaps because somebody on it was erased.
            (storage.folder(services.FOLDER) / name).unlink(missing_ok=True)
            return None
        services.finish_print_run(drawn, name)
        return {"file_name": name}

    return write


def _draw_parts(job: Job, run: PrintRun, event: Event, folder: Path) -> list[Path]:
    """Each part as a file of its own, so that no process holds the whole document as objects."""
    size = documents.part_size(run.format)
    paths: list[Path] = []
    parts = documents.badge_parts(event, run.format, _batches(event, run, size), DEFAULT_LANGUAGE)
    for drawn in pdf.print_runs.draw_all("badges", parts):
        paths.append(folder / f"{len(paths):05d}.pdf")
        paths[-1].write_bytes(drawn)
        progress(job, min(len(paths) * size, run.badges), run.badges)
    return paths


def _batches(event: Event, run: PrintRun, size: int) -> Iterator[Sequence[Registration]]:
    ids = run.registration_ids
    for start in range(0, len(ids), size):
        batch = queries.batch(event, ids[start : start + size])
        end_reading()
        if batch:
            yield batch
