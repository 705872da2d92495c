"""Feeds: of events, programmes and hosts for everybody, of a person by a secret link; the file of a registration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, flash, make_response, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from congress.calendars import ics, queries, services
from congress.calendars.entries import item_of_registration
from congress.calendars.feeds import event_feed, organisation_feed, series_feed
from congress.calendars.personal import personal_feed
from congress.calendars.programmes import programme_feed, speaker_feed, track_feed
from congress.calendars.subscription import Subscription, subscription
from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.forms import BaseForm
from congress.core.http import see_other
from congress.core.languages import current_language, gettext
from congress.core.links import absolute
from congress.core.page_cache import (
    Built,
    PageCache,
    as_cached,
    cached_response,
    caller_has,
    conditional_response,
)
from congress.core.public_pages import public_page
from congress.core.qr import draw
from congress.events.models import Event
from congress.events.queries import public_series_version
from congress.programme import releases
from congress.programme.snapshot import Programme
from congress.registration.links import calendar_token
from congress.registration.views.self_service import LINK, current_group, current_registration

blueprint = Blueprint("calendars", __name__)
CALENDAR = "text/calendar; charset=utf-8"
FOR_EVERYBODY = {
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
FOR_ONE = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
ALARMS = (0, 15, 60, 24 * 60)
A_WEEK = 7 * 24 * 60
PEOPLE = 8192
"""Whose tags of personal calendars are kept in memory; a few hundred bytes each."""


@blueprint.record_once
def _keep_tags(state: BlueprintSetupState) -> None:
    state.app.extensions["calendar_tags"] = PageCache(PEOPLE)


@blueprint.get("/calendars/events/<event_slug>.<lang:lang_code>.ics")
@access(PUBLIC)
def event(event_slug: str) -> Response:
    """One stage or edition."""
    version = queries.event_version(event_slug)
    if version is None:
        raise Missing

    def build() -> Built:
        found = queries.public_event(event_slug)
        if found is None:
            raise Missing
        return event_feed(found, current_language(), request.path)

    return _for_everybody(f"event {event_slug}", version, build)


@blueprint.get("/calendars/events/<event_slug>/programme.<lang:lang_code>.ics")
@access(PUBLIC)
def programme(event_slug: str) -> Response:
    """All sessions of the latest release."""

    def build(event: Event, released: Programme) -> Built:
        return programme_feed(event, released, current_language(), request.path)

    return _of_programme(event_slug, "programme", build)


@blueprint.get("/calendars/events/<event_slug>/tracks/<int:track_id>.<lang:lang_code>.ics")
@access(PUBLIC)
def track(event_slug: str, track_id: int) -> Response:
    """The sessions of one track."""

    def build(event: Event, released: Programme) -> Built:
        wanted = released.track_by_id.get(track_id)
        if wanted is None:
            raise Missing
        return track_feed(event, released, wanted, current_language(), request.path)

    return _of_programme(event_slug, f"track {track_id}", build)


@blueprint.get("/calendars/events/<event_slug>/speakers/<code>.<lang:lang_code>.ics")
@access(PUBLIC)
def speaker(event_slug: str, code: str) -> Response:
    """The sessions of one speaker."""

    def build(event: Event, released: Programme) -> Built:
        wanted = released.speaker_by_code.get(code)
        if wanted is None:
            raise Missing
        return speaker_feed(event, released, wanted, current_language(), request.path)

    return _of_programme(event_slug, f"speaker {code}", build)


@blueprint.get("/<lang:lang_code>/events/<event_slug>/programme/poster/")
@access(PUBLIC)
def poster(event_slug: str) -> Response:
    """A page to print and hang up: the programme on a phone, and in one's calendar, by QR codes."""
    version = queries.event_version(event_slug)
    if version is None:
        raise Missing

    def build(event: Event, _released: Programme) -> Built:
        page = absolute(f"/{current_language()}/events/{event_slug}/programme/")
        values = {
            "event": event,
            "page": page,
            "page_code": draw(page),
            "feed": subscription(url_for("calendars.programme", event_slug=event_slug)),
        }
        return public_page("calendars/poster.html", "calendars.poster", {"event_slug": event_slug}, values)

    address = f"poster {event_slug} {current_language()}"
    return cached_response(address, version, lambda: _of_latest_release(event_slug, build))


@blueprint.get("/calendars/series/<series_slug>.<lang:lang_code>.ics")
@access(PUBLIC)
def series(series_slug: str) -> Response:
    """A whole tour or congress."""
    version = public_series_version(series_slug)
    if version is None:
        raise Missing

    def build() -> Built:
        found = queries.public_series(series_slug)
        if found is None:
            raise Missing
        return series_feed(found, current_language(), request.path)

    return _for_everybody(f"series {series_slug}", version, build)


