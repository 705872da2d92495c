"""Where a stage stands, in clear words, and how many places are left."""

from __future__ import annotations

import datetime as dt

import pytest

from congress.core import clock
from congress.events.enums import EventStatus
from congress.extensions import db
from congress.registration.enums import Attendance
from congress.registration.models import Quota
from congress.registration.totals import places_left
from tests.factories.events import make_event
from tests.factories.registrations import make_category, make_registration
from tests.site.test_pages import text_of

A_DAY = dt.timedelta(days=1)


def fill(event, category, count):
    for _ in range(count):
        make_registration(event, category)


def show(app, client, *, left=3, taken=0, online=None, **values) -> str:
    """The page of an event with one category on site, and perhaps one online."""
    with app.app_context():
        event = make_event(slug="west", **values)
        category = make_category(event, capacity=left + taken, name={"en": "Guests"})
        fill(event, category, taken)
        if online is not None:
            make_category(event, capacity=online, attendance=Attendance.ONLINE)
        db.session.commit()
    return text_of(client.get("/en/events/west/"))


def test_open_with_what_is_left(app, client, now):
    page = show(app, client, left=3, taken=2)
    assert "3 places left" in page
    assert "Open until 20 Mar 2027, 09:00." in page
    assert "Guests On site 3 left" in page


def test_numbers_stay_hidden_when_the_organiser_says_so(app, client, now):
    page = show(app, client, left=3, taken=2, show_remaining=False)
    assert "left" not in page.replace("In your calendar", "")
    assert " Open " in page


def test_full_is_said_even_then(app, client, now):
    page = show(app, client, left=0, taken=2, show_remaining=False)
    assert "All places are taken." in page
    assert "/register" not in client.get("/en/events/west/").get_data(as_text=True)


def test_open_online_only(app, client, now):
    page = show(app, client, left=0, taken=1, online=50)
    assert "All places on site are taken. You can still take part online." in page
    assert 'href="/en/events/west/register"' in client.get("/en/events/west/").get_data(as_text=True)


def test_opens_later_in_the_events_own_time(app, client, now):
    opens = now + A_DAY
    page = show(app, client, registration_opens_at=opens, zone="Indian/Reunion")
    assert "Registration opens on Thursday, 11 March 2027, 15:00, Réunion time." in page


def test_closed_over_and_cancelled(app, client, now):
    page = show(app, client, registration_closes_at=now - A_DAY)
    assert "Registration is closed." in page
    with clock.held_at(now + 30 * A_DAY):
        assert "This event is over." in text_of(client.get("/en/events/west/"))


def test_cancelled_stays_visible_and_says_so(app, client, now):
    page = show(app, client, status=EventStatus.CANCELLED)
    assert "This event is cancelled It does not take place." in page
    assert "one can no longer register" in page


def test_without_a_category_there_is_nothing_to_book(app, client, now):
    with app.app_context():
        make_event(slug="west")
        db.session.commit()
    assert "Registration is closed." in text_of(client.get("/en/events/west/"))


@pytest.mark.database
def test_a_shared_quota_counts_once(app, client, now):
    with app.app_context():
        event = make_event(slug="west")
        industry, academia = make_category(event, 50), make_category(event, 30)
        db.session.add(Quota(event_id=event.id, name="Hall", capacity=60, categories=[industry, academia]))
        fill(event, industry, 2)
        db.session.commit()
    assert "58 places left" in text_of(client.get("/en/events/west/"))


@pytest.mark.parametrize(
    ("free", "pools", "total"),
    [
        ({1: 5}, [({1}, 5)], 5),
        ({1: None, 2: 3}, [({2}, 3)], None),
        ({1: 10, 2: 10}, [({1, 2}, 10)], 10),
        ({1: 10, 2: 10, 3: 20, 4: 20}, [({1, 2}, 10), ({3, 4}, 20)], 30),
        ({1: 10, 2: 10, 3: 5}, [({1, 2, 3}, 100), ({1, 2}, 10), ({3}, 5)], 15),
        ({1: 10, 2: 10, 3: 5}, [({1, 2, 3}, 12), ({1, 2}, 10), ({3}, 5)], 12),
        ({1: 4, 2: 7}, [({1, 9}, 4), ({2}, 7)], 11),
        ({}, [], 0),
    ],
)
def test_places_left_in_all(free, pools, total):
    assert places_left(free, [(frozenset(members), left) for members, left in pools]) == total
