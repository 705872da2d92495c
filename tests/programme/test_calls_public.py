"""Calls as the public sees them."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.core import clock
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import QuestionKind
from congress.programme.models import Proposal
from tests.factories.events import make_event
from tests.factories.programme import make_format, make_track
from tests.factories.proposals import make_call, make_question
from tests.support.client import KEY, TOKEN


def open_call(app, **values):
    """A call with one question of each kind; returns its address."""
    with app.app_context():
        event = make_event()
        call = make_call(event, **values)
        make_track(event)
        make_format(event)
        for kind in QuestionKind:
            make_question(call, kind)
        db.session.commit()
        return f"/en/events/{event.slug}/calls/{call.slug}/"


def test_the_list_and_the_page_write_the_zone_out(app, client):
    address = open_call(app)
    for path in (address, address.rsplit("/", 2)[0] + "/"):
        page = client.get(path)
        assert page.status_code == 200
        assert "Paris time (Europe/Paris)" in " ".join(page.get_data(as_text=True).split())


def test_the_form_asks_every_kind_of_question(app, client):
    page = client.get(open_call(app) + "submit")
    assert page.status_code == 200
    html = page.get_data(as_text=True)
    for needle in ('type="date"', 'type="radio"', 'type="checkbox"', 'type="file"', 'inputmode="decimal"'):
        assert needle in html


def test_what_is_not_published_does_not_exist(app, client):
    address = open_call(app, published_at=None)
    assert client.get(address).status_code == 404
    assert client.get(address + "submit").status_code == 404
    assert client.post(address + "submit").status_code in {400, 404}


def test_the_page_changes_by_itself_at_the_opening_and_at_the_deadline(app, client):
    now = clock.now().replace(microsecond=0)
    opens, closes = now + dt.timedelta(hours=1), now + dt.timedelta(hours=2)
    address = open_call(app, opens_at=opens, closes_at=closes)
    for moment, words in (
        (opens - dt.timedelta(seconds=1), "Opens later"),
        (opens, "Write a proposal"),
        (closes - dt.timedelta(seconds=1), "Write a proposal"),
        (closes, "Call closed"),
    ):
        with clock.held_at(moment):
            assert words in client.get(address).get_data(as_text=True), moment


@pytest.mark.parametrize(("status", "seen"), [(EventStatus.DRAFT, 404), (EventStatus.CANCELLED, 200)])
def test_a_call_of_an_event_that_is_not_live_takes_nothing(app, client, status, seen):
    address = open_call(app)
    hidden = {
        name: pattern.search(client.get(address + "submit").get_data(as_text=True))[1]
        for name, pattern in (("csrf_token", TOKEN), ("idempotency_key", KEY))
    }
    with app.app_context():
        event = db.session.scalars(sa.select(Event)).one()
        event.status = status
        event.page_version += 1
        db.session.commit()
    values = {"title": "T", "abstract": "A", "language": "fr", "mail_language": "fr", "send": "1"}
    values |= {"given_name": "A", "family_name": "B", "email": "a@example.org", "format": "0", "track": "0"}
    answer = client.post(address + "submit", data=values | hidden)
    assert answer.status_code == (404 if seen == 404 else 422)
    page = client.get(address)
    assert page.status_code == seen
    assert "Write a proposal" not in page.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 0


def test_a_markup_in_a_call_is_cleaned(app, client):
    text = {"en": "<script>alert(1)</script> [x](javascript:alert(1)) **bold**"}
    html = client.get(open_call(app, title={"en": "<b>Call</b>"}, text=text)).get_data(as_text=True)
    assert "<script>alert" not in html
    assert 'href="javascript' not in html
    assert "<strong>bold</strong>" in html
    assert "&lt;b&gt;Call&lt;/b&gt;" in html
