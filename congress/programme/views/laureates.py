"""The laureates of a call: the organisers' list with its file, and the public page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import current_language
from congress.core.languages import gettext as _
from congress.core.page_cache import Built, cached_response
from congress.core.public_pages import public_page
from congress.core.spreadsheets import Kind, spreadsheet
from congress.events.forms.base import EmptyForm
from congress.events.permissions import Capability
from congress.events.queries import public_event_version
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.programme.call_queries import call_of, public_call
from congress.programme.enums import CallKind
from congress.programme.laureates import laureates_of, version_of
from congress.programme.services import laureates as services

MANAGE = event_access(Capability.MANAGE_CALLS)
blueprint = event_blueprint("laureates", __name__, "/calls/<int:call_id>/laureates")
public = Blueprint("laureates_public", __name__, url_prefix="/<lang:lang_code>/events/<event_slug>/calls")


@public.get("/<call_slug>/laureates/")
@access(PUBLIC)
def page(event_slug: str, call_slug: str) -> Response:
    """Titles, people and organisations of what was accepted, once the organisers say so; nothing else."""
    version = public_event_version(event_slug)
    call = public_call(event_slug, call_slug)
    if version is None or call.laureates_published_at is None:
        raise Missing
    laureates = laureates_of(call)

    def build() -> Built:
        address = {"event_slug": event_slug, "call_slug": call_slug}
        values = {"call": call, "event": call.event, "series": call.event.series, "laureates": laureates}
        return public_page("programme/reviews/laureates_public.html", "laureates_public.page", address, values)

    # The list itself is part of the version: a name that was corrected or erased leaves the page at once.
    key = f"laureates {event_slug} {call.slug} {current_language()}"
    return cached_response(key, f"{version} {call.version} {version_of(laureates)}", build)


@blueprint.get("/")
@access(MANAGE)
def index(call_id: int) -> str:
    """Everything that was accepted, and whether the public sees it."""
    call = call_of(current_event(), call_id)
    return render_template(
        "programme/reviews/laureates.html",
        call=call,
        laureates=laureates_of(call),
        is_talks=call.kind is CallKind.TALKS,
        event=current_event(),
    )


@blueprint.post("/publish")
@access(MANAGE)
def publish(call_id: int) -> ResponseReturnValue:
    """Show them to everybody."""
    event = current_event()
    _once(lambda: services.publish(event, call_id))
    flash(_("The laureates are public."), "success")
    return see_other(url_for(".index", call_id=call_id))


@blueprint.post("/unpublish")
@access(MANAGE)
def unpublish(call_id: int) -> ResponseReturnValue:
    """Show them to nobody."""
    event = current_event()
    _once(lambda: services.unpublish(event, call_id))
    flash(_("The page of the laureates is no longer public."), "success")
    return see_other(url_for(".index", call_id=call_id))


@blueprint.post("/export.<any(csv, xlsx):kind>")
@access(MANAGE)
def export(call_id: int, kind: Kind) -> Response:
    """The list as a file. A POST, because it is noted who took names out."""
    event = current_event()
    table = services.export(event, call_id, kind)
    day = clock.local_day(clock.now(), event.zone).isoformat()
    name = _("laureates")
    return spreadsheet(table, kind, f"{name}-{event.slug}-{day}")


def _once(act: Callable[[], None]) -> None:
    def produce() -> dict[str, Any]:
        act()
        return {}

    EmptyForm().once(produce)
