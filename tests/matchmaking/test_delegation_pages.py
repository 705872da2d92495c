"""Delegations: founding one, asking colleagues in, sending them, and how others see it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.core.transactions import commit_on_success
from congress.extensions import db
from congress.matchmaking.enums import DelegationState, MeetingState
from congress.matchmaking.models import Delegation, Meeting, MeetingPerson, Profile
from tests.matchmaking.test_meeting_pages import Scene, sent
from tests.support.filled_forms import filled
from tests.support.work import do_jobs, empty_mailbox, mailbox


@pytest.fixture
def scene(app, now: dt.datetime) -> Scene:
    empty_mailbox(app)
    return Scene(app)


def found(client, scene: Scene) -> str:
    sent(client, scene.url("Zoé", "/delegation"), name="Acme team")
    with scene.app.app_context():
        return db.session.scalars(sa.select(Delegation.code)).one()


def member(scene: Scene, name: str) -> tuple[DelegationState | None, bool]:
    with scene.app.app_context():
        one = db.session.get_one(Profile, scene.ids[name])
        return one.delegation_state, one.manages_delegation


def invite(client, scene: Scene, name: str, expected: int = 303):
    url = scene.url("Zoé", "/delegation")
    data = filled(client.get(url).get_data(as_text=True), "person")
    answer = client.post(url + "/invite", data=data | {"person": scene.codes[name]})
    assert answer.status_code == expected
    return answer


def test_founding_inviting_joining_handing_over_and_leaving(client, scene) -> None:
    found(client, scene)
    assert member(scene, "Zoé") == (DelegationState.MEMBER, True)
    invite(client, scene, "Ina")
    do_jobs(scene.app)
    assert [mail["Subject"] for mail in mailbox(scene.app)] == ["Invitation to the delegation Acme team"]
    assert "/delegation/join" in client.get(scene.url("Ina", "/delegation")).get_data(as_text=True)
    sent(client, scene.url("Ina", "/delegation/join"))
    assert member(scene, "Ina") == (DelegationState.MEMBER, False)
    sent(client, scene.url("Zoé", f"/delegation/hand_over/{scene.codes['Ina']}"))
    assert (member(scene, "Zoé")[1], member(scene, "Ina")[1]) == (False, True)
    sent(client, scene.url("Ina", f"/delegation/remove/{scene.codes['Zoé']}"))
    assert member(scene, "Zoé") == (None, False)
    sent(client, scene.url("Ina", "/delegation/leave"))
    assert client.get(scene.url("Ina", "/delegation/leave")).status_code == 404


def test_people_of_other_organisations_are_not_offered_and_not_taken(client, scene) -> None:
    found(client, scene)
    page = client.get(scene.url("Zoé", "/delegation")).get_data(as_text=True)
    assert scene.codes["Ina"] in page
    assert scene.codes["Max"] not in page
    invite(client, scene, "Max", 422)
    assert member(scene, "Max") == (None, False)


def test_only_the_manager_removes(client, scene) -> None:
    found(client, scene)
    invite(client, scene, "Ina")
    sent(client, scene.url("Ina", "/delegation/join"))
    url = scene.url("Ina", f"/delegation/remove/{scene.codes['Zoé']}")
    answer = sent(client, url, 422)
    assert "Only the manager" in answer.get_data(as_text=True)
    assert client.get(scene.url("Max", f"/delegation/remove/{scene.codes['Zoé']}")).status_code == 404


@pytest.mark.database
def test_a_request_to_the_delegation_is_given_to_a_colleague(client, scene) -> None:
    code = found(client, scene)
    invite(client, scene, "Ina")
    sent(client, scene.url("Ina", "/delegation/join"))
    page = client.get(scene.url("Max", f"/delegations/{code}")).get_data(as_text=True)
    assert f"/delegations/{code}/request" in page
    sent(client, scene.url("Max", f"/delegations/{code}/request"), note="Both of you")
    with scene.app.app_context():
        asked = db.session.scalars(sa.select(Meeting.code)).one()
    assert asked in client.get(scene.url("Zoé")).get_data(as_text=True)
    assert client.get(scene.url("Ina", f"/m/{asked}")).status_code == 404
    url = scene.url("Zoé", f"/m/{asked}/accept")
    page = client.get(url).get_data(as_text=True)
    assert page.count('name="attendees"') == 2
    assert "4 times in common" in page
    assert "Say who" in sent(client, url, 422).get_data(as_text=True)
    sent(client, url, attendees=scene.codes["Ina"])
    with scene.app.app_context():
        meeting = scene.of(asked)
        assert meeting.state is MeetingState.SCHEDULED
        seats = set(db.session.scalars(sa.select(MeetingPerson.profile_id)))
        assert seats == {scene.ids["Max"], scene.ids["Ina"]}
    assert client.get(scene.url("Ina", f"/m/{asked}")).status_code == 200
    page = client.get(scene.url("Max", f"/delegations/{code}")).get_data(as_text=True)
    assert f"/m/{asked}" in page


def test_an_unknown_delegation_and_one_of_another_event_are_none(client, scene) -> None:
    from tests.factories.events import make_event
    from tests.factories.matchmaking import make_delegation, make_profile

    with scene.app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        foreign = make_delegation(event, make_profile(event)).code
    for code in ("nothing", foreign):
        assert client.get(scene.url("Max", f"/delegations/{code}")).status_code == 404
        assert client.get(scene.url("Max", f"/delegations/{code}/request")).status_code == 404
