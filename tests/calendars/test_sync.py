"""A subscriber follows two releases over http: a session moves, another is cancelled, and nothing comes twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from congress.calendars import programmes, queries
from congress.core import transactions
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SessionState
from congress.programme.models import Session, Slot
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot
from tests.support.live import served
from tests.support.sync_clients import Subscriber

PATH = "/calendars/events/sea/programme.en.ics"
ZONE = "Indian/Reunion"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def event(app):
    """Three sessions on an island; the clock is the real one, which the server's threads read too."""
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        event = make_event(slug="sea", zone=ZONE)
        room = make_room(event, name={"en": "Salle Émile 🎉, est"})
        for hour, title in ((8, "Plénière « été »"), (10, "Workshop"), (12, "Closing")):
            make_slot(event, make_session(event, title={"en": title}), room, hour=hour)
        make_release(event)
        return event.starts_at


def released(app, change):
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        change()
        make_release(db.session.query(Event).filter_by(slug="sea").one())


def slot_of(title):
    found = next(one for one in db.session.query(Session) if one.title["en"] == title)
    return db.session.scalars(sa.select(Slot).where(Slot.session_id == found.id)).one(), found


def move_the_workshop():
    slot, _ = slot_of("Workshop")
    slot.starts_at, slot.ends_at = slot.starts_at + 5 * HOUR, slot.ends_at + 5 * HOUR


def cancel_the_closing():
    slot_of("Closing")[1].state = SessionState.CANCELLED


def day_of(instant):
    return f"{instant.astimezone(ZoneInfo(ZONE)) - dt.timedelta(days=1):%Y-%m-%d}"


def local(instant, hour):
    when = instant.replace(hour=0, minute=0) + hour * HOUR
    return f"{when.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M}"


def test_a_move_and_a_cancellation_arrive_without_a_duplicate(app, event, tmp_path):
    with served(app) as base:
        subscriber = Subscriber(tmp_path, base + PATH, ZONE)
        subscriber.sync()
        first = subscriber.listed(day_of(event), 3)
        assert [(one.starts, one.title) for one in first] == [
            (local(event, 8), "Plénière « été »"),
            (local(event, 10), "Workshop"),
            (local(event, 12), "Closing"),
        ]
        assert {one.location for one in first} == {"Salle Émile 🎉, est, Palais inventé, Strasbourg"}

        released(app, move_the_workshop)
        subscriber.sync()
        second = subscriber.listed(day_of(event), 3)
        assert [(one.starts, one.title) for one in second] == [
            (local(event, 8), "Plénière « été »"),
            (local(event, 12), "Closing"),
            (local(event, 15), "Workshop"),
        ]
        assert subscriber.files() == 3

        released(app, cancel_the_closing)
        subscriber.sync()
        third = subscriber.listed(day_of(event), 3)
        assert [one.title for one in third] == ["Plénière « été »", "[Cancelled] Closing", "Workshop"]
        assert "CANCELLED" in third[1].status
    assert subscriber.files() == 3


def test_the_subscriber_would_notice_a_feed_that_stands_still(app, event, tmp_path, monkeypatch):
    monkeypatch.setattr(queries, "event_version", lambda _slug: "1")
    with served(app) as base:
        subscriber = Subscriber(tmp_path, base + PATH, ZONE)
        subscriber.sync()
        before = subscriber.listed(day_of(event), 3)
        released(app, move_the_workshop)
        subscriber.sync()
        assert subscriber.listed(day_of(event), 3) == before


def test_the_subscriber_would_notice_a_duplicate(app, event, tmp_path, monkeypatch):
    whole, seen = programmes.Entries, {}

    def and_where_it_was(entries):
        for item, moment in entries:
            seen[item.starts] = replace(item, uid=f"{item.starts:%H}@localhost"), moment
        return whole(seen.values())

    monkeypatch.setattr(programmes, "Entries", and_where_it_was)

    with served(app) as base:
        subscriber = Subscriber(tmp_path, base + PATH, ZONE)
        subscriber.sync()
        released(app, move_the_workshop)
        subscriber.sync()
    titles = [one.title for one in subscriber.listed(day_of(event), 3)]
    assert (titles.count("Workshop"), subscriber.files()) == (2, 4)
