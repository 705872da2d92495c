"""What a registered person does in the agenda, by the link of the registration, without a script."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.agenda import services
from congress.agenda.enums import SignUpState
from congress.agenda.models import SignUp, Star
from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import Participation, SessionState
from congress.programme.models import Session
from congress.registration.enums import Attendance, RegistrationStatus
from congress.registration.links import manage_token
from congress.registration.models import Registration, RegistrationGroup
from tests.factories.agenda import make_people, make_workshop
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot, make_speaker, make_track
from tests.factories.registrations import make_category, make_registration
from tests.support.counting import queries_of

JOIN = "https://meet.example.org/a-private-room"


@dataclass
class Scene:
    """A person's agenda: a workshop with one place, one that overlaps, and a talk online."""

    path: str
    show: str
    event_id: int
    registration_id: int
    workshop: str
    beside: str
    online: str


@pytest.fixture
def scene(app: Flask) -> Scene:
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        track = make_track(event, name={"fr": "Procédés", "en": "Processes"})
        workshop = make_workshop(event, 1, title={"fr": "Atelier levures", "en": "Yeast workshop"}, track_id=track.id)
        beside = make_workshop(event, 5, hour=9.25, title={"fr": "Filtration", "en": "Filtration"})
        online = make_session(
            event,
            [make_speaker(event, family_name="Curie")],
            title={"fr": "Conférence", "en": "Keynote"},
            participation=Participation.ONLINE,
            join_url=JOIN,
        )
        make_slot(event, online, None, hour=14)
        make_slot(event, None, None, hour=12)
        make_release(event)
        person = make_registration(event)
        token = manage_token(db.session.get_one(RegistrationGroup, person.group_id))
        show = f"/en/r/{token}/"
        return Scene(
            f"{show}agenda/{person.public_id}/",
            show,
            event.id,
            person.id,
            workshop.code,
            beside.code,
            online.code,
        )


def text_of(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.get_data(as_text=True))).split())


def fill_workshop(app: Flask, scene: Scene, number: int = 1) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, scene.event_id)
        session = db.session.scalars(sa.select(Session).where(Session.code == scene.workshop)).one()
        for one in make_people(event, number):
            services.sign_up(one, session.id)


def signed_up(app: Flask, scene: Scene) -> list[SignUpState]:
    with app.app_context():
        which = sa.select(SignUp.state).where(SignUp.registration_id == scene.registration_id).order_by(SignUp.id)
        return list(db.session.scalars(which))


def stars(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Star)) or 0


def press_star(client: FlaskClient, scene: Scene, code: str, starred: str = "1", **query: str) -> Any:
    path = f"{scene.path}sessions/{code}/star"
    return client.submit(path, {"starred": starred}, page=scene.path, query_string=query)


def sign_up(client: FlaskClient, scene: Scene, code: str) -> Any:
    return client.submit(f"{scene.path}sessions/{code}/sign-up", {}, page=scene.path)


def test_the_registration_leads_to_the_programme(client: FlaskClient, scene: Scene) -> None:
    assert f'href="{scene.path}"' in client.get(scene.show).get_data(as_text=True)
    answer = client.get(scene.path)
    text = text_of(answer)
    assert answer.status_code == 200
    for said in ("Yeast workshop", "1 place left of 1", "Keynote", "Coffee break", "Processes"):
        assert said in text
    assert JOIN not in answer.get_data(as_text=True)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_whole_page_in_french(client: FlaskClient, scene: Scene) -> None:
    assert "1 place restante" in text_of(client.get(scene.path.replace("/en/", "/fr/")))


def test_filters_narrow_the_programme(client: FlaskClient, scene: Scene) -> None:
    found = text_of(client.get(f"{scene.path}?q=curie"))
    assert "1 session found" in found
    assert "Yeast workshop" not in found
    assert "Nothing found" in text_of(client.get(f"{scene.path}?q=nowhere"))
    assert "Your agenda is still empty" in text_of(client.get(f"{scene.path}?mine=1"))
    press_star(client, scene, scene.online)
    mine = text_of(client.get(f"{scene.path}?mine=1"))
    assert "Keynote" in mine
    assert "Filtration" not in mine


@pytest.mark.parametrize("query", ["day=nonsense", "track=x&room=-1", "q=%F0%9F%A7%AC", "mine=2&at=x"])
def test_what_makes_no_sense_is_left_out(client: FlaskClient, scene: Scene, query: str) -> None:
    assert client.get(f"{scene.path}?{query}").status_code == 200


