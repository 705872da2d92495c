"""The calendar of one person: behind a secret link, with the links to join, until the link is renewed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from werkzeug.http import parse_date

from congress.core import clock, transactions
from congress.core.tokens import derive_token
from congress.events.models import Event
from congress.events.services.events import update_event
from congress.events.services.publication import cancel_event
from congress.extensions import db
from congress.registration import services
from congress.registration.enums import Attendance, CancelledBy
from congress.registration.links import calendar_token, manage_token
from congress.registration.models import Registration, RegistrationGroup
from congress.registration.services import Person
from tests.factories.events import make_event, make_series
from tests.factories.registrations import make_category, make_group, make_registration
from tests.support.counting import queries_of
from tests.support.ics_readers import read_with_icalendar, values

A_DAY = dt.timedelta(days=1)
JOIN = "https://meet.example.org/room-7"


class Zoe:
    """What Zoé sent in one form: West on site, East online."""

    def __init__(self, app) -> None:
        self.app = app
        with app.app_context():
            series = make_series(name={"fr": "Le Tour", "en": "The Tour"})
            group = make_group()
            for number, (slug, attendance) in enumerate((("west", "on_site"), ("east", "online")), start=1):
                event = make_event(series, slug=slug, name={"fr": slug.title()}, position=number, join_url=JOIN)
                category = make_category(event, attendance=Attendance(attendance))
                make_registration(event, category, group_id=group.id, email="zoe@example.org")
            db.session.commit()
            self.group_id = group.id

    @property
    def path(self) -> str:
        with self.app.app_context():
            return f"/calendars/personal/{calendar_token(db.session.get(RegistrationGroup, self.group_id))}.ics"

    @property
    def page(self) -> str:
        with self.app.app_context():
            return f"/en/r/{manage_token(db.session.get(RegistrationGroup, self.group_id))}/calendar"

    def act(self, moment, what):
        with clock.held_at(moment), self.app.test_request_context("/fr/"), transactions.commit_on_success():
            what()


@pytest.fixture
def zoe(app, now):
    return Zoe(app)


def of(slug):
    return db.session.query(Registration).join(Event).filter(Event.slug == slug).one()


def changed(response):
    return parse_date(response.headers["Last-Modified"])


def entries(client, path):
    return read_with_icalendar(client.get(path).get_data())


def test_all_that_was_registered_with_the_join_link_where_it_belongs(client, zoe):
    west, east = sorted(entries(client, zoe.path), key=lambda seen: seen.title, reverse=True)
    assert (west.title, east.title) == ("West", "East")
    assert JOIN not in west.description
    assert JOIN in east.description
    assert east.location == "En ligne"
    assert values(client.get(zoe.path).get_data(), "CONFERENCE")[0].endswith(JOIN)


def test_it_is_private_and_keeps_its_address_to_itself(client, zoe):
    response = client.get(zoe.path)
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Set-Cookie" not in response.headers
    token = zoe.path.rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in response.get_data(as_text=True)
    assert "ATTENDEE" not in response.get_data(as_text=True)
    assert len(token) * 6 >= 128


def test_other_links_of_the_same_group_open_nothing(app, client, zoe):
    with app.app_context():
        group = db.session.get(RegistrationGroup, zoe.group_id)
        others = [manage_token(group), derive_token("device", group.calendar_salt), str(group.id), "0" * 27]
    for other in others:
        assert client.get(f"/calendars/personal/{other}.ics").status_code == 404
    assert client.get(f"/en/r/{zoe.path.rsplit('/', 1)[1].removesuffix('.ics')}/").status_code == 404


def test_a_bell_when_asked_for(client, zoe):
    assert values(client.get(zoe.path + "?alarm=15").get_data(), "TRIGGER") == [":-PT15M"] * 2
    assert values(client.get(zoe.path).get_data(), "TRIGGER") == []
    for odd in ("x", "-5", "1e3", "99999999999999999999", "²"):
        assert values(client.get(f"{zoe.path}?alarm={odd}").get_data(), "TRIGGER") == []
    tags = {client.get(zoe.path + query).headers["ETag"] for query in ("", "?alarm=15", "?alarm=30")}
    assert len(tags) == 3


@pytest.mark.database
def test_validated_by_one_query(app, client, zoe):
    path = zoe.path
    response = client.get(path)
    for headers in (
        {"If-None-Match": response.headers["ETag"]},
        {"If-Modified-Since": response.headers["Last-Modified"]},
    ):
        again = client.get(path, headers=headers)
        assert (again.status_code, again.get_data()) == (304, b"")
        assert queries_of(app, lambda headers=headers: client.get(path, headers=headers)) == 1
    assert client.get(zoe.path).get_data() == response.get_data()
    assert client.head(zoe.path).headers["ETag"] == response.headers["ETag"]


@pytest.mark.database
def test_every_change_is_another_version(app, client, zoe, now):
    def move():
        event = db.session.query(Event).filter_by(slug="west").one()
        update_event(event, {"starts_at": event.starts_at + dt.timedelta(hours=1)}, event.changed_at)

    changes = [
        move,
        lambda: services.correct(of("west"), Person("Zoé", "Martin", "zoe@example.org", language="fr")),
        lambda: cancel_event(db.session.query(Event).filter_by(slug="west").one()),
        lambda: services.cancel(of("east"), CancelledBy.PARTICIPANT),
    ]
    seen = [client.get(zoe.path)]
    for minute, change in enumerate(changes, start=1):
        zoe.act(now + dt.timedelta(minutes=minute), change)
        seen.append(client.get(zoe.path, headers={"If-None-Match": seen[-1].headers["ETag"]}))
    assert {response.status_code for response in seen} == {200}
    assert len({response.headers["ETag"] for response in seen}) == len(seen)
    dates = [changed(response) for response in seen]
    assert dates == sorted(set(dates))


def test_cancelled_stays_thirty_days(client, zoe, now):
    zoe.act(now, lambda: services.cancel(of("east"), CancelledBy.PARTICIPANT))
    before = client.get(zoe.path)
    gone = next(seen for seen in entries(client, zoe.path) if "East" in seen.title)
    assert (gone.title, gone.status, gone.sequence) == ("[Annulé] East", "CANCELLED", 1)
    with clock.held_at(now + 31 * A_DAY):
        after = client.get(zoe.path, headers={"If-None-Match": before.headers["ETag"]})
        assert [seen.title for seen in read_with_icalendar(after.get_data())] == ["West"]
        assert changed(after) > changed(before)


def test_a_renewed_link_ends_the_old_one(client, zoe):
    old = zoe.path
    page = client.get(zoe.page)
    assert page.status_code == 200
    assert old in page.get_data(as_text=True)
    answer = client.submit(zoe.page, {})
    assert (answer.status_code, answer.headers["Location"]) == (303, zoe.page)
    assert "The old one shows nothing any more." in client.get(zoe.page).get_data(as_text=True)
    assert zoe.path != old
    assert client.get(old).status_code == 404
    assert len(entries(client, zoe.path)) == 2


def test_sent_twice_it_is_renewed_once(client, zoe):
    html = client.get(zoe.page).get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]+)"', html))
    client.post(zoe.page, data=hidden)
    first = zoe.path
    client.post(zoe.page, data=hidden)
    assert zoe.path == first


def test_without_the_form_nothing_is_renewed(client, zoe):
    old = zoe.path
    assert client.post(zoe.page).status_code == 400
    assert zoe.path == old
    assert client.get("/en/r/unknown/calendar").status_code == 404


def test_the_file_of_one_registration(app, client, zoe):
    with app.app_context():
        public_id = of("east").public_id
    response = client.get(zoe.page.replace("/calendar", f"/{public_id}/invitation.ics"))
    (seen,) = read_with_icalendar(response.get_data())
    assert (seen.title, seen.location) == ("East", "Online")
    assert response.headers["Content-Disposition"] == 'attachment; filename="invitation.ics"'
    assert "no-store" in response.headers["Cache-Control"]
    assert client.get(zoe.page.replace("/calendar", "/other/invitation.ics")).status_code == 404


def test_a_registration_erased_with_its_group_ends_the_calendar(app, client, zoe):
    path = zoe.path
    with app.app_context():
        for one in db.session.query(Registration):
            for ticket in db.session.query(services.changes.issuing.Ticket).filter_by(registration_id=one.id):
                db.session.delete(ticket)
            db.session.delete(one)
        db.session.commit()
    assert entries(client, path) == []
