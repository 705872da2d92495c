"""The one-use link in the mail of a request: looking changes nothing, and everything that can be wrong has words."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from congress.core import clock
from congress.core.errors import DomainError
from congress.core.transactions import commit_on_success
from congress.extensions import db
from congress.matchmaking.enums import MeetingEvent, MeetingState
from congress.matchmaking.links import answer_token, link_for
from congress.matchmaking.models import Meeting, MeetingChange, MeetingLink, MeetingPerson, Profile
from congress.matchmaking.queries.meetings import by_id
from congress.matchmaking.services.link_answers import answer_by_link
from congress.matchmaking.services.transitions import change
from congress.registration import services as registrations
from congress.registration.enums import CancelledBy
from congress.registration.models import Registration
from tests.factories.matchmaking import make_delegation
from tests.matchmaking.test_meeting_pages import Scene
from tests.support.filled_forms import filled

PENDING = MeetingState.PENDING


@pytest.fixture
def scene(app, now: dt.datetime) -> Scene:
    return Scene(app)


def link_of(scene: Scene, code: str, name: str = "Max") -> str:
    with scene.app.test_request_context("/fr/"), commit_on_success():
        return "/en/meeting-request/" + answer_token(link_for(scene.of(code), scene.ids[name], clock.now()))


def link_for_max(scene: Scene, code: str) -> int:
    with scene.app.test_request_context("/fr/"), commit_on_success():
        return link_for(scene.of(code), scene.ids["Max"], clock.now()).id


def press(client, url: str, answer: str):
    page = client.get(url)
    assert page.status_code == 200
    return client.post(url, data=filled(page.get_data(as_text=True), "idempotency_key") | {"answer": answer})


def lets(scene: Scene, code: str, event: MeetingEvent, to: MeetingState) -> None:
    with scene.app.test_request_context("/fr/"), commit_on_success():
        change(by_id(scene.of(code).id), event, to=to)


def test_it_shows_who_asks_and_for_whom_it_is_and_changes_nothing(client, scene) -> None:
    code = scene.meeting(note="Yeast at scale")
    url = link_of(scene, code)
    for _time in range(2):
        answer = client.get(url + "?answer=accept")
        html = answer.get_data(as_text=True)
        assert answer.status_code == 200
        for words in ("For Max Martin", "Zoé Martin", "Acme", "Yeast at scale"):
            assert words in html
        assert re.search(r'checked[^>]*value="accept"|value="accept"[^>]*checked', html)
        assert "/r/" not in html, "the way to the person’s own pages is not in it"
        assert "Umbrella" not in html
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert scene.state(code) is PENDING
    with scene.app.app_context():
        assert db.session.scalars(sa.select(MeetingLink.used_at)).all() == [None]
        assert set(db.session.scalars(sa.select(MeetingPerson.seen_at)).all()) == {None}


@pytest.mark.database
@pytest.mark.parametrize(("answer", "to"), [("accept", MeetingState.SCHEDULED), ("decline", MeetingState.DECLINED)])
def test_it_answers_once(client, scene, answer, to) -> None:
    code = scene.meeting()
    url = link_of(scene, code)
    data = filled(client.get(url).get_data(as_text=True), "idempotency_key") | {"answer": answer}
    assert client.post(url, data=data).status_code == 200
    assert scene.state(code) is to
    again = client.get(url)
    assert again.status_code == 410
    assert {"accept": "accepted already", "decline": "declined already"}[answer] in again.get_data(as_text=True)
    assert "sent again" in again.get_data(as_text=True), "with the way on"
    assert client.post(url, data=data | {"answer": "decline"}).status_code == 410
    assert scene.state(code) is to


@pytest.mark.database
def test_pressed_twice_at_once_it_answers_once(scene) -> None:
    code = scene.meeting()
    link_id = link_for_max(scene, code)

    def press_it(_number: int) -> str:
        with scene.app.test_request_context("/en/"):
            try:
                with commit_on_success():
                    answer_by_link(link_id, accepts=True)
            except DomainError as refusal:
                return type(refusal).__name__
        return "accepted"

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(press_it, range(4)))
    assert results == ["RequestExpired"] * 3 + ["accepted"]
    with scene.app.app_context():
        accepted = (
            sa.select(sa.func.count()).select_from(MeetingChange).where(MeetingChange.event == MeetingEvent.ACCEPT)
        )
        assert db.session.scalar(accepted) == 1


def test_without_an_answer_nothing_happens(client, scene) -> None:
    code = scene.meeting()
    url = link_of(scene, code)
    page = filled(client.get(url).get_data(as_text=True), "idempotency_key")
    for nonsense in ({}, {"answer": "perhaps"}):
        assert client.post(url, data=page | nonsense).status_code == 422
    assert scene.state(code) is PENDING


def test_an_unknown_link_is_none(client, scene) -> None:
    assert client.get("/en/meeting-request/" + "x" * 27).status_code == 404


def test_expired(client, scene) -> None:
    code = scene.meeting()
    url = link_of(scene, code)
    with clock.held_at(clock.now() + dt.timedelta(hours=73)):
        answer = client.get(url)
    assert answer.status_code == 410
    assert "time to answer is over" in answer.get_data(as_text=True)


@pytest.mark.database
def test_withdrawn_meanwhile(client, scene) -> None:
    code = scene.meeting()
    url = link_of(scene, code)
    data = filled(client.get(url).get_data(as_text=True), "idempotency_key") | {"answer": "accept"}
    lets(scene, code, MeetingEvent.WITHDRAW, MeetingState.WITHDRAWN)
    answer = client.post(url, data=data)
    assert answer.status_code == 410
    assert "withdrawn meanwhile" in answer.get_data(as_text=True)
    assert scene.state(code) is MeetingState.WITHDRAWN


def test_answered_meanwhile_on_the_own_pages(client, scene) -> None:
    code = scene.meeting()
    url = link_of(scene, code)
    lets(scene, code, MeetingEvent.DECLINE, MeetingState.DECLINED)
    assert "declined already" in client.get(url).get_data(as_text=True)


def test_accepting_without_a_free_slot_says_why_and_leaves_the_link(client, scene) -> None:
    code = scene.meeting()
    url = link_of(scene, code)
    with scene.app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.update(Profile).where(Profile.id == scene.ids["Zoé"]).values(quota=0))
    answer = press(client, url, "accept")
    assert answer.status_code == 422
    assert scene.state(code) is PENDING
    assert press(client, url, "decline").status_code == 200


def test_a_cancelled_registration_answers_nothing(client, scene) -> None:
    code = scene.meeting()
    url = link_of(scene, code)
    with scene.app.test_request_context("/fr/"), commit_on_success():
        person = db.session.get_one(Profile, scene.ids["Max"]).registration_id
        registrations.cancel(db.session.get_one(Registration, person), CancelledBy.PARTICIPANT)
    assert client.get(url).status_code == 410


def test_links_to_an_old_address_end(client, scene) -> None:
    from congress.matchmaking.links import withdraw_links

    code = scene.meeting()
    url = link_of(scene, code)
    with scene.app.test_request_context("/fr/"), commit_on_success():
        withdraw_links([db.session.get_one(Profile, scene.ids["Max"]).registration_id], clock.now())
    assert client.get(url).status_code == 410


def test_who_no_longer_manages_the_delegation_answers_nothing(client, scene) -> None:
    code = scene.meeting()
    with scene.app.test_request_context("/fr/"), commit_on_success():
        from congress.events.models import Event

        other = db.session.get_one(Profile, scene.ids["Max"])
        made = make_delegation(db.session.get_one(Event, scene.event_id), other)
        db.session.execute(
            sa.update(Meeting).values(target_id=None, low_id=None, high_id=None, delegation_id=made.id)
        )
        db.session.execute(sa.delete(MeetingPerson).where(MeetingPerson.profile_id == other.id))
    url = link_of(scene, code)
    page = client.get(url).get_data(as_text=True)
    assert "your delegation" in page
    answer = press(client, url, "accept")
    assert answer.status_code == 422, "who attends is said on the own pages"
    scene.change(Profile, manages_delegation=False)
    assert client.get(url).status_code == 410
