"""The list as a file. A POST, because it is noted who took the data out; the file is written after the commit."""

from __future__ import annotations

from flask import Response, request

from congress.core import clock
from congress.core.access import access
from congress.core.languages import gettext as _
from congress.core.spreadsheets import Kind, spreadsheet
from congress.events.views.scope import current_event
from congress.registration.listing import Filters
from congress.registration.services.exporting import export
from congress.registration.views.manage.scope import EXPORT, blueprint


@blueprint.post("/export.csv")
@access(EXPORT)
def export_csv() -> Response:
    """Comma separated, as the list is filtered."""
    return _file("csv")


@blueprint.post("/export.xlsx")
@access(EXPORT)
def export_xlsx() -> Response:
    """A workbook, as the list is filtered."""
    return _file("xlsx")


def _file(kind: Kind) -> Response:
    event = current_event()
    table = export(event, Filters.of(request.args), kind)
    day = clock.local_day(clock.now(), event.zone).isoformat()
    name = _("registrations")
    return spreadsheet(table, kind, f"{name}-{event.slug}-{day}")
