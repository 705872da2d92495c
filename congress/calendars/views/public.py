"""Feeds: of an event and a series for everybody, of a person by a secret link; the file of one registration."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
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
from congress.registration.views.self_service import LINK, current_group, current_registration

blueprint = Blueprint("calendars", __name__)
CALENDAR = "text/calendar; charset=utf-8"
FOR_EVERYBODY = {
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
FOR_ONE = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
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
    version = queries.series_version(series_slug)
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


@blueprint.post("/<lang:lang_code>/r/<token>/calendar")
@access(LINK)
def renew(token: str) -> ResponseReturnValue:
    """Withdraw the link of the personal calendar and make a new one."""

    def produce() -> dict[str, int]:
        services.renew_calendar_link(current_group())
        return {"group": current_group().id}

    BaseForm().once(produce)
    flash(gettext("Your calendar has a new address. The old one shows nothing any more: subscribe again."), "success")
    return see_other(url_for("self_service.show", token=token))


@blueprint.app_template_global()
def calendar_of(endpoint: str, **address: Any) -> Subscription:
    """The ways to subscribe to a feed, in the language of the page (templates/components/subscribe.html)."""
    return subscription(url_for(endpoint, **address))


def _alarm() -> int | None:
    asked = request.args.get("alarm", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= len(str(A_WEEK))
    return min(int(asked), A_WEEK) if is_number else None
