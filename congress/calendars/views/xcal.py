"""Releases as xCal, beside their other formats."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from congress.calendars import queries
from congress.calendars.programmes import programme_feed
from congress.calendars.views.public import FOR_EVERYBODY
from congress.calendars.xcal import xcal
from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.languages import current_language
from congress.core.page_cache import Built, cached_response
from congress.programme import releases

blueprint = Blueprint("xcal", __name__, url_prefix="/<lang:lang_code>/events/<event_slug>/programme")
XCAL = "application/calendar+xml; charset=utf-8"


@blueprint.get("/schedule.xcal")
@access(PUBLIC)
def latest(event_slug: str) -> Response:
    """The latest release."""
    return _answer(event_slug, None)


@blueprint.get("/releases/<int:number>/schedule.xcal")
@access(PUBLIC)
def release(event_slug: str, number: int) -> Response:
    """One release, at an address that stays."""
    return _answer(event_slug, number)


def _answer(slug: str, number: int | None) -> Response:
    version = releases.public_version(slug)
    if version is None:
        raise Missing
    language = current_language()

    def build() -> Built:
        event = queries.public_event(slug)
        programme = None
        if event is not None:
            programme = releases.latest(event.id) if number is None else releases.by_number(event.id, number)
        if event is None or programme is None:
            raise Missing
        source = url_for("calendars.programme", event_slug=slug, lang_code=language)
        feed = programme_feed(event, programme, language, source)
        content = feed.body if isinstance(feed.body, bytes) else feed.body.encode()
        return Built(xcal(content), fresh_until=feed.fresh_until, changed_at=feed.changed_at)

    return cached_response(f"xcal {slug} {number} {language}", version, build, XCAL, FOR_EVERYBODY)
