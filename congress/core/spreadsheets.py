"""Tables as files for spreadsheets: CSV and XLSX, in which nothing that a person typed is a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import Response

from congress.core.errors import Malformed
from congress.core.languages import lazy_gettext as _l
from congress.core.text import has_forbidden_characters

CHUNK_ROWS = 500
SHEET_NAME_LENGTH = 31
CHUNK_BYTES = 64 * 1024
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection), full-width forms included."""

Cell = str | int | dt.datetime | None
Kind = Literal["csv", "xlsx"]
TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Table:
    """What goes into a file: plain values in the reader's language, so that it can be written after the commit.

    Times are naive and local to the event. `widths` are those of the workbook's columns, in characters.
    """

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()


def spreadsheet(table: Table, kind: Kind, name: str, delimiter: str = ",") -> Response:
    """The table as a download called `name`. It is made while it is sent, when the transaction is over."""
    chunks = csv_chunks(table, delimiter) if kind == "csv" else xlsx_chunks(table)
    response = Response(chunks, content_type=TYPES[kind])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return response


def csv_chunks(table: Table, delimiter: str = ",") -> Iterator[bytes]:
    """The file in pieces: UTF-8 with a byte order mark, CRLF (RFC 4180)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(table.headers)
    for start in range(0, max(1, len(table.rows)), CHUNK_ROWS):
        writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows[start : start + CHUNK_ROWS])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def xlsx_chunks(table: Table) -> Iterator[bytes]:
    """The workbook in pieces: texts typed as text, local times as dates."""
    import xlsxwriter  # noqa: PLC0415 (a tenth of a second at every start, for what few ask for)

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


def csv_rows(content: bytes) -> list[list[str]]:
    """The cells of a CSV file as they were before a spreadsheet saved them: commas, semicolons or tabs; UTF-8, or
    what old spreadsheets of Windows write. Raises `Malformed` with a sentence for what is none.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if has_forbidden_characters(text):
        raise Malformed
    head = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Malformed(
            _l("The table is not valid CSV: a quotation mark is not closed, or a row is broken.")
        ) from error
    return [[_as_typed(cell) for cell in row] for row in rows]


def neutralised(text: str) -> str:
    """The text with a visible apostrophe before what a spreadsheet might calculate, also behind spaces."""
    starts = text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)
    return f"'{text}" if starts else text


def _write_head(sheet: Any, table: Table, bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, width)
    for column, header in enumerate(table.headers):
        sheet.write_string(0, column, header, bold)
    sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.headers) - 1)


def _write_row(sheet: Any, number: int, row: Sequence[Cell], date: Any) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, dt.datetime):
            sheet.write_datetime(number, column, cell, date)
        elif isinstance(cell, int):
            sheet.write_number(number, column, cell)
        elif cell:
            sheet.write_string(number, column, neutralised(cell))


def _as_typed(cell: str) -> str:
    """Without the apostrophe that `neutralised` put before it."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip().startswith(FORMULA_STARTS) else cell


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return neutralised(cell or "") if not isinstance(cell, int) else str(cell)