def test_a_star_pressed_twice_is_set_once_and_taken_back(client: FlaskClient, app: Flask, scene: Scene) -> None:
    for _twice in range(2):
        answer = press_star(client, scene, scene.online, view="index", at="3", q="key")
        assert answer.status_code == 303
        assert answer.location == f"{scene.path}?q=key#slot-3"
        assert stars(app) == 1
    assert 'aria-pressed="true"' in client.get(scene.path).get_data(as_text=True)
    answer = press_star(client, scene, scene.online, "0", view="mine", at="3")
    assert answer.location == f"{scene.path}mine?removed={scene.online}"
    assert stars(app) == 0
    page = client.get(answer.location)
    assert "“Keynote” is no longer starred. Undo" in text_of(page)


def test_a_script_gets_the_new_state(client: FlaskClient, scene: Scene) -> None:
    path = f"{scene.path}sessions/{scene.online}/star"
    answer = client.submit(path, {"starred": "1"}, page=scene.path, headers={"Accept": "application/json"})
    assert answer.json == {"starred": True, "message": "“Keynote” is in your agenda."}


def test_a_star_needs_a_state_and_a_released_session(client: FlaskClient, app: Flask, scene: Scene) -> None:
    assert press_star(client, scene, scene.online, "2").status_code == 400
    assert press_star(client, scene, "NOSUCH").status_code == 404
    assert client.post(f"{scene.path}sessions/{scene.online}/star", data={"starred": "1"}).status_code == 400
    assert stars(app) == 0


def test_signing_up_says_what_one_has(client: FlaskClient, app: Flask, scene: Scene) -> None:
    answer = sign_up(client, scene, scene.workshop)
    assert answer.status_code == 303
    page = text_of(client.get(answer.location))
    assert "You have a place in “Yeast workshop”." in page
    assert "Give my place back" in page
    assert sign_up(client, scene, scene.workshop).status_code == 303
    assert signed_up(app, scene) == [SignUpState.CONFIRMED]


def test_a_full_session_has_a_queue(client: FlaskClient, app: Flask, scene: Scene) -> None:
    fill_workshop(app, scene, 3)
    assert "Full 2 people wait Join the waiting list" in text_of(client.get(scene.path))
    answer = sign_up(client, scene, scene.workshop)
    page = text_of(client.get(answer.location))
    assert "“Yeast workshop” is full. You are number 3 on the waiting list." in page
    assert "Waiting list: you are number 3" in page
    leave = f"{scene.path}sessions/{scene.workshop}/leave"
    assert "You lose your turn." in text_of(client.get(leave))
    assert client.submit(leave, {}).status_code == 303
    assert signed_up(app, scene) == [SignUpState.CANCELLED]


def test_an_overlap_is_shown_before_it_is_done(client: FlaskClient, app: Flask, scene: Scene) -> None:
    sign_up(client, scene, scene.workshop)
    asked = sign_up(client, scene, scene.beside)
    assert asked.location == f"{scene.path}sessions/{scene.beside}/sign-up"
    assert signed_up(app, scene) == [SignUpState.CONFIRMED]
    page = text_of(client.get(asked.location))
    assert "You have something else at that time Yeast workshop" in page
    assert client.submit(asked.location, {"despite": "1"}).status_code == 303
    assert signed_up(app, scene) == [SignUpState.CONFIRMED] * 2
    mine = text_of(client.get(f"{scene.path}mine"))
    assert "At the same time: Filtration" in mine
    assert "At the same time: Yeast workshop" in mine
    assert client.get(asked.location).status_code == 303


def test_giving_a_place_back_is_asked_first(client: FlaskClient, app: Flask, scene: Scene) -> None:
    sign_up(client, scene, scene.workshop)
    leave = f"{scene.path}sessions/{scene.workshop}/leave"
    assert "It is free for somebody else at once." in text_of(client.get(leave))
    assert signed_up(app, scene) == [SignUpState.CONFIRMED]
    answer = client.submit(leave, {})
    assert "You are no longer signed up for “Yeast workshop”." in text_of(client.get(answer.location))
    assert signed_up(app, scene) == [SignUpState.CANCELLED]
    assert "There is nothing left to give back here." in text_of(client.get(client.get(leave).location))


