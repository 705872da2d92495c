"""How the suggestions stand, for the organisers."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import OpportunityKind
from congress.matchmaking.models import Profile, Suggestion
from congress.matchmaking.services import suggesting
from congress.matchmaking.unsuggested import state_of
from tests.factories.matchmaking import make_opportunity, make_tag
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_registration
from tests.matchmaking.participants import open_event, take_part
from tests.support.counting import queries_of
from tests.support.page_check import check_page

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]


@pytest.fixture
def path(app: Flask, client: FlaskClient) -> str:
    """Four people, none with a suggestion, and a signed-in organiser."""
    with app.test_request_context("/fr/"), commit_on_success():
        event = open_event()
        tag = make_tag(event, "Enzymes")
        people = [
            take_part(event, make_registration(event, given_name="Person", family_name=name))
            for name in ("Asilent", "Buntagged", "Ctopics", "Dcomplete")
        ]
        make_opportunity(people[1], OpportunityKind.NEED)
        make_opportunity(people[2], OpportunityKind.TOPIC, (tag,))
        make_opportunity(people[3], OpportunityKind.NEED, (tag,))
        account = make_account()
        make_member(account, Role.MATCHMAKING, event=event)
        sign_in(client, account)
        return f"/en/manage/events/{event.slug}/matchmaking/suggestions/"


def test_who_has_none_and_why(client: FlaskClient, path: str):
    answer = client.get(path)
    check_page(answer)
    page = answer.get_data(as_text=True)
    reasons = [
        "Named neither a need nor an offer nor a topic",
        "Chose no tags",
        "Named topics only, neither a need nor an offer",
        "Nobody fits, or nobody who fits has a free time in common",
    ]
    places = [page.index(text) for name, why in zip("ABCD", reasons, strict=True) for text in (f"Person {name}", why)]
    assert places == sorted(places)
    assert "Not yet computed for everybody." in page


def test_after_a_run(app: Flask, client: FlaskClient, path: str):
    with app.test_request_context("/fr/"), commit_on_success():
        [one, two, three, four] = db.session.scalars(sa.select(Profile.id).order_by(Profile.id))
        for owner, other in ((one, two), (two, one), (three, four), (four, three)):
            db.session.add(Suggestion(profile_id=owner, other_id=other, rank=1, score=0.5, reasons=[]))
        suggesting.ask_for_all(db.session.scalars(sa.select(Event.id)).one())
    waiting = client.get(path)
    check_page(waiting)
    assert "are being computed anew" in waiting.get_data(as_text=True)
    with app.app_context(), commit_on_success():
        db.session.execute(sa.text("UPDATE jobs SET state = 'done', finished_at = run_at"))
    done = client.get(path)
    check_page(done)
    page = done.get_data(as_text=True)
    assert "Last computed for everybody" in page
    assert "Everybody has suggestions" in page


def test_nobody_takes_part(app: Flask, client: FlaskClient, path: str):
    with app.app_context(), commit_on_success():
        db.session.execute(sa.update(Profile).values(listed_at=None))
    answer = client.get(path.replace("/en/", "/fr/"))
    check_page(answer)
    assert "Personne ne participe encore" in answer.get_data(as_text=True)


def test_others_of_the_team_do_not_see_it(app: Flask, client: FlaskClient, path: str):
    with app.test_request_context("/fr/"), commit_on_success():
        account = make_account("door@example.org")
        make_member(account, Role.DOOR, event=db.session.scalars(sa.select(Event)).one())
        sign_in(client, account)
    assert client.get(path).status_code == 403


def test_many_people_cost_as_much_as_few(app: Flask, path: str):
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.scalars(sa.select(Event)).one()
        few = queries_of(app, lambda: state_of(event))
        for _ in range(10):
            take_part(event)
        db.session.flush()
        assert queries_of(app, lambda: state_of(event)) == few
        assert state_of(event).listed == 14
