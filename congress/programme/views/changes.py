"""What the public programme was and became: its changes, a feed of them, every release, and the latest as PDF.

These pages belong to the blueprint of the public programme; who registers this module gets them all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, request

from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.languages import current_language
from congress.core.page_cache import Built, cached_response
from congress.core.pdf import PdfUnavailable, is_available
from congress.programme import documents, history, releases, timetable
from congress.programme.changes_feed import changes_feed
from congress.programme.errors import NotDrawnYet
from congress.programme.views.public import blueprint
from congress.programme.views.public_pages import Shown, kept_page, load_shown, programme_page

ATOM = "application/atom+xml; charset=utf-8"
FOR_READERS = {
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@blueprint.get("/changes/")
@access(PUBLIC)
def changes(event_slug: str) -> Response:
    """Every release with what it changed, the latest first."""

    def build(shown: Shown) -> Built:
        values = {"steps": history.of_event(shown.event, current_language())}
        return programme_page("programme/public/changes.html", "programme.changes", {}, shown, values)

    return kept_page("changes", event_slug, build)


@blueprint.get("/changes.atom", endpoint="changes_feed")
@access(PUBLIC)
def changes_atom(event_slug: str) -> Response:
    """The same for feed readers (RFC 4287)."""
    version = releases.public_version(event_slug)
    if version is None:
        raise Missing

    def build() -> Built:
        shown = load_shown(event_slug)
        steps = history.of_event(shown.event, current_language())
        return Built(changes_feed(shown.event, steps, current_language()), changed_at=steps[0].at)

    key = f"atom {event_slug} {current_language()}"
    return cached_response(key, version, build, ATOM, FOR_READERS)


@blueprint.get("/releases/<int:number>/")
@access(PUBLIC)
def release(event_slug: str, number: int) -> Response:
    """The whole programme as it was released; search engines are sent to the latest."""
    response = kept_page(f"release {number}", event_slug, lambda shown: _release(shown, number))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/programme.pdf")
@access(PUBLIC)
def pdf(event_slug: str) -> Response:
    """The latest release on paper."""
    shown = load_shown(event_slug)
    path = _latest_pdf(shown)
    if path is None:
        raise NotDrawnYet if is_available() else PdfUnavailable
    response = Response(path.read_bytes(), content_type="application/pdf")
    name = f"{event_slug}-{shown.programme.number}-{current_language()}.pdf"
    response.headers.set("Content-Disposition", "inline", filename=name)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.set_etag(f"{path.stem}-{path.stat().st_mtime_ns}")
    response.make_conditional(request)
    return response


def _release(shown: Shown, number: int) -> Built:
    programme = releases.by_number(shown.event.id, number)
    if programme is None:
        raise Missing
    entries = [timetable.entry_of(programme, slot) for slot in programme.live_slots]
    values: dict[str, Any] = {
        "days": timetable.by_day(entries, shown.event.zone),
        "latest": shown.programme,
        "step": history.step(shown.event, number),
    }
    own = Shown(shown.event, programme)
    return programme_page("programme/public/release.html", "programme.release", {"number": number}, own, values)


def _latest_pdf(shown: Shown) -> Path | None:
    found = releases.release_of(shown.event.id, shown.programme.number)
    return documents.file_of(found, current_language()) if found else None
