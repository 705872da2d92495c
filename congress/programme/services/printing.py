"""Asking for the programme as PDF: one document for each language of the latest release, drawn by the worker."""

from __future__ import annotations

import sqlalchemy as sa

from congress.core.languages import LANGUAGES
from congress.core.pdf import PdfUnavailable, is_available
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.jobs.enums import JobState, Lane
from congress.jobs.models import Job
from congress.jobs.services import enqueue
from congress.programme import documents, releases
from congress.programme.models import Release

DRAW = "programme.draw_pdf"
WAITING = frozenset({JobState.QUEUED, JobState.RUNNING})


def request_documents(release: Release) -> None:
    """Have the documents of a release drawn, in each language; asking again while they wait changes nothing.

    Raises `PdfUnavailable` when this server cannot draw.
    """
    if not is_available():
        raise PdfUnavailable
    for language in LANGUAGES:
        if state_of(release, language) not in WAITING:
            _enqueue(release, language)


def draw_again(event: Event, release: Release) -> None:
    """Somebody of the team asks once more: a colour, a name or the place of the event is another one."""
    request_documents(release)
    note("programme.pdf_requested", event, ("release", release.id))


def state_of(release: Release, language: str) -> JobState | None:
    """How far the last request for a document is; None when nobody asked."""
    payload = Job.payload
    return db.session.scalar(
        sa.select(Job.state)
        .where(
            Job.kind == DRAW,
            payload["release_id"].as_integer() == release.id,
            payload["language"].as_string() == language,
        )
        .order_by(Job.id.desc())
        .limit(1)
    )


def discard_documents(event_id: int) -> None:
    """Delete every document of an event, because it holds what must not be shown any more; draw new ones."""
    documents.delete_files(event_id)
    latest = releases.release_of(event_id, releases.latest_number(event_id))
    if latest is not None and is_available():
        for language in LANGUAGES:
            _enqueue(latest, language)


def _enqueue(release: Release, language: str) -> None:
    enqueue(DRAW, {"release_id": release.id, "language": language}, lane=Lane.DOCUMENTS)
