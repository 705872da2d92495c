"""What the worker does for the programme: drawing it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from congress.core import pdf, storage
from congress.core.transactions import end_reading
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.handlers import PermanentFailure, Result, TryLater, Writes, handles_slowly
from congress.jobs.models import Job
from congress.programme import documents, releases, snapshot
from congress.programme.models import Release
from congress.programme.services.printing import DRAW

SECONDS = 180
"""For 3,000 sessions it takes forty seconds on a busy machine; 200 take three."""


@handles_slowly(DRAW)
def draw_programme(job: Job) -> Writes:
    """Draw the document of a release in one language, unless another release came meanwhile."""
    release, language = db.session.get(Release, job.payload["release_id"]), job.payload["language"]
    programme = releases.by_number(release.event_id, release.number) if release else None
    if release is None or programme is None or not _is_latest(release):
        return lambda: None
    event = db.session.get_one(Event, release.event_id, options=[joinedload(Event.series)])
    name, release_id = documents.file_name(release, language), release.id
    content = _drawn(event, programme, language)
    path = storage.folder(documents.FOLDER) / name
    part = path.with_suffix(f".{job.id}.part")
    part.write_bytes(content)
    part.replace(path)

    def write() -> Result:
        drawn = db.session.get(Release, release_id, populate_existing=True)
        if drawn is None or documents.file_name(drawn, language) != name or not _is_latest(drawn):
            path.unlink(missing_ok=True)  # Overtaken, or somebody in it was erased meanwhile.
            return None
        documents.delete_files(drawn.event_id, keep=drawn)
        return {"file_name": name}

    return write


def _drawn(event: Event, programme: snapshot.Programme, language: str) -> bytes:
    values: dict[str, Any] = documents.values_of(event, programme, language)
    end_reading()
    try:
        return pdf.long_documents.draw("programme", values, SECONDS)
    except pdf.PdfBusy as busy:
        raise TryLater("documents are being drawn for others", counts=False) from busy
    except pdf.PdfUnavailable as unavailable:
        raise PermanentFailure("libraries for PDF are missing") from unavailable


def _is_latest(release: Release) -> bool:
    return release.number == releases.latest_number(release.event_id)
