"""The list of those who came, as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from congress.checkin.admission import standing_entry
from congress.checkin.queries.entries import Entry
from congress.checkin.queries.overview import attendance
from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.events.models import Event

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = "\ufeff"


def attendance_table(event: Event) -> list[list[str]]:
    """One row per person and day, with the first entry that counts; words in the language of the reader."""
    rows = attendance(event)
    table = []
    for _person, group in groupby(rows, key=lambda row: (row.day, row.registration_id)):
        own = list(group)
        first = standing_entry([_entry(row) for row in own])
        if first is not None:
            table.append(_line(own[0], first, ZoneInfo(event.zone)))
    return table


def header() -> list[str]:
    """The names of the columns."""
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


def as_csv(lines: Sequence[Sequence[str]]) -> str:
    """CSV as spreadsheets open it without asking; a cell that looks like a formula is text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([[_text(cell) for cell in line] for line in lines])
    return BYTE_ORDER_MARK + out.getvalue()


def _text(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def _entry(row: Any) -> Entry:
    return Entry(row.nonce, row.scanned_at, row.checkpoint_id, row.door, row.undone_at)


def _line(row: Any, first: Entry, zone: ZoneInfo) -> list[str]:
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
