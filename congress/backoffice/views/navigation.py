"""The frame of staff pages: where one is, and where one can go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, g, request, url_for
from flask_login import current_user

from congress.backoffice import menu
from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.events.permissions import can
from congress.events.queries import events_of_account

blueprint = Blueprint("navigation", __name__)
Nav = list[tuple[str, list[tuple[str, str, str, bool]]]]
SWITCH_LENGTH = 40


@blueprint.app_context_processor
def endpoints() -> dict[str, Any]:
    """Which pages there are, for templates that link to other features."""
    return {"page_endpoints": current_app.view_functions}


@blueprint.app_context_processor
def frame() -> dict[str, Any]:
    """What layouts/manage.html shows around a page; nothing for public pages."""
    if "roles" in g:
        return _of_event() if "event" in g else _of_series()
    if (request.endpoint or "").startswith("admin"):
        return {"manage_nav": _nav(menu.PLATFORM, lambda _entry: True), "manage_title": _("Platform")}
    return {}


def _of_event() -> dict[str, Any]:
    return {
        "manage_nav": _nav(menu.EVENT, _is_allowed),
        "manage_title": translated(g.event.name),
        "manage_subtitle": translated(g.series.name),
        "manage_switch": [
            (translated(event.name), url_for("dashboard.index", event_slug=event.slug), event.id == g.event.id)
            for event in events_of_account(current_user)
            if event.series_id == g.event.series_id
        ][:SWITCH_LENGTH],
    }


def _of_series() -> dict[str, Any]:
    return {
        "manage_nav": _nav(menu.SERIES, _is_allowed),
        "manage_title": translated(g.series.name),
        "manage_subtitle": _("Series"),
    }


def _is_allowed(entry: menu.Entry) -> bool:
    return entry.capability is None or can(g.roles, entry.capability)


def _nav(groups: menu.Groups, allowed: Callable[[menu.Entry], bool]) -> Nav:
    """The groups with the entries that exist and are allowed; groups without any are left out."""
    known = current_app.view_functions
    endpoints = {entry.endpoint for _title, entries in groups for entry in entries}
    nav: Nav = []
    for title, entries in groups:
        shown = [
            (str(entry.label), url_for(entry.endpoint), entry.icon, _is_here(entry.endpoint, endpoints))
            for entry in entries
            if entry.endpoint in known and allowed(entry)
        ]
        if shown:
            nav.append((str(title), shown))
    return nav


def _is_here(endpoint: str, endpoints: set[str]) -> bool:
    """Whether this page is the entry's, or one of the same blueprint that is no entry of its own."""
    current = request.endpoint or ""
    if current == endpoint:
        return True
    same = current.rpartition(".")[0] == endpoint.rpartition(".")[0]
    return same and endpoint.endswith(".index") and current not in endpoints
