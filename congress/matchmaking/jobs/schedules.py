"""Drawing personal schedules in the worker: part by part in two processes, then one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core import pdf, storage
from congress.core.transactions import end_reading
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.handlers import Result, Writes, handles_slowly
from congress.jobs.models import Job
from congress.jobs.services import progress
from congress.matchmaking import documents
from congress.matchmaking.models import SchedulePrintRun
from congress.matchmaking.queries.schedules import for_paper
from congress.matchmaking.services import printing


@handles_slowly(printing.PRINT)
def print_schedules(job: Job) -> Writes:
    """Draw the schedules of the job's print run; a file is only noted when it is complete."""
    run = db.session.scalar(sa.select(SchedulePrintRun).where(SchedulePrintRun.job_id == job.id))
    if run is None or run.file_name is not None:
        return lambda: None
    event = db.session.get_one(Event, run.event_id, options=[joinedload(Event.series)])
    name, run_id = storage.new_name("pdf"), run.id
    versions: dict[int, int] = {}
    with TemporaryDirectory(dir=storage.folder(printing.FOLDER)) as folder:
        paths = _draw_parts(job, run, event, Path(folder), versions)
        whole = Path(folder) / "whole.pdf"
        pdf.print_runs.join(paths, whole)
        whole.replace(storage.folder(printing.FOLDER) / name)

    def write() -> Result:
        drawn = db.session.get(SchedulePrintRun, run_id, populate_existing=True)
        if drawn is None:  # Discarded meanwhile, perhaps because somebody on it was erased.
            (storage.folder(printing.FOLDER) / name).unlink(missing_ok=True)
            return None
        printing.finish_print_run(drawn, name, versions)
        return {"file_name": name}

    return write


def _draw_parts(job: Job, run: SchedulePrintRun, event: Event, folder: Path, versions: dict[int, int]) -> list[Path]:
    """Each part as a file of its own, so that no process holds the whole document as objects."""
    paths: list[Path] = []
    total = len(run.profile_ids)
    for drawn in pdf.print_runs.draw_all("schedules", _parts(event, run.profile_ids, versions)):
        paths.append(folder / f"{len(paths):05d}.pdf")
        paths[-1].write_bytes(drawn)
        progress(job, min(len(paths) * documents.PER_PART, total), total)
    return paths


def _parts(event: Event, ids: list[int], versions: dict[int, int]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), documents.PER_PART):
        people = for_paper(ids[start : start + documents.PER_PART])
        versions |= {one.id: one.schedule_version for one in people}
        values = documents.schedules(event, people) if people else None
        end_reading()
        if values:
            yield values
