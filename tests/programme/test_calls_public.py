"""Calls as the public sees them."""

from __future__ import annotations

import datetime as dt

from congress.core import clock
from congress.extensions import db
from congress.programme.enums import QuestionKind
from tests.factories.events import make_event
from tests.factories.programme import make_format, make_track
from tests.factories.proposals import make_call, make_question


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
