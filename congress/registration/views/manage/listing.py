"""The list of registrations, and its figures."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from congress.core.access import access
from congress.core.forms import BaseForm
from congress.core.templating import month_short
from congress.events.models import Event
from congress.events.views.scope import current_event
from congress.registration import words
from congress.registration.enums import Attendance, RegistrationSource, RegistrationStatus
from congress.registration.figures import CategoryUse, QuotaUse, registrations_per_day, uses_of
from congress.registration.listing import Filters, registrations_page
from congress.registration.totals import places_left
from congress.registration.views.manage.scope import READ, blueprint, may


@blueprint.get("/")
@access(READ)
def index() -> str:
    """Everybody who is registered, searched, narrowed and sorted; the address says how."""
    event, filters = current_event(), Filters.of(request.args)
    uses, quotas = uses_of(event)
    categories = [use.category for use in uses]
    page = registrations_page(event, filters, categories, request.args.get("page", 1, type=int))
    return render_template(
        "registration/manage/index.html",
        event=event,
        filters=filters,
        page=page,
        categories={one.id: one for one in categories},
        figures=_figures(uses, quotas),
        statuses=RegistrationStatus,
        attendances=Attendance,
        sources=(RegistrationSource.ONLINE, RegistrationSource.ORGANISER),
        form=BaseForm(),
        words=words,
        may=may,
        page_url=lambda number: _address(filters, page=number),
        sort_url=lambda key, descending: _address(filters.sorted_by(key, descending)),
    )


@blueprint.get("/counts")
@access(READ)
def counts() -> str:
    """Places by category, and the curve: a page of its own, or the part of one that htmx asks for."""
    event = current_event()
    uses, quotas = uses_of(event)
    figures = _figures(uses, quotas)
    if request.args.get("part") == "tiles":
        return render_template("registration/manage/_tiles.html", figures=figures)
    return render_template(
        "registration/manage/_figures.html" if "HX-Request" in request.headers else "registration/manage/counts.html",
        event=event,
        figures=figures,
        uses=[use for use in uses if use.category.archived_at is None or use.taken],
        quotas=[quota for quota in quotas if not quota.is_own],
        curve=_curve(event),
        words=words,
        may=may,
    )


def _address(filters: Filters, **more: Any) -> str:
    values: dict[str, Any] = {**filters.arguments(), **more}
    return url_for(".index", **values)


def _figures(uses: list[CategoryUse], quotas: list[QuotaUse]) -> dict[str, Any]:
    """How many there are in each state, and how many places are left in all (None: no limit)."""
    in_state = {status.value: sum(use.by_status.get(status, 0) for use in uses) for status in RegistrationStatus}
    offered = {use.category.id: use.free for use in uses if use.category.archived_at is None}
    pools = [(frozenset(one.id for one in quota.categories), quota.free) for quota in quotas]
    return {**in_state, "total": sum(in_state.values()), "free": places_left(offered, pools), "offered": len(offered)}


def _curve(event: Event) -> list[tuple[str, int]]:
    return [(f"{day.day} {month_short(day)}", number) for day, number in registrations_per_day(event)]
