"""The 21st person for a workshop of 20: the queue, the promotion, and a calendar that follows all of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import http_date
from werkzeug.test import TestResponse

from congress.agenda import services
from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import Session, Slot
from congress.registration.links import calendar_token, manage_token
from congress.registration.models import Registration, RegistrationGroup
from tests.conftest import NOON
from tests.factories.agenda import make_people, make_workshop
from tests.factories.programme import make_release, make_room, make_session, make_slot
from tests.journeys.programme_desk import Desk, event_of, invitation, text
from tests.support.tour import make_tour

pytestmark = [pytest.mark.usefixtures("now"), pytest.mark.database]
PLACES = 20
A_MINUTE = dt.timedelta(minutes=1)


@dataclass
class Person:
    """Somebody registered: the address, the agenda's page, the calendar that was subscribed to."""

    email: str
    agenda: str
    calendar: str


@dataclass
class Stage:
    """A full workshop, a talk, and two of the people: the first who has a place, and one more than there are."""

    desk: Desk
    first: Person
    late: Person
    workshop: str
    talk: str


@pytest.fixture
def stage(app: Flask) -> Stage:
    tour = make_tour(app)
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_of(tour.event)
        workshop = make_workshop(event, PLACES, title={"fr": "Atelier levures", "en": "Yeast workshop"})
        talk = make_session(event, title={"fr": "Exposé", "en": "Talk"})
        make_slot(event, talk, make_room(event), hour=14)
        make_release(event)
        people = make_people(event, PLACES + 1)
        for one in people[:PLACES]:
            services.sign_up(one, workshop.id)
        first, late = person_of(people[0]), person_of(people[-1])
        codes = workshop.code, talk.code
    desk = Desk(tour)
    desk.mails()
    return Stage(desk, first, late, *codes)


def person_of(one: Registration) -> Person:
    """The links of a registration."""
    group = db.session.get_one(RegistrationGroup, one.group_id)
    agenda = f"/fr/r/{manage_token(group)}/agenda/{one.public_id}/"
    return Person(one.email, agenda, f"/calendars/personal/{calendar_token(group)}.ics")


def entries(answer: TestResponse) -> dict[str, icalendar.Event]:
    """What stands in a calendar, by title."""
    calendar = icalendar.Calendar.from_ical(answer.get_data())
    return {str(one["SUMMARY"]): one for one in calendar.events}


def again(client: FlaskClient, person: Person, last: TestResponse) -> TestResponse:
    """The calendar program asks as programs do: is it still what I have?"""
    seen = {"If-None-Match": last.headers["ETag"], "If-Modified-Since": last.headers["Last-Modified"]}
    return client.get(person.calendar, headers=seen)


def press(client: FlaskClient, person: Person, path: str, **data: str) -> str:
    """Press a button of the agenda; the page that follows."""
    answer = client.submit(f"{person.agenda}sessions/{path}", data, page=person.agenda)
    assert answer.status_code == 303
    return text(client.get(answer.location))


def move_the_workshop(stage: Stage, moment: dt.datetime) -> None:
    """The organisers move the workshop to another room, two hours later, and publish."""
    with clock.held_at(moment), stage.desk.tour.app.test_request_context("/fr/"), commit_on_success():
        event: Event = event_of(stage.desk.tour.event)
        slot = db.session.scalars(sa.select(Slot).join(Slot.session).where(Session.code == stage.workshop)).one()
        slot.starts_at += dt.timedelta(hours=2)
        slot.ends_at += dt.timedelta(hours=2)
        slot.room_id = make_room(event, name={"fr": "Salle Verte"}).id
        make_release(event)


def test_the_twenty_first_person(stage: Stage) -> None:
    client, late = stage.desk.tour.client(), stage.late
    subscribed = client.get(late.calendar)
    assert "Atelier levures" not in entries(subscribed)
    assert again(client, late, subscribed).status_code == 304

    with clock.held_at(NOON + A_MINUTE):
        page = press(client, late, f"{stage.workshop}/sign-up")
        assert "Liste d’attente : vous êtes numéro 1" in page
        press(client, late, f"{stage.talk}/star", starred="1")
    waiting = again(client, late, subscribed)
    assert (waiting.status_code, waiting.headers["Last-Modified"]) == (200, http_date(NOON + A_MINUTE))
    assert str(entries(waiting)["Atelier levures"]["STATUS"]) == "TENTATIVE"
    assert str(entries(waiting)["Exposé"]["STATUS"]) == "CONFIRMED"

    with clock.held_at(NOON + 2 * A_MINUTE):
        assert list(stage.desk.mails()) == [late.email]
        press(client, stage.first, f"{stage.workshop}/leave")
        told = stage.desk.mails()
    promoted = again(client, late, waiting)
    assert (promoted.status_code, promoted.headers["Last-Modified"]) == (200, http_date(NOON + 2 * A_MINUTE))
    place = entries(promoted)["Atelier levures"]
    assert str(place["STATUS"]) == "CONFIRMED"
    assert place["UID"] == entries(waiting)["Atelier levures"]["UID"]
    assert set(told) == {stage.first.email, late.email}
    (mail,) = told[late.email]
    assert mail["Subject"] == "Vous avez maintenant une place : Atelier levures"
    method, (item,) = invitation(mail)
    assert (method, item["UID"], item["SEQUENCE"]) == ("REQUEST", place["UID"], place["SEQUENCE"])
    follow_the_move(stage, promoted)


def follow_the_move(stage: Stage, promoted: TestResponse) -> None:
    """The next release moves the workshop: the mail and the calendar say the same, of the same entry."""
    client, late = stage.desk.tour.client(), stage.late
    place = entries(promoted)["Atelier levures"]
    assert again(client, late, promoted).status_code == 304
    move_the_workshop(stage, NOON + 3 * A_MINUTE)
    answer = again(client, late, promoted)
    with clock.held_at(NOON + 4 * A_MINUTE):
        told = stage.desk.mails()
    assert (answer.status_code, answer.headers["Last-Modified"]) == (200, http_date(NOON + 3 * A_MINUTE))
    moved = entries(answer)["Atelier levures"]
    assert (moved["UID"], moved["SEQUENCE"]) == (place["UID"], place["SEQUENCE"] + 1)
    assert moved["DTSTART"].dt - place["DTSTART"].dt == dt.timedelta(hours=2)
    assert "Salle Verte" in moved["LOCATION"]
    method, (item,) = invitation(told[late.email][0])
    assert (method, item["UID"], item["SEQUENCE"]) == ("REQUEST", moved["UID"], moved["SEQUENCE"])
    assert {str(one["UID"]) for one in entries(answer).values()} == {
        str(one["UID"]) for one in entries(promoted).values()
    }
