"""From draft to public and back, cancelled and restored."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.events.enums import EventStatus
from congress.events.models import Event, Series
from congress.events.signals import event_cancelled, event_published, event_rescheduled
from congress.extensions import db
from congress.registration.models import Category
from tests.conftest import NOON
from tests.factories.registrations import make_registration
from tests.support.filled_forms import filled
from tests.support.sentences import says
from tests.support.tour import draft

LANGUAGES = ("fr", "en")


@pytest.fixture(autouse=True)
def _noon(now):
    """The clock stands still."""


@pytest.fixture
def announced():
    """(what, slug) of every announcement."""
    said = []

    def note(what):
        def receive(_sender, *, event):
            said.append((what, event.slug))

        return receive

    receivers = [note(what) for what in ("published", "cancelled", "rescheduled")]
    signals = (event_published, event_cancelled, event_rescheduled)
    for signal, receiver in zip(signals, receivers, strict=True):
        signal.connect(receiver)
    yield said
    for signal, receiver in zip(signals, receivers, strict=True):
        signal.disconnect(receiver)


def act(client, what, language="en", page="", **data):
    base = f"/{language}/manage/events/grand-est/publication/"
    return client.submit(base + what, data, base + page)


def row(tour):
    with tour.app.app_context():
        return db.session.scalar(sa.select(Event).where(Event.slug == "grand-est"))


def register_somebody(tour):
    with tour.app.app_context():
        event = db.session.scalar(sa.select(Event).where(Event.slug == "grand-est"))
        make_registration(event, db.session.scalar(sa.select(Category).where(Category.event_id == event.id)))
        db.session.commit()


def test_a_draft_becomes_public_and_its_series_with_it(tour, announced):
    draft(tour)
    tour.change(Series, "tour", published_at=None)
    assert act(tour.client("organiser"), "publish").status_code == 303
    assert (row(tour).status, row(tour).published_at) == (EventStatus.PUBLISHED, NOON)
    assert tour.read(sa.select(Series.published_at)) == NOON
    assert announced == [("published", "grand-est")]


UNREADY = {
    "no town": ({"venue_city": None}, "Whoever comes needs the name of the venue and the town."),
    "over": (
        {"starts_at": NOON - dt.timedelta(days=3), "ends_at": NOON - dt.timedelta(days=2)},
        "The event is over. Give it new dates.",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("values", "hint"), UNREADY.values(), ids=UNREADY)
def test_what_is_missing_is_said_and_keeps_it_a_draft(tour, announced, language, values, hint):
    draft(tour)
    tour.change(Event, "grand-est", **values)
    client = tour.client("organiser")
    page = act(client, "publish", language)
    html = client.get(page.location).get_data(as_text=True)
    sentence = "Something is still missing before this event can be published. See the list below."
    assert says(tour.app, html, sentence)
    assert says(tour.app, html, hint)
    assert (row(tour).status, announced) == (EventStatus.DRAFT, [])


def test_without_a_public_category_it_stays_a_draft(tour):
    draft(tour)
    with tour.app.app_context():
        db.session.execute(sa.update(Category).values(is_public=False))
        db.session.commit()
    act(tour.client("organiser"), "publish")
    assert row(tour).status == EventStatus.DRAFT


def test_an_online_event_needs_no_place(tour):
    draft(tour)
    tour.change(Event, "grand-est", venue_city=None, venue_name=None, format="online")
    act(tour.client("organiser"), "publish")
    assert row(tour).status == EventStatus.PUBLISHED


def test_without_registrations_it_becomes_a_draft_again(tour):
    assert act(tour.client("organiser"), "unpublish").status_code == 303
    assert (row(tour).status, row(tour).calendar_sequence) == (EventStatus.DRAFT, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_registrations_it_stays_public(tour, language):
    register_somebody(tour)
    client = tour.client("organiser")
    answer = act(client, "unpublish", language)
    sentence = "People are registered. The event cannot become a draft again; cancel it, so that they are told."
    assert says(tour.app, client.get(answer.location).get_data(as_text=True), sentence)
    assert row(tour).status == EventStatus.PUBLISHED


def test_cancelling_asks_first_then_tells_everybody(tour, announced):
    register_somebody(tour)
    client = tour.client("organiser")
    question = client.get("/en/manage/events/grand-est/publication/cancel").get_data(as_text=True)
    assert "1 registered person is told by mail." in question
    assert announced == []
    act(client, "cancel", page="cancel")
    assert (row(tour).status, row(tour).calendar_sequence) == (EventStatus.CANCELLED, 1)
    assert announced == [("cancelled", "grand-est")]
    assert client.get("/en/manage/events/grand-est/publication/cancel").status_code == 409


@pytest.mark.parametrize(("tell", "expected"), [("y", [("rescheduled", "grand-est")]), ("", [])])
def test_restoring_tells_people_when_asked_to(tour, announced, tell, expected):
    tour.change(Event, "grand-est", status=EventStatus.CANCELLED)
    data = {"tell": tell} if tell else {}
    act(tour.client("organiser"), "restore", page="restore", **data)
    assert row(tour).status == EventStatus.PUBLISHED
    assert announced == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_people_press_at_once_and_one_step_is_taken(tour, announced, language):
    draft(tour)
    first, second = tour.client("organiser"), tour.client("owner")
    base = f"/{language}/manage/events/grand-est/publication/"
    second_page = second.get(base).get_data(as_text=True)
    act(first, "publish")
    second.post(base + "publish", data=filled(second_page, "csrf_token"))
    sentence = "The event is no longer in the state that this page showed. Please look again."
    assert says(tour.app, second.get(base).get_data(as_text=True), sentence)
    assert announced == [("published", "grand-est")]


def test_each_step_is_in_the_history(tour):
    client = tour.client("organiser")
    act(client, "cancel", page="cancel")
    act(client, "restore", page="restore")
    actions = tour.read_all(sa.select(AuditEntry.action).order_by(AuditEntry.id))
    assert actions == ["event.cancelled", "event.restored"]
    html = client.get("/en/manage/events/grand-est/history/").get_data(as_text=True)
    assert "Restored the event" in html
    assert "<del>Called off</del>" in html
