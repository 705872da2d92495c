"""What organisers read of the demand and do with sign-ups."""

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
from congress.agenda.models import SignUp
from congress.audit.models import AuditEntry
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.programme import demand as programme_demand
from tests.factories.agenda import make_people, make_workshop
from tests.factories.events import make_event
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.programme import make_release, make_room, make_session, make_slot
from tests.factories.registrations import make_registration
from tests.support.counting import queries_of


@dataclass
class Scene:
    """A workshop with one place: one person has it, another waits, a third is only registered."""

    path: str
    event_id: int
    session_id: int
    code: str
    holder: int
    waiting: int

    @property
    def list(self) -> str:
        return f"{self.path}{self.code}/"


@pytest.fixture
def scene(app: Flask) -> Scene:
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        workshop = make_workshop(event, 1, title={"fr": "Levures", "en": "Yeast"})
        talk, small = make_session(event, title={"fr": "Exposé", "en": "Talk"}), make_room(event, capacity=1)
        make_slot(event, talk, small, hour=14)
        make_room(event, name={"fr": "Grande", "en": "Hall"}, capacity=3)
        make_release(event)
        people = make_people(event, 2)
        third = make_registration(event, given_name="Noor", family_name="Élan", email="noor@example.org")
        first, second = (services.sign_up(one, workshop.id).id for one in people)
        for one in (*people, third):
            services.set_star(one, talk.id, starred=True)
        path = f"/en/manage/events/{event.slug}/programme/demand/"
        return Scene(path, event.id, workshop.id, workshop.code, first, second)


def browser(app: Flask, client: FlaskClient, scene: Scene, role: Role) -> FlaskClient:
    with app.app_context():
        account = make_account()
        make_member(account, role, event=db.session.get_one(Event, scene.event_id))
        db.session.commit()
        sign_in(client, account)
    return client


@pytest.fixture
def organiser(app: Flask, client: FlaskClient, scene: Scene) -> FlaskClient:
    return browser(app, client, scene, Role.ORGANISER)


def text_of(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.get_data(as_text=True))).split())


def states(app: Flask, scene: Scene) -> list[SignUpState]:
    with app.app_context():
        which = sa.select(SignUp.state).where(SignUp.session_id == scene.session_id).order_by(SignUp.id)
        return list(db.session.scalars(which))


def test_the_most_wanted_come_first_with_a_room_that_is_large_enough(organiser: FlaskClient, scene: Scene) -> None:
    page = text_of(organiser.get(scene.path))
    assert page.index("Talk") < page.index("Yeast")
    assert "Too small: Hall has 3 places" in page
    assert "1 of 1" in page
    assert "People wait: the room has 50 places" in page