def test_refusals_are_sentences(client: FlaskClient, app: Flask, scene: Scene) -> None:
    answer = sign_up(client, scene, scene.online)
    assert "This session needs no sign-up" in text_of(client.get(answer.location))
    with app.app_context():
        event = db.session.get_one(Event, scene.event_id)
        begins = event.starts_at.replace(hour=9, minute=0)
    with clock.held_at(begins):
        assert "Sign-up is closed: it has begun." in text_of(client.get(scene.path))
        answer = sign_up(client, scene, scene.workshop)
        assert "This session has already begun." in text_of(client.get(answer.location))
    assert signed_up(app, scene) == []


def test_the_link_to_join_is_for_those_who_picked_it(client: FlaskClient, scene: Scene) -> None:
    assert JOIN not in client.get(f"{scene.path}mine").get_data(as_text=True)
    press_star(client, scene, scene.online)
    assert f'href="{JOIN}"' in client.get(f"{scene.path}mine").get_data(as_text=True)


def test_the_agenda_is_by_time_and_names_what_left(client: FlaskClient, app: Flask, scene: Scene) -> None:
    for code in (scene.online, scene.workshop, scene.beside):
        press_star(client, scene, code)
    mine = text_of(client.get(f"{scene.path}mine"))
    assert mine.index("Yeast workshop") < mine.index("Keynote")
    with app.test_request_context("/fr/"), commit_on_success():
        session = db.session.scalars(sa.select(Session).where(Session.code == scene.workshop)).one()
        session.state = SessionState.CANCELLED
        make_release(db.session.get_one(Event, scene.event_id))
    mine = text_of(client.get(f"{scene.path}mine"))
    assert "No longer in the programme Yeast workshop Remove" in mine
    press_star(client, scene, scene.workshop, "0")
    assert "No longer in the programme" not in text_of(client.get(f"{scene.path}mine"))


def change(app: Flask, scene: Scene, what: str) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        person = db.session.get_one(Registration, scene.registration_id)
        event = db.session.get_one(Event, scene.event_id)
        match what:
            case "registration cancelled":
                person.status = RegistrationStatus.CANCELLED
            case "event cancelled":
                event.status = EventStatus.CANCELLED
            case "event a draft":
                event.status = EventStatus.DRAFT


@pytest.mark.parametrize("what", ["registration cancelled", "event cancelled", "event a draft"])
def test_who_does_not_come_has_no_agenda(client: FlaskClient, app: Flask, scene: Scene, what: str) -> None:
    change(app, scene, what)
    assert client.get(scene.path).status_code == 404
    assert client.get(f"{scene.path}mine").status_code == 404
    assert "Programme and my agenda" not in text_of(client.get(scene.show))


def test_nobody_reads_the_agenda_of_another_registration(client: FlaskClient, app: Flask, scene: Scene) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        other = make_registration(db.session.get_one(Event, scene.event_id))
        foreign = scene.path.replace(scene.path.split("/agenda/")[1], f"{other.public_id}/")
    assert client.get(foreign).status_code == 404
    assert client.get(scene.path.replace("/r/", "/r/x")).status_code == 404


def test_before_the_first_release_there_is_none(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        person = make_registration(make_event())
        show = f"/en/r/{manage_token(db.session.get_one(RegistrationGroup, person.group_id))}/"
        path = f"{show}agenda/{person.public_id}/"
    assert client.get(path).status_code == 404
    assert "agenda/" not in client.get(show).get_data(as_text=True)


def test_an_online_registration_is_told_what_is_on_site(client: FlaskClient, app: Flask, scene: Scene) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        person = db.session.get_one(Registration, scene.registration_id)
        person.category_id = make_category(db.session.get_one(Event, scene.event_id), attendance=Attendance.ONLINE).id
    assert "On site only; you take part online." in text_of(client.get(scene.path))
    answer = sign_up(client, scene, scene.workshop)
    assert "takes place on site only" in text_of(client.get(answer.location))


def test_a_longer_programme_costs_no_more_queries(client: FlaskClient, app: Flask, scene: Scene) -> None:
    sign_up(client, scene, scene.workshop)
    client.get(scene.path)
    before = queries_of(app, lambda: client.get(scene.path))
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, scene.event_id)
        room = make_room(event)
        for number in range(5):
            make_slot(event, make_session(event, needs_sign_up=True), room, hour=15 + number / 2)
        make_release(event)
    client.get(scene.path)
    assert queries_of(app, lambda: client.get(scene.path)) == before
