"""The feeds for everybody: what a calendar program sees, before and after every kind of change."""

from __future__ import annotations

import datetime as dt

import pytest
from werkzeug.http import http_date, parse_date

from congress.core import clock, transactions
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.events.services.events import update_event
from congress.events.services.publication import cancel_event, publish, restore_event, unpublish
from congress.extensions import db
from congress.registration import services
from congress.registration.enums import RegistrationSource
from congress.registration.services import Choice, Person
from tests.factories.events import make_event, make_series
from tests.factories.registrations import make_category
from tests.support.counting import queries_of
from tests.support.ics_readers import every_reader, names, read_with_icalendar, values

TOUR, WEST = "/calendars/series/tour.en.ics", "/calendars/events/west.en.ics"
A_MINUTE, A_DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def tour(app, now):
    """A tour of two stages and a draft; returns what acts on the first stage, a minute later each time."""
    minutes = iter(range(1, 100))
    with app.app_context():
        series = make_series(slug="tour", name={"fr": "Le Tour", "en": "The Tour"}, colour="#4682b4")
        west = make_event(
            series,
            slug="west",
            position=1,
            name={"fr": "Étape Ouest 🎉", "en": "West stage"},
            summary={"fr": "Accès; détails, et plus", "en": "All of it"},
            latitude=48.58,
            longitude=7.75,
        )
        make_category(west)
        make_event(series, slug="east", position=2, name={"fr": "Étape Est", "en": "East stage"})
        make_event(series, slug="drawer", status=EventStatus.DRAFT, published_at=None)
        db.session.commit()

    def act(what, slug="west"):
        moment = now + next(minutes) * A_MINUTE
        with clock.held_at(moment), app.test_request_context("/fr/"), transactions.commit_on_success():
            what(db.session.query(Event).filter_by(slug=slug).one())
        return moment

    return act


def move(event):
    update_event(event, {"starts_at": event.starts_at + A_DAY, "ends_at": event.ends_at + A_DAY}, event.changed_at)


def only(client, path=WEST):
    (seen,) = read_with_icalendar(client.get(path).get_data())
    return seen


@pytest.mark.parametrize("read", every_reader)
def test_readers_agree_on_a_stage(client, tour, read):
    (seen,) = read(client.get(WEST).get_data())
    assert (seen.title, seen.status, seen.sequence) == ("West stage", "CONFIRMED", 0)
    assert seen.starts == dt.datetime(2027, 3, 20, 8, tzinfo=dt.UTC)
    assert seen.ends == dt.datetime(2027, 3, 20, 17, tzinfo=dt.UTC)
    assert seen.location == "Palais inventé, Strasbourg"
    assert seen.uid.startswith("event-")
    assert seen.uid.endswith("@localhost")


def test_the_language_is_that_of_the_address(client, tour):
    french = only(client, "/calendars/events/west.fr.ics")
    assert french.title == "Étape Ouest 🎉"
    assert french.description == "Accès; détails, et plus"
    assert french.uid == only(client).uid
    assert client.get("/calendars/events/west.de.ics").status_code == 404


def test_a_tour_holds_its_public_stages(client, tour):
    response = client.get(TOUR)
    assert [seen.title for seen in read_with_icalendar(response.get_data())] == ["West stage", "East stage"]
    raw = response.get_data()
    assert values(raw, "X-WR-CALNAME") == [":The Tour"]
    assert values(raw, "SOURCE") == [";VALUE=URI:http://localhost/calendars/series/tour.en.ics"]
    assert values(raw, "REFRESH-INTERVAL") == [";VALUE=DURATION:PT1H"]
    assert values(raw, "COLOR")[0] == ":steelblue"
    assert values(raw, "URL")[0] == ":http://localhost/en/series/tour/"
    assert {"GEO", "CATEGORIES", "X-PUBLISHED-TTL"} <= set(names(raw))


def test_what_travels_with_a_feed(client, tour, now):
    headers = client.get(TOUR).headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert headers["Last-Modified"] == http_date(now)
    assert headers["ETag"].startswith('W/"')


@pytest.mark.parametrize("path", ["/calendars/events/drawer.en.ics", "/calendars/events/nothing.en.ics"])
def test_no_feed_of_drafts(client, tour, path):
    assert client.get(path).status_code == 404


def test_stamps_are_those_of_the_last_change(client, tour, now):
    raw = client.get(WEST).get_data()
    assert values(raw, "DTSTAMP") == values(raw, "LAST-MODIFIED")[:1] == [":20270310T110000Z"]
    moment = tour(move)
    raw = client.get(WEST).get_data()
    assert values(raw, "DTSTAMP") == [f":{moment:%Y%m%dT%H%M%SZ}"]
    assert values(raw, "CREATED") == [":20270310T110000Z"]


