"""The public site: home, series, events, for everybody alike, rendered once per version.

The pages stand here and not with events: they show what is left, and registration lies above events. Nothing in
them may depend on who asks: no session, no form token, no query string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from congress.backoffice import site
from congress.backoffice import site_queries as queries
from congress.backoffice.site import SeriesView, Stage
from congress.backoffice.site_words import HOST_WORDS, STATE_MARKS, state_words
from congress.backoffice.structured_data import event_data
from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.languages import current_language, preferred_language, translated
from congress.core.links import absolute
from congress.core.page_cache import Built, cached_response
from congress.core.public_pages import alternates, public_page
from congress.core.rendering import render
from congress.events import words
from congress.events.models import Event
from congress.events.queries import public_series_version
from congress.events.regions import map_of_france
from congress.programme import releases
from congress.programme.timetable import days_in_use

blueprint = Blueprint("site", __name__)
NEXT_EVENTS = 4


@blueprint.get("/")
@access(PUBLIC)
def root() -> AnyResponse:
    """To the home page in the visitor's language."""
    response = redirect(url_for("site.home", lang_code=preferred_language()))
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


@blueprint.get("/<lang:lang_code>/")
@access(PUBLIC)
def home() -> Response:
    """What this is, the tours on the map, the congresses, what comes next."""

    def build() -> Built:
        views = site.load_series()
        coming = site.next_events(views)
        return _page(
            "home",
            views,
            {},
            tours=[view for view in views if view.is_tour],
            congresses=[view for view in views if not view.is_tour],
            coming=coming[:NEXT_EVENTS],
            organisers=site.organisers_of(views),
        )

    return cached_response(f"home {current_language()}", queries.site_version(), build)


@blueprint.get("/<lang:lang_code>/series/<series_slug>/")
@access(PUBLIC)
def series(series_slug: str) -> Response:
    """A tour with its stages, a congress with its editions."""
    version = public_series_version(series_slug)
    if version is None:
        raise Missing

    def build() -> Built:
        views = site.load_series(series_slug)
        return _page("series", views, {"series_slug": series_slug}, view=views[0], series=views[0].series)

    return cached_response(f"series {series_slug} {current_language()}", version, build)


@blueprint.get("/<lang:lang_code>/events/<event_slug>/")
@access(PUBLIC)
def event(event_slug: str) -> Response:
    """One stage or edition."""
    version = queries.event_version(event_slug)
    if version is None:
        raise Missing

    def build() -> Built:
        stage, view = site.load_event(event_slug) or _missing()
        before, after = site.neighbours(stage, view)
        url = absolute(url_for("site.event", event_slug=event_slug))
        return _page(
            "event",
            [view],
            {"event_slug": event_slug},
            stage=stage,
            event=stage.event,
            view=view,
            before=before,
            after=after,
            has_programme=releases.latest_number(stage.event.id) > 0,
            data=event_data(stage, view, url),
        )

    return cached_response(f"event {event_slug} {current_language()}", version, build)


@blueprint.get("/sitemap.xml")
@access(PUBLIC)
def sitemap() -> Response:
    """Every public page in both languages."""

    def build() -> Built:
        views = site.load_series()
        pages: list[tuple[str, dict[str, Any]]] = [("site.home", {})]
        for view in views:
            pages.append(("site.series", {"series_slug": view.series.slug}))
            for stage in view.stages:
                pages.append(("site.event", {"event_slug": stage.event.slug}))
                pages += _programme_pages(stage.event)
        return Built(render("site/sitemap.xml", {"pages": [alternates(*page) for page in pages]}))

    return cached_response("sitemap", queries.site_version(), build, "application/xml; charset=utf-8")


def _programme_pages(event: Event) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every page of the released programme of an event, if there is one."""
    programme = releases.latest(event.id)
    if programme is None:
        return
    whole = {"event_slug": event.slug}
    yield "programme.index", whole
    for day in days_in_use(programme, event.zone):
        yield "programme.day", {**whole, "day": day.isoformat()}
    for session in programme.live_sessions:
        yield "programme.session", {**whole, "code": session.code}
    yield "programme.speakers", whole
    for speaker in programme.live_speakers:
        yield "programme.speaker", {**whole, "code": speaker.code}


def _page(name: str, views: Iterable[SeriesView], address: dict[str, Any], **values: Any) -> Built:
    """A page for everybody, with what the templates of this site use."""
    shown = {
        "geometry": map_of_france(),
        "words": words,
        "state_words": state_words,
        "STATE_MARKS": STATE_MARKS,
        "HOST_WORDS": HOST_WORDS,
        "stage_pins": stage_pins,
        "map_link": site.map_link,
    }
    return public_page(f"site/{name}.html", f"site.{name}", address, shown | values, site.next_change(views))


def stage_pins(
    view: SeriesView, note: Callable[[Stage], str], pill: Callable[[Stage], str]
) -> list[Mapping[str, Any]]:
    """The stages as the map wants them (templates/components/france_map.html)."""
    return [
        {
            "name": translated(stage.event.name),
            "url": url_for("site.event", event_slug=stage.event.slug),
            "regions": stage.event.regions,
            "note": note(stage),
            "status": pill(stage),
        }
        for stage in view.stages
    ]


def _missing() -> tuple[Stage, SeriesView]:
    raise Missing
