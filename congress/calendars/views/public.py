"""Feeds: of an event and a series for everybody, of a person by a secret link; the file of one registration."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.calendars import ics, queries, services
from congress.calendars.entries import item_of_registration
from congress.calendars.feeds import KEPT, event_feed, personal_feed, series_feed
from congress.calendars.subscription import Subscription, subscription
from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.forms import BaseForm
from congress.core.http import see_other
from congress.core.languages import current_language, gettext
from congress.core.page_cache import (
    Built,
    CachedBody,
    as_cached,
    cached_response,
    caller_has,
    conditional_response,
    weak_tag,
)
from congress.events.queries import public_series_version
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
FORM_OF_ENTRY = "1"
"""To be raised when the same registration makes a different entry, so that no client keeps the old one."""


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
        return event_feed(found, current_language(), url_for("calendars.event", event_slug=event_slug))

    return cached_response(f"ics event {event_slug} {current_language()}", version, build, CALENDAR, FOR_EVERYBODY)


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
        return series_feed(found, current_language(), url_for("calendars.series", series_slug=series_slug))

    return cached_response(f"ics series {series_slug} {current_language()}", version, build, CALENDAR, FOR_EVERYBODY)


@blueprint.get("/calendars/personal/<token>.ics")
@access(PUBLIC)
def personal(token: str) -> Response:
    """What one person registered for; `?alarm=15` rings that many minutes before."""
    state = queries.personal_state(token, KEPT)
    if state is None:
        raise Missing
    alarm = _alarm()
    tag = weak_tag(f"{FORM_OF_ENTRY} {alarm} {state.version}".encode())
    if caller_has(tag, state.changed_at):
        seen = CachedBody(state.version, None, state.changed_at, tag, b"", None)
        return conditional_response(seen, CALENDAR, FOR_ONE)
    built = personal_feed(queries.registrations_of(state.group_id), state.language, state.changed_at, alarm)
    return conditional_response(as_cached(state.version, built, tag), CALENDAR, FOR_ONE)


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


def _renew() -> dict[str, int]:
    services.renew_calendar_link(current_group())
    return {"group": current_group().id}


def _alarm() -> int | None:
    asked = request.args.get("alarm", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= len(str(A_WEEK))
    return min(int(asked), A_WEEK) if is_number else None
