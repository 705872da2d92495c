"""Handing the list of registrations out as a file: an act of its own, and noted as one."""

from __future__ import annotations

from congress.audit.services import record
from congress.core.spreadsheets import Table
from congress.events.models import Event
from congress.registration.exports import table_of
from congress.registration.listing import Filters


def export(event: Event, filters: Filters, kind: str) -> Table:
    """The list as plain values; the audit learns how many people and which kind of file, not who."""
    table = table_of(event, filters)
    record(
        "registration.exported",
        "event",
        event.id,
        event_id=event.id,
        series_id=event.series_id,
        after={"count": len(table.rows), "kind": kind},
    )
    return table
