"""The organisers' page of import and export: preview, consent, refusal, and who may."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.audit.models import AuditEntry
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SessionState
from congress.programme.models import Session
from tests.factories.programme import make_programme, make_session, make_speaker
from tests.programme.test_imports import schedule, talk
from tests.support.tour import Tour, make_tour

PAGE = "/en/manage/events/grand-est/programme/exchange/"


@pytest.fixture
def tour(app: Flask, now: object) -> Tour:
    return make_tour(app)


@pytest.fixture
def organiser(tour: Tour) -> FlaskClient:
    return tour.client("organiser")


def day_of(tour: Tour) -> str:
    return str(tour.read(sa.select(Event.starts_at).where(Event.slug == tour.event)).date())


def upload(client: FlaskClient, tour: Tour, content: bytes | None = None, **values: Any) -> Any:
    content = schedule(talk(date=f"{day_of(tour)}T10:00:00+01:00")) if content is None else content
    data = {"language": "en", "state": "confirmed", "file": (io.BytesIO(content), "schedule.json")} | values
    return client.submit(f"{PAGE}preview", data, PAGE)


def agreed(answer: Any) -> dict[str, str]:
    """The fields of the preview's form."""
    found = dict(re.findall(r'<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"', answer.text))
    assert found["digest"]
    return found


def titles(tour: Tour) -> list[dict[str, str]]:
    return tour.read_all(sa.select(Session.title))


def test_a_file_is_previewed_then_brought_in(organiser: FlaskClient, tour: Tour) -> None:
    shown = upload(organiser, tour)
    assert shown.status_code == 200
    assert "Bioreactors &amp; &lt;yeast&gt;" in shown.text
    assert "1 new session" in shown.text
    assert titles(tour) == []
    answer = organiser.post(f"{PAGE}import", data=agreed(shown))
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert titles(tour) == [{"en": "Bioreactors & <yeast>"}]
    assert "1 session was brought into the draft." in organiser.get(PAGE).text
    assert tour.read_all(sa.select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)) == [
        "programme.imported"
    ]
    assert "Nothing to change" in upload(organiser, tour).text


def test_a_double_click_imports_once(organiser: FlaskClient, tour: Tour) -> None:
    fields = agreed(upload(organiser, tour))
    assert [organiser.post(f"{PAGE}import", data=fields).status_code for _time in range(2)] == [303, 303]
    assert len(titles(tour)) == 1


def test_a_draft_that_changed_meanwhile_is_shown_again(organiser: FlaskClient, tour: Tour) -> None:
    bring = agreed(upload(organiser, tour))
    organiser.post(f"{PAGE}import", data=agreed(upload(organiser, tour)))
    answer = organiser.post(f"{PAGE}import", data=bring)
    assert answer.status_code == 422
    assert "The draft was changed since this preview was made." in answer.text
    assert len(titles(tour)) == 1


def test_new_sessions_get_the_state_that_was_chosen(organiser: FlaskClient, tour: Tour) -> None:
    organiser.post(f"{PAGE}import", data=agreed(upload(organiser, tour, state="accepted")))
    assert tour.read(sa.select(Session.state)) is SessionState.ACCEPTED


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "could not be read"),
        (b"<!DOCTYPE x><schedule/>", "document type (DTD)"),
        (schedule(talk(title="")), "1 row cannot be imported, so nothing is"),
    ],
)
def test_a_bad_file_is_refused_in_words(organiser: FlaskClient, tour: Tour, content: bytes, sentence: str) -> None:
    assert sentence in upload(organiser, tour, content).text
    assert titles(tour) == []


def test_without_a_file_and_with_a_file_that_is_gone(organiser: FlaskClient, tour: Tour) -> None:
    answer = organiser.submit(f"{PAGE}preview", {"language": "en", "state": "confirmed"}, PAGE)
    assert (answer.status_code, "Please choose a file." in answer.text) == (422, True)
    fields = agreed(upload(organiser, tour)) | {"name": "1-none.schedule"}
    assert organiser.post(f"{PAGE}import", data=fields).location == PAGE
    assert "The file is no longer here." in organiser.get(PAGE).text


def test_the_draft_as_a_table_is_noted(organiser: FlaskClient, tour: Tour, app: Flask) -> None:
    with app.app_context():
        event = db.session.scalars(sa.select(Event).where(Event.slug == tour.event)).one()
        make_session(
            event, [make_speaker(event, given_name="=Ada", email="ada@example.org")], state=SessionState.SUBMITTED
        )
        db.session.commit()
    answer = organiser.submit(f"{PAGE}draft.csv", {}, PAGE)
    header, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert "no-store" in answer.headers["Cache-Control"]
    assert dict(zip(header, row, strict=True))["speakers"].startswith("'=Ada Lovelace")
    assert tour.read_all(sa.select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)) == [
        "programme.exported"
    ]


def test_who_may_not_write_reads_only(tour: Tour) -> None:
    viewer = tour.client("viewer")
    page = viewer.get(PAGE)
    assert (page.status_code, 'type="file"' in page.text) == (200, False)
    assert viewer.submit(f"{PAGE}draft.csv", {}, PAGE).status_code == 403


def test_the_files_of_the_latest_release_are_listed(organiser: FlaskClient, tour: Tour, app: Flask) -> None:
    assert "Nothing is public yet" in organiser.get(PAGE).text
    with app.app_context():
        make_programme(db.session.scalars(sa.select(Event).where(Event.slug == tour.event)).one())
        db.session.commit()
    page = organiser.get(PAGE).text
    for kind in ("xml", "json", "csv", "xlsx", "xcal"):
        address = f"/en/events/grand-est/programme/schedule.{kind}"
        assert f'href="{address}"' in page
        assert tour.client().get(address).status_code == 200
