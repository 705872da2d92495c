"""Loading an event or series for a page: through its address, its team's roles, or not at all.

Whatever lies under `/manage/events/<slug>/` is made with `event_blueprint`, so that another team's event looks
exactly like one that does not exist.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from congress.accounts.views.access import signed_in_account
from congress.core.access import Rule
from congress.core.errors import Missing, NotAllowed
from congress.events import queries
from congress.events.enums import Role
from congress.events.models import Event, Series
from congress.events.permissions import Capability, can


def event_blueprint(name: str, import_name: str, prefix: str = "") -> Blueprint:
    """A blueprint under `/<language>/manage/events/<slug>` + `prefix`; its views find `current_event()`."""
    blueprint = Blueprint(name, import_name, url_prefix=f"/<lang:lang_code>/manage/events/<event_slug>{prefix}")
    blueprint.url_value_preprocessor(_load_event)
    blueprint.url_defaults(_fill_event_slug)
    return blueprint


def series_blueprint(name: str, import_name: str, prefix: str = "") -> Blueprint:
    """A blueprint under `/<language>/manage/series/<slug>` + `prefix`; its views find `current_series()`."""
    blueprint = Blueprint(name, import_name, url_prefix=f"/<lang:lang_code>/manage/series/<series_slug>{prefix}")
    blueprint.url_value_preprocessor(_load_series)
    blueprint.url_defaults(_fill_series_slug)
    return blueprint


def current_event() -> Event:
    """The event of this page."""
    event: Event = g.event
    return event


def current_series() -> Series:
    """The series of this page."""
    series: Series = g.series
    return series


def current_scope() -> Event | Series:
    """What this page is about: the event, or the series as a whole."""
    return current_event() if "event" in g else current_series()


def current_roles() -> frozenset[Role]:
    """The roles of the signed-in account on this page's event or series."""
    roles: frozenset[Role] = g.roles
    return roles


def event_access(capability: Capability) -> Rule:
    """The rule of a page of `event_blueprint` or `series_blueprint`: a role that gives the capability."""

    def check() -> None:
        if not can(g.roles, capability):
            raise NotAllowed

    return Rule(f"team: {capability}", check)


def _load_event(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is None:
        return
    slug = values.pop("event_slug")
    account = signed_in_account()
    event = queries.event_by_slug(slug)
    roles = queries.roles_on_event(account, event) if event else frozenset()
    if event is None or not roles:
        raise Missing
    g.event, g.series, g.roles = event, event.series, roles


def _load_series(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is None:
        return
    slug = values.pop("series_slug")
    account = signed_in_account()
    series = queries.series_by_slug(slug)
    roles = queries.roles_on_series(account, series) if series else frozenset()
    if series is None or not roles:
        raise Missing
    g.series, g.roles = series, roles


def _fill_event_slug(_endpoint: str, values: dict[str, Any]) -> None:
    if "event" in g:
        values.setdefault("event_slug", g.event.slug)


def _fill_series_slug(_endpoint: str, values: dict[str, Any]) -> None:
    if "series" in g:
        values.setdefault("series_slug", g.series.slug)