def test_a_move_keeps_the_uid_and_raises_the_sequence(client, tour):
    before, headers = only(client), client.get(WEST).headers
    tour(move)
    after = only(client)
    assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)
    assert after.starts == before.starts + A_DAY
    again = client.get(WEST, headers={"If-None-Match": headers["ETag"]})
    assert again.status_code == 200
    assert parse_date(again.headers["Last-Modified"]) > parse_date(headers["Last-Modified"])


def test_new_words_do_not_raise_the_sequence(client, tour):
    tour(lambda event: update_event(event, {"name": {"fr": "Autre", "en": "Other"}}, event.changed_at))
    assert (only(client).title, only(client).sequence) == ("Other", 0)


def test_a_cancelled_stage_stays_thirty_days_as_cancelled(app, client, tour):
    moment = tour(cancel_event)
    cancelled = read_with_icalendar(client.get(TOUR).get_data())[0]
    assert (cancelled.status, cancelled.sequence, cancelled.title) == ("CANCELLED", 1, "[Cancelled] West stage")
    last = client.get(TOUR).headers["Last-Modified"]
    with clock.held_at(moment + 30 * A_DAY - A_MINUTE):
        assert len(read_with_icalendar(client.get(TOUR).get_data())) == 2
    with clock.held_at(moment + 30 * A_DAY):
        later = client.get(TOUR, headers={"If-Modified-Since": last})
        assert later.status_code == 200
        assert [seen.title for seen in read_with_icalendar(later.get_data())] == ["East stage"]
        assert later.headers["Last-Modified"] == http_date(moment + 30 * A_DAY)


def test_a_restored_stage_takes_place_again(client, tour):
    tour(cancel_event)
    tour(lambda event: restore_event(event, tell=False))
    seen = read_with_icalendar(client.get(TOUR).get_data())[0]
    assert (seen.status, seen.sequence) == ("CONFIRMED", 2)


def test_a_stage_taken_back_is_gone_and_the_date_moves_forward(client, tour):
    before = client.get(TOUR)
    client.get(WEST)
    moment = tour(unpublish)
    assert client.get(WEST).status_code == 404
    after = client.get(TOUR, headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert [seen.title for seen in read_with_icalendar(after.get_data())] == ["East stage"]
    assert after.headers["Last-Modified"] == http_date(moment)


def test_work_on_a_draft_changes_no_byte(client, tour):
    before = client.get(TOUR)
    tour(move, "drawer")
    after = client.get(TOUR)
    assert after.get_data() == before.get_data()
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.headers["Last-Modified"] == before.headers["Last-Modified"]


def test_a_published_draft_appears(client, tour):
    client.get(TOUR)
    tour(publish, "drawer")
    assert len(read_with_icalendar(client.get(TOUR).get_data())) == 3


def test_registrations_change_no_byte(app, client, tour):
    before = client.get(WEST)

    def register(event):
        person = Person("Zoé", "Lefèvre", "zoe@example.org")
        category_id = db.session.query(services.changes.Category).filter_by(event_id=event.id).one().id
        services.register([Choice(event.id, category_id)], person, {}, source=RegistrationSource.ONLINE)

    tour(register)
    after = client.get(WEST, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 304


def test_validated_by_date(client, tour, now):
    last = client.get(TOUR).headers["Last-Modified"]
    assert client.get(TOUR, headers={"If-Modified-Since": last}).status_code == 304
    assert client.get(TOUR, headers={"If-Modified-Since": http_date(now - A_DAY)}).status_code == 200
    both = {"If-Modified-Since": last, "If-None-Match": 'W/"other"'}
    assert client.get(TOUR, headers=both).status_code == 200


@pytest.mark.database
@pytest.mark.parametrize("path", [WEST, TOUR])
def test_validated_by_one_row(app, client, tour, path):
    tag = client.get(path).headers["ETag"]
    assert queries_of(app, lambda: client.get(path, headers={"If-None-Match": tag})) == 1


@pytest.mark.database
def test_queries_do_not_grow_with_the_stages(app, client, tour):
    few = queries_of(app, lambda: client.get(TOUR))
    with app.app_context():
        series_id = db.session.query(Event.series_id).filter_by(slug="west").scalar()
        for _ in range(5):
            make_event(series_id=series_id)
        db.session.commit()
    app.extensions["page_cache"].clear()
    assert queries_of(app, lambda: client.get(TOUR)) == few <= 5


def test_an_edition_of_several_days_is_one_entry(app, client, now):
    start = dt.datetime(2027, 10, 5, 7, tzinfo=dt.UTC)
    with app.app_context():
        make_event(slug="west", starts_at=start, ends_at=start + dt.timedelta(days=2, hours=9))
        db.session.commit()
    seen = only(client)
    assert (seen.starts, seen.ends) == (start, start + dt.timedelta(days=2, hours=9))
