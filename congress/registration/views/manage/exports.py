"""The list as a file. A POST, because it is noted who took the data out; the file is written after the commit."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request

from congress.core import clock
from congress.core.access import access
from congress.core.languages import gettext as _
from congress.events.views.scope import current_event
from congress.registration.exports import csv_chunks, xlsx_chunks
from congress.registration.listing import Filters
from congress.registration.services.exporting import export
from congress.registration.views.manage.scope import EXPORT, blueprint

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.post("/export.csv")
@access(EXPORT)
def export_csv() -> Response:
    """Comma separated, as the list is filtered."""
    table = export(current_event(), Filters.of(request.args), "csv")
    return _file(csv_chunks(table), "text/csv; charset=utf-8", "csv")


@blueprint.post("/export.xlsx")
@access(EXPORT)
def export_xlsx() -> Response:
    """A workbook, as the list is filtered."""
    table = export(current_event(), Filters.of(request.args), "xlsx")
    return _file(xlsx_chunks(table), XLSX, "xlsx")


def _file(chunks: Iterator[bytes], content_type: str, ending: str) -> Response:
    """The pieces are made while they are sent, when the transaction is over and nobody waits for it."""
    event = current_event()
    day = clock.local_day(clock.now(), event.zone).isoformat()
    response = Response(chunks, content_type=content_type)
    name = f"{_('registrations')}-{event.slug}-{day}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
