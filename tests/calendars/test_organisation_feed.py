"""The feed of an organisation: the public events that it hosts, whatever their series."""

from __future__ import annotations

import datetime as dt

import pytest
from werkzeug.http import http_date

from congress.core import clock, transactions
from congress.events.enums import EventStatus, HostRole
from congress.events.models import Event, EventHost, Series, SeriesHost
from congress.events.services.events import update_event
from congress.events.services.hosts import add_host, remove_host
from congress.events.services.publication import cancel_event, unpublish
from congress.extensions import db
from congress.organisations.models import Organisation
from tests.factories.events import make_event, make_series
from tests.factories.people import make_organisation
from tests.support.counting import queries_of
from tests.support.ics_readers import read_with_icalendar, values

A_MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def cluster(app, now):
    """Host of West, carrier of a tour with East, partner of North; returns what acts, a minute later each time."""
    minutes = iter(range(1, 100))
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        host = make_organisation("Pôle inventé")
        tour = make_series(slug="tour")
        db.session.add(SeriesHost(series_id=tour.id, organisation_id=host.id, role=HostRole.CO_ORGANISER))
        for slug, series, role in (("west", None, HostRole.OWNER), ("north", None, HostRole.PARTNER)):
            event = make_event(series, slug=slug, name={"en": slug.title()})
            db.session.add(EventHost(event_id=event.id, organisation_id=host.id, role=role))
        make_event(tour, slug="east", name={"en": "East"})
        make_event(tour, slug="drawer", status=EventStatus.DRAFT, published_at=None)

    def act(what):
        moment = now + next(minutes) * A_MINUTE
        with clock.held_at(moment), app.test_request_context("/fr/"), transactions.commit_on_success():
            what()
        return moment

    return act


@pytest.fixture
def path(app, cluster):
    with app.app_context():
        return f"/calendars/organisations/{db.session.query(Organisation.id).scalar()}.en.ics"


def event(slug):
    return db.session.query(Event).filter_by(slug=slug).one()


def titles(response):
    return sorted(seen.title for seen in read_with_icalendar(response.get_data()))


def test_what_it_hosts_and_carries_but_not_what_it_supports(client, path):
    response = client.get(path)
    assert titles(response) == ["East", "West"]
    assert values(response.get_data(), "NAME") == [":Pôle inventé"]


def rename_west():
    update_event(event("west"), {"name": {"en": "Far west"}}, event("west").changed_at)


def host_west_no_more():
    west = event("west")
    remove_host(west, db.session.query(EventHost.id).filter_by(event_id=west.id).scalar())


def carry_the_tour_no_more():
    tour = db.session.query(Series).filter_by(slug="tour").one()
    remove_host(tour, db.session.query(SeriesHost.id).scalar())


CHANGES = {
    "renamed": (rename_west, ["East", "Far west"]),
    "cancelled": (lambda: cancel_event(event("east")), ["West", "[Cancelled] East"]),
    "taken back": (lambda: unpublish(event("west")), ["East"]),
    "no host": (host_west_no_more, ["East"]),
    "no carrier": (carry_the_tour_no_more, ["West"]),
}


@pytest.mark.database
@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_every_change_is_seen_and_moves_the_date(client, cluster, path, change, expected):
    before = client.get(path)
    moment = cluster(change)
    after = client.get(path, headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert titles(after) == expected
    assert after.headers["Last-Modified"] == http_date(moment)


def test_a_new_event_of_its_own_appears(client, cluster, path):
    client.get(path)
    cluster(lambda: db.session.query(EventHost).delete())
    cluster(lambda: add_host(event("north"), db.session.query(Organisation.id).scalar(), HostRole.OWNER))
    assert titles(client.get(path)) == ["East", "North"]


@pytest.mark.database
def test_validated_by_one_row(app, client, path):
    tag = client.get(path).headers["ETag"]
    assert queries_of(app, lambda: client.get(path, headers={"If-None-Match": tag})) == 1


def test_an_organisation_without_public_events_has_no_feed(app, client, now):
    with app.app_context():
        other = make_organisation("Other")
        db.session.commit()
        number = other.id
    assert client.get(f"/calendars/organisations/{number}.en.ics").status_code == 404
    assert client.get(f"/en/organisations/{number}/calendar/").status_code == 404
    assert client.get("/calendars/organisations/999999.en.ics").status_code == 404


def test_the_page_of_its_dates_leads_to_the_feed(client, cluster, path):
    page = path.replace("/calendars/organisations/", "/en/organisations/").replace(".en.ics", "/calendar/")
    html = client.get(page).get_data(as_text=True)
    assert "Pôle inventé" in html
    assert "/en/events/west/" in html
    assert f"http://localhost{path}" in html
    assert page in client.get("/en/events/west/").get_data(as_text=True)
    cluster(lambda: unpublish(event("west")))
    cluster(lambda: unpublish(event("east")))
    assert "No dates at the moment" in client.get(page).get_data(as_text=True)
