"""Registrations as a file for a spreadsheet: CSV and XLSX, in which nothing that a person typed is a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import xlsxwriter

from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.events.models import Event
from congress.extensions import db
from congress.registration import words
from congress.registration.enums import ConsentKind
from congress.registration.errors import TooManyRows
from congress.registration.listing import Filters, categories_of, conditions, in_order
from congress.registration.models import Consent, ConsentText, Registration

MAX_ROWS = 50_000
CHUNK_ROWS = 500
SHEET_NAME_LENGTH = 31
CHUNK_BYTES = 64 * 1024
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection), full-width forms included."""

Cell = str | dt.datetime | None
WIDTHS = (12, 12, 18, 20, 32, 28, 24, 22, 12, 12, 20, 18, 18, 12, 12, 40)


@dataclass(frozen=True, slots=True)
class Table:
    """What goes into the file: plain values in the reader's language, so that it can be written after the commit."""

    title: str
    headers: list[str]
    rows: list[list[Cell]]


def table_of(event: Event, filters: Filters) -> Table:
    """The registrations of the list, all pages of it."""
    categories = categories_of(event)
    found = in_order(_rows(conditions(event, filters, categories)), filters, categories)
    names = {one.id: translated(one.name) for one in categories}
    attendances = {one.id: str(words.ATTENDANCES[one.attendance]) for one in categories}
    statuses, sources = _as_text(words.STATUSES), _as_text(words.SOURCES)
    answers, zone = _answers(event), ZoneInfo(event.zone)
    rows: list[list[Cell]] = [
        [
            row.reference,
            statuses[row.status],
            row.given_name,
            row.family_name,
            row.email,
            row.organisation,
            row.job_title,
            names[row.category_id],
            attendances[row.category_id],
            words.LANGUAGES.get(row.language, row.language),
            sources[row.source],
            _local(row.created_at, zone),
            _local(row.cancelled_at, zone),
            _yes(answers.get((row.id, ConsentKind.PARTICIPANT_LIST))),
            _yes(answers.get((row.id, ConsentKind.PHOTO))),
            row.note,
        ]
        for row in found
    ]
    return Table(_("Registrations"), _headers(), rows)


def csv_chunks(table: Table) -> Iterator[bytes]:
    """The file in pieces: UTF-8 with a byte order mark, commas, CRLF (RFC 4180)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(table.headers)
    for start in range(0, max(1, len(table.rows)), CHUNK_ROWS):
        writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows[start : start + CHUNK_ROWS])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def xlsx_chunks(table: Table) -> Iterator[bytes]:
    """The workbook in pieces: texts typed as text, instants as dates of the event's zone."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet(table.title[:SHEET_NAME_LENGTH])
    _write_head(sheet, table, book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}))
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for number, row in enumerate(table.rows, start=1):
        _write_row(sheet, number, row, date)
    book.close()
    file.seek(0)
    while piece := file.read(CHUNK_BYTES):
        yield piece


def neutralised(text: str) -> str:
    """The text with a visible apostrophe before what a spreadsheet might calculate, also behind spaces."""
    starts = text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)
    return f"'{text}" if starts else text


def _write_head(sheet: Any, table: Table, bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for column, header in enumerate(table.headers):
        sheet.write_string(0, column, header, bold)
    sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.headers) - 1)


def _write_row(sheet: Any, number: int, row: Sequence[Cell], date: Any) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, dt.datetime):
            sheet.write_datetime(number, column, cell, date)
        elif cell:
            sheet.write_string(number, column, neutralised(cell))


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return neutralised(cell or "")


def _rows(which: Sequence[sa.ColumnElement[bool]]) -> Sequence[Any]:
    """Columns only: a list of thousands needs no objects."""
    one = Registration
    columns = (
        one.id,
        one.reference,
        one.status,
        one.given_name,
        one.family_name,
        one.email,
        one.organisation,
        one.job_title,
        one.category_id,
        one.language,
        one.source,
        one.created_at,
        one.cancelled_at,
        one.note,
    )
    rows = db.session.execute(sa.select(*columns).where(*which).limit(MAX_ROWS + 1)).all()
    if len(rows) > MAX_ROWS:
        raise TooManyRows(MAX_ROWS)
    return rows


def _answers(event: Event) -> dict[tuple[int, ConsentKind], bool]:
    """The last answer to each consent text of everybody at the event."""
    rows = db.session.execute(
        sa.select(Consent.registration_id, ConsentText.kind, Consent.given)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .join(Registration, Registration.id == Consent.registration_id)
        .where(Registration.event_id == event.id, ConsentText.kind != ConsentKind.PRIVACY_NOTICE)
        .order_by(Consent.id)
    )
    return {(row.registration_id, row.kind): row.given for row in rows}


def _headers() -> list[str]:
    return [
        _("Reference"),
        _("State"),
        _("First name"),
        _("Last name"),
        _("E-mail address"),
        _("Organisation"),
        _("Job title"),
        _("Category"),
        _("Takes part"),
        _("Language"),
        _("Registered"),
        _("Registered on"),
        _("Cancelled on"),
        _("List of participants"),
        _("Photos and videos"),
        _("Note for the team"),
    ]


def _as_text(labels: dict[Any, object]) -> dict[Any, str]:
    return {value: str(label) for value, label in labels.items()}


def _local(instant: dt.datetime | None, zone: ZoneInfo) -> dt.datetime | None:
    return instant.astimezone(zone).replace(tzinfo=None) if instant else None


def _yes(given: bool | None) -> str:  # noqa: FBT001 (an answer, or none)
    return str(_("yes") if given else _("no"))
