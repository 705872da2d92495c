"""The report for organisers and those who pay: one event, or the stages of a series side by side."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal, format_percent
from flask import Response, render_template

from congress.core import clock
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.languages import current_language
from congress.core.languages import gettext as _
from congress.core.spreadsheets import Table, spreadsheet
from congress.events.permissions import Capability
from congress.events.views.scope import (
    current_event,
    current_series,
    event_access,
    event_blueprint,
    series_blueprint,
)
from congress.matchmaking import report, words
from congress.matchmaking.countries import country_name
from congress.matchmaking.queries.figures import events_with_matchmaking
from congress.matchmaking.report import Group, Report

READ = event_access(Capability.READ_MATCHMAKING)
blueprint = event_blueprint("meeting_report", __name__, "/matchmaking/report")
of_series = series_blueprint("meeting_report_series", __name__, "/matchmaking")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """The figures of one event."""
    event = current_event()
    counted = report.report_of(event)
    return render_template(
        "matchmaking/manage/report.html",
        report=counted,
        distribution=[(str(number), people) for number, people in report.distribution(event)],
        outcomes=[(str(label), counted.outcomes.get(one, 0)) for one, label in words.OUTCOMES.items()],
        type_name=_type,
        country_name=country_name,
        percent=_percent,
        decimal=_decimal,
    )


@blueprint.get("/report.<any(csv, xlsx):kind>")
@access(READ)
def export(kind: str) -> Response:
    """The same as a file: totals first, then each group."""
    event = current_event()
    counted = report.report_of(event)
    groups = _rows(_("Type"), counted.by_type, _type) + _rows(_("Country"), counted.by_country, country_name)
    headers = [
        _("Group"),
        _("Name"),
        _("People"),
        _("Requests sent"),
        _("Requests received"),
        _("Meetings"),
        _("Held"),
        _("Meetings per person (median)"),
        _("Without a meeting"),
    ]
    day = clock.local_day(clock.now(), event.zone).isoformat()
    name = _("meetings")
    table = Table(_("Meetings"), headers, [*_totals(counted), *groups], (18, 34, 10, 14, 16, 12, 10, 16, 16))
    return spreadsheet(table, "xlsx" if kind == "xlsx" else "csv", f"{name}-{event.slug}-{day}")


@of_series.get("/")
@access(event_access(Capability.READ_MATCHMAKING))
def series() -> str:
    """The stages of a series side by side, and what each host had part in."""
    stages = [(event, report.report_of(event)) for event in events_with_matchmaking(current_series().id)]
    if not stages:
        raise Missing
    return render_template(
        "matchmaking/manage/report_series.html", stages=stages, hosts=report.by_host(stages), percent=_percent
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else str(format_percent(value, locale=current_language()))


def _decimal(value: float) -> str:
    """At most one digit after the point, as the reader's language writes it."""
    return str(format_decimal(value, "#,##0.#", locale=current_language()))


def _type(key: str) -> str:
    return str(words.TYPES[key])


def _totals(counted: Report) -> list[list[Any]]:
    blank = [None] * 7
    pairs: list[tuple[str, Any]] = [
        (_("People"), counted.people),
        (_("Requests"), counted.requests),
        (_("Requests accepted"), counted.accepted),
        (_("Requests declined"), counted.declined),
        (_("Requests expired"), counted.expired),
        (_("Acceptance"), _percent(counted.acceptance)),
        (_("Hours to answer (median)"), None if counted.median_hours is None else _decimal(counted.median_hours)),
        (_("Meetings"), counted.meetings),
        (_("Held"), counted.held),
        (_("Somebody was absent"), counted.no_show),
        (_("Nobody answered"), counted.unknown),
        (_("Cancelled"), counted.cancelled),
        (_("Table use"), _percent(counted.table_use)),
        (_("Messages"), counted.messages),
        *((str(words.OUTCOMES[one]), number) for one, number in counted.outcomes.items()),
    ]
    return [[_("Total"), label, value, *blank[1:]] for label, value in pairs]


def _rows(kind: str, groups: Any, name: Any) -> list[list[Any]]:
    return [_row(kind, name(one.key), one) for one in groups]


def _row(kind: str, name: str, one: Group) -> list[Any]:
    numbers = [one.people, one.sent, one.received, one.meetings, one.held, _decimal(one.median), one.without]
    return [kind, name, *numbers]
