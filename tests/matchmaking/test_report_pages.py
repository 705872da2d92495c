"""The report as its readers get it: a page, a file, the stages side by side."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.queries import event_by_slug, series_by_slug
from congress.matchmaking.enums import MeetingState
from tests.factories.events import make_event, make_series
from tests.factories.matchmaking import make_meeting, make_profile, make_slots
from tests.factories.people import make_account, make_member, sign_in


@pytest.fixture
def slugs(app: Flask) -> tuple[str, str]:
    """An event with one meeting held, and its series."""
    with app.test_request_context("/fr/"), commit_on_success():
        series = make_series()
        event = make_event(series)
        make_meeting(make_profile(event), make_profile(event), MeetingState.HELD, slot=make_slots(event, 1)[0])
        return event.slug, series.slug


def client_of(app: Flask, slug: str, role: Role) -> FlaskClient:
    client = app.test_client()
    with app.test_request_context("/fr/"), commit_on_success():
        account = make_account()
        make_member(account, role, event=event_by_slug(slug))
        sign_in(client, account)
    return client


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_shows_figures_and_a_table_for_each_chart(app: Flask, slugs: tuple[str, str], language: str) -> None:
    client = client_of(app, slugs[0], Role.MATCHMAKING)
    page = client.get(f"/{language}/manage/events/{slugs[0]}/matchmaking/report/")
    assert page.status_code == 200
    assert {"en": "Meetings per person", "fr": "Rendez-vous par personne"}[language] in page.text
    assert {"en": "100%", "fr": "100\xa0%"}[language] in page.text


def test_the_file_has_totals_and_groups(app: Flask, slugs: tuple[str, str]) -> None:
    client = client_of(app, slugs[0], Role.MATCHMAKING)
    found = client.get(f"/en/manage/events/{slugs[0]}/matchmaking/report/report.csv")
    rows = list(csv.reader(io.StringIO(found.data.decode("utf-8-sig"))))
    assert rows[1][:3] == ["Total", "People", "2"]
    assert ["Country", "France", "2"] in [row[:3] for row in rows]
    book = client.get(f"/en/manage/events/{slugs[0]}/matchmaking/report/report.xlsx")
    assert book.data[:2] == b"PK"


def test_the_series_shows_its_stages(app: Flask, slugs: tuple[str, str]) -> None:
    client = app.test_client()
    with app.test_request_context("/fr/"), commit_on_success():
        account = make_account()
        make_member(account, Role.ORGANISER, series=series_by_slug(slugs[1]))
        sign_in(client, account)
    page = client.get(f"/en/manage/series/{slugs[1]}/matchmaking/")
    assert "0%" in page.text
    assert page.text.count("<tr>") >= 2


def test_who_may_not_read_it_gets_nothing(app: Flask, slugs: tuple[str, str]) -> None:
    for path in ("report/", "report/report.csv"):
        address = f"/en/manage/events/{slugs[0]}/matchmaking/{path}"
        assert client_of(app, slugs[0], Role.PROGRAMME).get(address).status_code == 403
        assert app.test_client().get(address).status_code in {302, 303, 401}


def test_an_event_without_people_says_so(app: Flask) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        slug = make_event().slug
    page = client_of(app, slug, Role.MATCHMAKING).get(f"/en/manage/events/{slug}/matchmaking/report/")
    assert "Nothing to report yet" in page.text
