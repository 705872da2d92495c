"""Files of the list: complete, filtered, in the page's language, and nothing in them calculates."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core.spreadsheets import FORMULA_STARTS, neutralised
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration
from tests.support.desk import add_person, address, counted_queries
from tests.support.tour import Tour

KINDS = ("csv", "xlsx")


def fetch(tour: Tour, kind: str = "csv", who: str = "registration", language: str = "en", query: str = "") -> Any:
    """The answer to the button of the list."""
    page = address(tour, query, language=language)
    return tour.client(who).submit(address(tour, f"export.{kind}{query}", language=language), {}, page=page)


def rows(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def sheet(answer: Any) -> tuple[str, str]:
    """The XML of the first sheet and of the shared texts."""
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert book.testzip() is None
        shared = "xl/sharedStrings.xml"
        texts = book.read(shared).decode() if shared in book.namelist() else ""
        return book.read("xl/worksheets/sheet1.xml").decode(), texts


@pytest.mark.database
def test_csv_reads_back_with_headers_in_the_page_s_language(tour: Tour, now) -> None:
    add_person(tour, "Zoé Lefèvre", organisation='Ligne, "à" virgule', note="one\ntwo")
    add_person(tour, "Hidden Neighbour", event=tour.sibling)
    answer = fetch(tour)

    assert answer.data.startswith(b"\xef\xbb\xbfReference,State,First name")
    head, *body = rows(answer)
    found = dict(zip(head, body[0], strict=True))
    assert len(body) == 1
    assert (found["First name"], found["Organisation"]) == ("Zoé", 'Ligne, "à" virgule')
    assert (found["Note for the team"], found["Registered on"]) == ("one\ntwo", "2027-03-10 12:00")
    assert rows(fetch(tour, language="fr"))[0][2] == "Prénom"


def test_the_file_holds_what_the_list_shows(tour: Tour, now) -> None:
    for name in ("Ben Zorn", "Ada Étienne", "Cleo Gone"):
        status = RegistrationStatus.CANCELLED if "Gone" in name else RegistrationStatus.CONFIRMED
        add_person(tour, name, status=status)
    assert [row[2] for row in rows(fetch(tour, query="?sort=name&status=confirmed"))[1:]] == ["Ada", "Ben"]
    assert rows(fetch(tour, query="?q=gone"))[1][1:4] == ["Cancelled", "Cleo", "Gone"]


@pytest.mark.parametrize("start", [*FORMULA_STARTS, "  =", "\u00a0="])
def test_nothing_calculates(tour: Tour, now, start: str) -> None:
    """Security case B08: the eleven prefixes, also behind spaces."""
    text = f"{start}1+1|cmd"
    add_person(tour, "Ada Person", organisation=text)
    assert rows(fetch(tour))[1][5] == f"'{text}"
    _cells, texts = sheet(fetch(tour, "xlsx"))
    assert "<f>" not in _cells
    assert "1+1|cmd" in _cells + texts
    assert re.search(r"<t[^>]*>'[^<]*1\+1\|cmd</t>", _cells + texts)


def test_plain_text_stays_as_it_is() -> None:
    assert [neutralised(text) for text in ("Zoé", "a=b", "", "O'Neil")] == ["Zoé", "a=b", "", "O'Neil"]


def test_xlsx_types_texts_as_text_and_instants_as_dates(tour: Tour, now) -> None:
    add_person(tour, "12345 0042")
    cells, _texts = sheet(fetch(tour, "xlsx"))
    assert re.search(r'<c r="C2" t="(s|inlineStr)"', cells)
    moment = re.search(r'<c r="L2" s="\d+"><v>([\d.]+)</v>', cells)
    assert moment is not None
    assert dt.datetime(1899, 12, 30) + dt.timedelta(days=float(moment.group(1))) == dt.datetime(2027, 3, 10, 12, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_name_is_plain_and_the_act_is_noted(tour: Tour, now, kind: str) -> None:
    add_person(tour, "Zoé Lefèvre")
    answer = fetch(tour, kind, query="?q=lefevre")

    assert answer.headers["Content-Disposition"] == f"attachment; filename=registrations-grand-est-2027-03-10.{kind}"
    entry: AuditEntry = tour.read(sa.select(AuditEntry))
    assert (entry.action, entry.after) == ("registration.exported", {"count": 1, "kind": kind})
    assert entry.actor_id == tour.accounts["registration"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_list_is_a_file_with_headers(tour: Tour, now, kind: str) -> None:
    answer = fetch(tour, kind, query="?q=nobody")
    assert answer.status_code == 200
    if kind == "csv":
        assert len(rows(answer)) == 1
    else:
        assert sheet(answer)[0].count("<row ") == 1


@pytest.mark.parametrize(("who", "status"), [("door", 403), ("viewer", 403), ("neighbour", 404)])
@pytest.mark.parametrize("kind", KINDS)
def test_exporting_is_a_right_of_its_own(tour: Tour, now, who: str, status: int, kind: str) -> None:
    """Security case A08: refused, and nothing is noted as if it had happened."""
    add_person(tour, "Zoé Lefèvre")
    answer = tour.client(who).submit(address(tour, f"export.{kind}"), {}, page="/en/manage/")
    assert (answer.status_code, b"Lef" in answer.data) == (status, False)
    assert tour.read(sa.select(AuditEntry.id)) is None


def test_a_link_cannot_export(tour: Tour, now) -> None:
    assert tour.client("organiser").get(address(tour, "export.csv"), follow_redirects=True).status_code == 404


def test_the_database_is_free_while_the_file_is_written(tour: Tour, now) -> None:
    """The answer begins after the commit: no statement is sent while its body is read."""
    add_person(tour, "Zoé Lefèvre")
    client = tour.client("registration")
    client.get(address(tour))
    answer = fetch(tour)
    with counted_queries(tour) as sent:
        assert answer.data
    assert sent == []
    assert tour.read(sa.select(sa.func.count()).select_from(Registration)) == 1