def test_demand_is_empty_before_a_release(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with app.app_context():
        event, account = make_event(), make_account()
        make_member(account, Role.VIEWER, event=event)
        db.session.commit()
        sign_in(client, account)
        path = f"/fr/manage/events/{event.slug}/programme/demand/"
    assert "Rien n’est encore publié" in text_of(client.get(path))


def test_the_list_names_places_and_the_queue(organiser: FlaskClient, scene: Scene) -> None:
    page = text_of(organiser.get(scene.list))
    assert "Has a place" in page
    assert "Waits, number 1" in page
    assert organiser.get(f"{scene.path}NOSUCH/").status_code == 404


def test_who_may_read_what(app: Flask, client: FlaskClient, scene: Scene) -> None:
    viewer = browser(app, client, scene, Role.VIEWER)
    assert viewer.get(scene.path).status_code == 200
    assert viewer.get(scene.list).status_code == 403
    programme = browser(app, app.test_client(), scene, Role.PROGRAMME)
    assert programme.get(scene.list).status_code == 200
    assert programme.get(f"{scene.list}add").status_code == 403
    assert "Add a person" not in text_of(programme.get(scene.list))


def test_somebody_is_taken_off_the_list_after_a_question(app: Flask, organiser: FlaskClient, scene: Scene) -> None:
    path = f"{scene.list}{scene.holder}/remove"
    assert "the place goes to the first one who waits" in text_of(organiser.get(path))
    assert organiser.submit(path, {}).status_code == 303
    assert states(app, scene) == [SignUpState.CANCELLED, SignUpState.CONFIRMED]
    assert organiser.get(path).status_code == 404
    assert organiser.get(f"{scene.list}999999/remove").status_code == 404


def test_a_place_over_the_capacity_is_said_to_be_one(app: Flask, organiser: FlaskClient, scene: Scene) -> None:
    path = f"{scene.list}{scene.waiting}/promote"
    assert "1 of 1 places are taken. This is one more than the capacity" in text_of(organiser.get(path))
    assert organiser.submit(path, {}).status_code == 303
    assert states(app, scene) == [SignUpState.CONFIRMED] * 2
    answer = organiser.submit(path, {})
    assert answer.status_code == 422
    assert "This person is no longer on the waiting list." in text_of(answer)


def person_in(page: Any) -> str:
    found = re.search(r'name="person"[^>]*value="([0-9a-f]{32})"', page.get_data(as_text=True))
    assert found
    return found[1]


def test_somebody_is_found_without_accents_and_added(app: Flask, organiser: FlaskClient, scene: Scene) -> None:
    path = f"{scene.list}add"
    assert "Nobody found" in text_of(organiser.get(f"{path}?q=nobody-at-all"))
    page = organiser.get(f"{path}?q=noor")
    assert "Noor Élan" in text_of(page)
    assert "1 of 1 places are taken" in text_of(page)
    answer = organiser.submit(f"{path}?q=noor", {"person": person_in(page)})
    assert answer.status_code == 303
    assert "is on the waiting list" in text_of(organiser.get(answer.location))
    assert states(app, scene)[-1] is SignUpState.WAITING
    assert "Nobody found" in text_of(organiser.get(f"{path}?q=noor"))


def test_somebody_is_added_over_the_capacity_when_ticked(app: Flask, organiser: FlaskClient, scene: Scene) -> None:
    path = f"{scene.list}add?q=noor"
    answer = organiser.submit(path, {"person": person_in(organiser.get(path)), "over_capacity": "y"})
    assert "has a place now" in text_of(organiser.get(answer.location))
    assert states(app, scene)[-1] is SignUpState.CONFIRMED


def test_nobody_is_added_who_was_not_found_here(app: Flask, organiser: FlaskClient, scene: Scene) -> None:
    with app.app_context():
        stranger = make_registration(make_event()).public_id
        db.session.commit()
    for person in (stranger, ""):
        answer = organiser.submit(f"{scene.list}add?q=noor", {"person": person})
        assert answer.status_code == 422
    assert len(states(app, scene)) == 2


def test_the_list_as_a_file_is_noted(app: Flask, organiser: FlaskClient, scene: Scene) -> None:
    answer = organiser.submit(f"{scene.list}export.csv", {}, page=scene.list)
    lines = answer.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("State,First name,Last name")
    assert [line.split(",")[0] for line in lines[1:]] == ["Has a place", "Waits"]
    with app.app_context():
        noted = sa.select(AuditEntry.after).where(AuditEntry.action == "sign_up.exported")
        assert db.session.scalars(noted).one() == {"session": scene.code, "rows": 2}


def test_the_history_names_acts_in_words(organiser: FlaskClient, scene: Scene) -> None:
    organiser.submit(f"{scene.list}{scene.holder}/remove", {})
    path = scene.path.replace("programme/demand/", "history/")
    page = text_of(organiser.get(path))
    assert "Ended a sign-up for a session" in page
    assert "an organiser" in page
    assert "Gave somebody who waited a place in a session" in page


def test_the_schedule_learns_how_many_signed_up(app: Flask, scene: Scene) -> None:
    with app.app_context():
        assert programme_demand.sign_ups_of(scene.event_id) == {scene.session_id: 1}


def test_more_sessions_cost_no_more_queries(app: Flask, organiser: FlaskClient, scene: Scene) -> None:
    organiser.get(scene.path)
    before = queries_of(app, lambda: organiser.get(scene.path))
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, scene.event_id)
        for number in range(4):
            make_workshop(event, 3, hour=15 + number)
        make_release(event)
    organiser.get(scene.path)
    assert queries_of(app, lambda: organiser.get(scene.path)) == before