@blueprint.get("/calendars/organisations/<int:organisation_id>.<lang:lang_code>.ics")
@access(PUBLIC)
def organisation(organisation_id: int) -> Response:
    """The public events that an organisation hosts."""
    version = queries.organisation_version(organisation_id)
    if version is None:
        raise Missing

    def build() -> Built:
        found = queries.public_organisation(organisation_id)
        if found is None:
            raise Missing
        return organisation_feed(found, current_language(), request.path)

    return _for_everybody(f"organisation {organisation_id}", version, build)


@blueprint.get("/<lang:lang_code>/organisations/<int:organisation_id>/calendar/")
@access(PUBLIC)
def host(organisation_id: int) -> Response:
    """The dates of an organisation, and how to subscribe to them."""
    version = queries.organisation_version(organisation_id)
    if version is None:
        raise Missing

    def build() -> Built:
        found = queries.public_organisation(organisation_id)
        if found is None:
            raise Missing
        values = {"organisation": found, "events": queries.public_events_hosted_by(found)}
        return public_page("calendars/host.html", "calendars.host", {"organisation_id": organisation_id}, values)

    return cached_response(f"host {organisation_id} {current_language()}", version, build)


@blueprint.get("/calendars/personal/<token>.ics")
@access(PUBLIC)
def personal(token: str) -> Response:
    """What is one person's; `?alarm=15` rings that many minutes before.

    Only the tag is kept: bodies of thousands of people would push the public pages out of memory.
    """
    state = queries.personal_state(token)
    if state is None:
        raise Missing
    alarm = _alarm()
    tags: PageCache = current_app.extensions["calendar_tags"]
    key, version = f"{state.group_id} {alarm}", str(state.version)
    seen = tags.find(key, version)
    if seen is None or not caller_has(seen.tag, seen.changed_at):
        registrations = queries.registrations_of(state.group_id)
        seen = as_cached(version, personal_feed(registrations, state.language, state.changed_at, alarm))
        tags.keep(key, replace(seen, plain=b"", gzipped=None))
    return conditional_response(seen, CALENDAR, FOR_ONE)


@blueprint.get("/<lang:lang_code>/r/<token>/<public_id>/invitation.ics")
@access(LINK)
def invitation(token: str, public_id: str) -> Response:  # noqa: ARG001 (the rule has opened the link)
    """The entry of one registration, for calendars that do not subscribe."""
    item = item_of_registration(current_registration(public_id), current_language())
    response = Response(ics.invitation([item], "REQUEST", current_language()), content_type=CALENDAR)
    response.headers["Content-Disposition"] = 'attachment; filename="invitation.ics"'
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.route("/<lang:lang_code>/r/<token>/calendar", methods=["GET", "POST"])
@access(LINK)
def own(token: str) -> ResponseReturnValue:
    """The personal calendar: how to subscribe, reminders, a new address instead of one that others know."""
    form = BaseForm()
    if form.validate_on_submit():
        form.once(_renew)
        flash(gettext("Your calendar has a new address. The old one shows nothing any more."), "success")
        return see_other(url_for("calendars.own", token=token))
    page = render_template(
        "calendars/own.html",
        form=form,
        back=url_for("self_service.show", token=token),
        path=url_for("calendars.personal", token=calendar_token(current_group())),
        alarms=ALARMS,
        alarm=_alarm() or 0,
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.app_template_global()
def calendar_at(path: str) -> Subscription:
    """The same for a feed whose address is known."""
    return subscription(path)


@blueprint.app_template_global()
def calendar_of(endpoint: str, **address: Any) -> Subscription:
    """The ways to subscribe to a feed, in the language of the page (templates/components/subscribe.html)."""
    return subscription(url_for(endpoint, **address))


def _of_programme(event_slug: str, what: str, build: Callable[[Event, Programme], Built]) -> Response:
    version = queries.event_version(event_slug)
    if version is None:
        raise Missing

    return _for_everybody(f"event {event_slug} {what}", version, lambda: _of_latest_release(event_slug, build))


def _of_latest_release(event_slug: str, build: Callable[[Event, Programme], Built]) -> Built:
    found = queries.public_event(event_slug)
    released = releases.latest(found.id) if found else None
    if found is None or released is None:
        raise Missing
    return build(found, released)


def _for_everybody(key: str, version: str, build: Callable[[], Built]) -> Response:
    return cached_response(f"ics {key} {current_language()}", version, build, CALENDAR, FOR_EVERYBODY)


def _renew() -> dict[str, int]:
    services.renew_calendar_link(current_group())
    return {"group": current_group().id}


def _alarm() -> int | None:
    asked = request.args.get("alarm", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= len(str(A_WEEK))
    return min(int(asked), A_WEEK) if is_number else None
