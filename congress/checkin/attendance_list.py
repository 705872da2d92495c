"""The list of those who came, as a table for spreadsheets."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from congress.checkin.admission import standing_entry
from congress.checkin.queries.entries import Entry
from congress.checkin.queries.overview import attendance
from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.core.spreadsheets import Cell, Table
from congress.events.models import Event


def attendance_table(event: Event) -> Table:
    """One row per person and day, with the first entry that counts; words in the language of the reader."""
    rows = attendance(event)
    lines: list[list[Cell]] = []
    for _who, group in groupby(rows, key=lambda row: (row.day, row.registration_id)):
        own = list(group)
        first = standing_entry([_entry(row) for row in own])
        if first is not None:
            lines.append(_line(own[0], first, ZoneInfo(event.zone)))
    return Table(_("Attendance"), _headers(), lines)


def _headers() -> list[str]:
    return [
        _("Day"),
        _("Time of day"),
        _("Door"),
        _("Reference"),
        _("First name"),
        _("Last name"),
        _("Organisation"),
        _("Category"),
    ]


def _entry(row: Any) -> Entry:
    return Entry(row.nonce, row.scanned_at, row.checkpoint_id, row.door, row.undone_at)


def _line(row: Any, first: Entry, zone: ZoneInfo) -> list[Cell]:
    return [
        row.day.isoformat(),
        f"{first.scanned_at.astimezone(zone):%H:%M}",
        first.door,
        row.reference,
        row.given_name,
        row.family_name,
        row.organisation,
        translated(row.category),
    ]
