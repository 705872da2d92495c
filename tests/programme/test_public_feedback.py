"""Feedback after a session: when, once, without a name; and what those who make the programme see of it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SessionState
from congress.programme.models import Session, SessionFeedback
from tests.factories.programme import make_release, make_room, make_session, make_slot
from tests.site.test_pages import text_of

SESSION = "/en/events/grand-est/programme/sessions/ABC222/"
FORM = f"{SESSION}feedback/"
STAFF = "/en/manage/events/grand-est/programme/feedback/"
COUNT = sa.select(sa.func.count()).select_from(SessionFeedback)


@pytest.fixture
def tour(tour, app):
    """A session that is given twice."""
    with app.test_request_context("/fr/"):
        event = db.session.query(Event).filter_by(slug="grand-est").one()
        db.session.refresh(event, ["series"])
        session = make_session(event, code="ABC222", title={"fr": "Énergie", "en": "Energy"})
        room = make_room(event)
        make_slot(event, session, room, hour=9)
        make_slot(event, session, room, hour=11)
        make_release(event)
        db.session.commit()
        tour.ends_at = event.ends_at
        tour.first_end = event.starts_at.replace(hour=9, minute=30)
    return tour


@pytest.fixture
def after(tour):
    """The first time is over."""
    with clock.held_at(tour.first_end):
        yield tour


def fields(client, **values):
    html = client.get(FORM).get_data(as_text=True)
    hidden = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', html)[1] for name in ("csrf_token", "idempotency_key")
    }
    return hidden | values


@pytest.mark.database
def test_somebody_says_what_they_think_once(after, client):
    sent = fields(client, rating="4", comment="Very\nclear")
    for _ in range(2):
        response = client.post(FORM, data=sent)
        assert (response.status_code, response.headers["Location"]) == (303, f"{SESSION}feedback/thanks")
    assert "Your feedback on this session has arrived: Energy" in text_of(client.get(f"{SESSION}feedback/thanks"))
    rows = after.read_all(sa.select(SessionFeedback))
    assert [(row.rating, row.comment) for row in rows] == [(4, "Very\nclear")]


def test_the_page_of_the_session_asks_from_its_end_on(tour, client):
    assert "Give feedback" not in text_of(client.get(SESSION))
    with clock.held_at(tour.first_end - dt.timedelta(microseconds=1)):
        assert "Give feedback" not in text_of(client.get(SESSION))
    with clock.held_at(tour.first_end):
        assert "Give feedback" in text_of(client.get(SESSION))
    with clock.held_at(tour.ends_at + dt.timedelta(weeks=8)):
        assert "Give feedback" not in text_of(client.get(SESSION))


def test_before_the_end_and_long_after_there_is_no_form_and_nothing_is_taken(tour, client):
    with clock.held_at(tour.first_end):
        sent = fields(client, rating="5")
    assert 'name="rating"' not in client.get(FORM).get_data(as_text=True)
    response = client.post(FORM, data=sent)
    assert response.status_code == 422
    assert "eight weeks after the event" in text_of(response)
    assert tour.read(COUNT) == 0


@pytest.mark.parametrize("rating", ["", "0", "6", "x", "4.5"])
def test_a_rating_is_one_of_five_and_nothing_is_lost(after, client, rating):
    response = client.post(FORM, data=fields(client, rating=rating, comment="Kept words"))
    assert response.status_code == 422
    assert "Kept words" in response.get_data(as_text=True)
    assert after.read(COUNT) == 0


def test_a_comment_has_an_end(after, client):
    assert client.post(FORM, data=fields(client, rating="3", comment="x" * 1001)).status_code == 422
    assert client.post(FORM, data=fields(client, rating="3", comment="x" * 1000)).status_code == 303


def test_a_dropped_session_takes_none(app, after, client):
    sent = fields(client, rating="5")
    with app.test_request_context("/fr/"):
        event = db.session.query(Event).filter_by(slug="grand-est").one()
        db.session.refresh(event, ["series"])
        db.session.query(Session).filter_by(code="ABC222").one().state = SessionState.WITHDRAWN
        make_release(event)
        db.session.commit()
    assert client.post(FORM, data=sent).status_code == 422
    assert client.get(FORM.replace("ABC222", "NONE22")).status_code == 404


def test_one_address_has_a_limit(after, client):
    sent = fields(client, rating="5")
    statuses = []
    for number in range(121):
        again = sent | {"idempotency_key": f"key-{number}"}
        statuses.append(client.post(FORM, data=again, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code)
    assert statuses[:120] == [303] * 120
    assert statuses[120] == 429


@pytest.mark.database
def test_those_who_make_the_programme_read_it(after, client, app):
    for rating, comment in ((5, "Bravo"), (2, ""), (2, "<b>Slow</b>")):
        client.post(FORM, data=fields(client, rating=str(rating), comment=comment))
    staff = after.client("organiser")
    page = text_of(staff.get(STAFF))
    assert re.search(r"Energy 3 3 2", page)
    one = staff.get(f"{STAFF}ABC222/")
    assert "Bravo" in text_of(one)
    assert "&lt;b&gt;Slow" in one.get_data(as_text=True)
    assert "Average of 5" in text_of(one)
    assert staff.get(f"{STAFF}NONE22/").status_code == 404


def test_nothing_was_said_yet(tour):
    assert "No feedback yet" in text_of(tour.client("organiser").get(STAFF))
