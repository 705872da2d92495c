"""The reviewers' desk and the organisers' pages about reviewing: happy, refused, forbidden."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.accounts.models import Account
from congress.accounts.personal_data import erase
from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import Call, Criterion, Proposal, Review, ReviewAssignment, ReviewScore
from tests.factories.events import make_event
from tests.factories.people import sign_in
from tests.factories.proposals import make_call, make_proposal
from tests.factories.reviews import make_criterion, make_review, make_reviewer
from tests.registration.test_races import at_once
from tests.support.client import KEY, TOKEN
from tests.support.counting import queries_of

pytestmark = pytest.mark.usefixtures("now")


@dataclass
class Desk:
    """A call with two criteria and three proposals; the addresses of its pages."""

    event_id: int
    call_id: int
    criteria: list[int]
    codes: list[str]
    base: str

    @property
    def reviews(self) -> str:
        return f"{self.base}/reviews"

    @property
    def call(self) -> str:
        return f"{self.base}/calls/{self.call_id}"

    def points(self, *points: int) -> dict[str, Any]:
        return {f"points_{key}": one for key, one in zip(self.criteria, points, strict=True)}


@pytest.fixture
def desk(app: Flask) -> Desk:
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        call = make_call(event)
        criteria = [make_criterion(call, 1), make_criterion(call, 3)]
        codes = [make_proposal(call, title=f"Paper {number}").code for number in range(3)]
        return Desk(event.id, call.id, [one.id for one in criteria], codes, f"/en/manage/events/{event.slug}")


def member(app: Flask, desk: Desk, role: Role = Role.REVIEWER, **values: Any) -> FlaskClient:
    client = app.test_client()
    with app.test_request_context("/fr/"), commit_on_success():
        account = make_reviewer(db.session.get_one(Event, desk.event_id), role, **values)
    with app.app_context():
        sign_in(client, account)
    client.account_id = account.id
    return client


def text(answer) -> str:
    return answer.get_data(as_text=True)


def rows(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_from_the_list_through_all_proposals(app: Flask, desk: Desk) -> None:
    client = member(app, desk)
    assert "0 of 3 reviewed" in text(client.get(f"{desk.reviews}/"))
    page = client.get(f"{desk.reviews}/next").location
    for number in range(3):
        answer = client.submit(page, desk.points(number, 10) | {"then": "next", "comment": "Fine."})
        assert answer.status_code == 303
        page = answer.location
    assert page == f"{desk.reviews}/"
    assert "3 of 3 reviewed" in text(client.get(page))
    assert "Everything is reviewed" in text(client.get(page))
    assert rows(app, Review) == 3
    assert rows(app, ReviewScore) == 6


def test_sent_twice_it_is_one_review(app: Flask, desk: Desk) -> None:
    client, page = member(app, desk), f"{desk.reviews}/{desk.codes[0]}/"
    client.submit(page, desk.points(1, 2))
    assert client.submit(page, desk.points(3, 4)).status_code == 303
    assert rows(app, Review) == 1


@pytest.mark.parametrize("points", [{}, {"0": "11"}, {"0": "-1", "1": "3"}, {"0": "x", "1": "3"}, {"0": "3"}])
def test_points_that_are_missing_or_impossible_are_said(app: Flask, desk: Desk, points: dict[str, str]) -> None:
    client = member(app, desk)
    data = {f"points_{desk.criteria[int(key)]}": value for key, value in points.items()}
    answer = client.submit(f"{desk.reviews}/{desk.codes[0]}/", data | {"comment": "Not lost."})
    assert answer.status_code == 422
    assert "between 0 and 10 points" in text(answer)
    assert "Not lost." in text(answer)
    assert rows(app, Review) == 0


def test_others_are_read_after_the_own_review_and_not_for_an_abstention(app: Flask, desk: Desk) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        proposal = db.session.scalars(sa.select(Proposal).where(Proposal.code == desk.codes[0])).one()
        colleague = make_reviewer(db.session.get_one(Event, desk.event_id))
        make_review(proposal, colleague, dict.fromkeys(desk.criteria, 4), comment="A colleague's opinion.")
        name = colleague.name
    client, page = member(app, desk), f"{desk.reviews}/{desk.codes[0]}/"
    assert "colleague&#39;s" not in text(client.get(page))
    client.submit(page, {"abstained": "y"})
    assert "colleague&#39;s" not in text(client.get(page))
    client.submit(page, desk.points(1, 2))
    assert "colleague&#39;s" in text(client.get(page))
    assert name in text(client.get(page))
    with app.test_request_context("/fr/"), commit_on_success():
        erase(db.session.scalars(sa.select(Account.email_key).where(Account.name == name)).one())
    assert name not in text(client.get(page))
    assert "A reviewer" in text(client.get(page))


def test_closed_reviews_are_shown_and_refused_in_words(app: Flask, desk: Desk) -> None:
    client, page = member(app, desk), f"{desk.reviews}/{desk.codes[0]}/"
    client.submit(page, desk.points(1, 2) | {"comment": "Mine."})
    html = text(client.get(page))
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.get_one(Call, desk.call_id).reviews_close_at = clock.now() - dt.timedelta(minutes=1)
    assert "Reviews of this proposal are closed" in text(client.get(page))
    assert "Mine." in text(client.get(page))
    hidden = html.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answer = client.post(page, data=desk.points(9, 9) | {"csrf_token": hidden})
    assert answer.status_code == 422
    assert "Reviews of this proposal are closed" in text(answer)


def test_the_own_proposal_is_refused_in_words(app: Flask, desk: Desk) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        code = make_proposal(db.session.get_one(Call, desk.call_id), email="me@example.org").code
    client = member(app, desk, email="me@example.org")
    answer = client.get(f"{desk.reviews}/{code}/")
    assert answer.status_code == 409
    assert "This proposal is your own" in text(answer)
    assert code not in text(client.get(f"{desk.reviews}/?show=all"))


@pytest.mark.parametrize("path", ["reviews/", "reviews/next", "reviews/ABC234/"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.REGISTRATION, Role.DOOR])
def test_who_does_not_review_is_not_let_in(app: Flask, desk: Desk, path: str, role: Role) -> None:
    assert member(app, desk, role).get(f"{desk.base}/{path}").status_code == 403


@pytest.mark.parametrize("path", ["criteria/", "reviewers/", "decisions/", "decisions/apply", "laureates/"])
def test_reviewers_do_not_manage_calls(app: Flask, desk: Desk, path: str) -> None:
    assert member(app, desk).get(f"{desk.call}/{path}").status_code == 403


def test_criteria_are_made_changed_and_deleted_knowingly(app: Flask, desk: Desk) -> None:
    client = member(app, desk, Role.PROGRAMME)
    page = f"{desk.call}/criteria/"
    assert client.submit(page, {"name-fr": "Clarté", "weight": "0"}).status_code == 422
    assert client.submit(page, {"name-fr": "Clarté", "name-en": "Clarity", "weight": "100"}).status_code == 303
    assert "Clarity" in text(client.get(page))
    first = f"{page}{desk.criteria[0]}/"
    assert client.submit(first, {"name-fr": "Nouveau", "weight": "7"}).status_code == 303
    assert client.submit(f"{page}{desk.criteria[1]}/move/up", {}, page=page).status_code == 303
    with app.test_request_context("/fr/"), commit_on_success():
        proposal = db.session.scalars(sa.select(Proposal).where(Proposal.code == desk.codes[0])).one()
        reviewer = make_reviewer(db.session.get_one(Event, desk.event_id))
        html = text(client.get(f"{first}remove"))
        make_review(proposal, reviewer, dict.fromkeys(desk.criteria, 4))
    assert "No review has points for it." in html
    assert 'name="seen" type="hidden" value="0"' in html
    hidden = html.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    stale = client.post(f"{first}remove", data={"csrf_token": hidden, "seen": "0"})
    assert stale.status_code == 422
    assert "1 review has points for it" in text(stale)
    assert 'name="seen" type="hidden" value="1"' in text(stale)
    assert client.post(f"{first}remove", data={"csrf_token": hidden, "seen": "x"}).status_code == 422
    assert client.submit(f"{first}remove", {"seen": "1"}).status_code == 303
    with app.app_context():
        assert db.session.get(Criterion, desk.criteria[0]) is None
    assert rows(app, ReviewScore) == 1


def test_people_are_asked_evenly_and_by_hand(app: Flask, desk: Desk) -> None:
    reviewers = [member(app, desk) for _ in range(3)]
    client, page = member(app, desk, Role.PROGRAMME), f"{desk.call}/reviewers/"
    ids = [one.account_id for one in reviewers]
    assert client.submit(page, {"per_proposal": "2", "reviewers": ids}).status_code == 303
    assert rows(app, ReviewAssignment) == 6
    assert client.submit(page, {"per_proposal": "0", "reviewers": ids}).status_code == 422
    assert client.submit(page, {"per_proposal": "2"}).status_code == 422
    one = f"{page}{desk.codes[0]}/"
    assert client.submit(one, {"reviewers": ids}).status_code == 303
    assert rows(app, ReviewAssignment) == 7
    assert client.submit(one, {"reviewers": [999_999]}).status_code == 422
    assert client.submit(one, {}).status_code == 303
    assert rows(app, ReviewAssignment) == 4
    assert client.get(f"{page}ZZZZZZ/").status_code == 404


def test_lists_cost_the_same_for_one_and_many(app: Flask, desk: Desk) -> None:
    client, manager = member(app, desk), member(app, desk, Role.PROGRAMME)
    client.submit(f"{desk.reviews}/{desk.codes[0]}/", desk.points(1, 2))
    paths = [
        (client, f"{desk.reviews}/"),
        (manager, f"{desk.call}/reviewers/"),
        (manager, f"{desk.call}/decisions/"),
        (manager, f"{desk.call}/criteria/"),
        (manager, f"{desk.call}/laureates/"),
    ]
    before = [queries_of(app, lambda one=one, path=path: one.get(path)) for one, path in paths]
    with app.test_request_context("/fr/"), commit_on_success():
        event, call = db.session.get_one(Event, desk.event_id), db.session.get_one(Call, desk.call_id)
        criterion = make_criterion(call)
        for _ in range(5):
            make_review(make_proposal(call), make_reviewer(event), {criterion.id: 5})
    assert [queries_of(app, lambda one=one, path=path: one.get(path)) for one, path in paths] == before


def test_an_opened_review_costs_the_same_with_one_and_many_colleagues(app: Flask, desk: Desk) -> None:
    client, page = member(app, desk), f"{desk.reviews}/{desk.codes[0]}/"
    client.submit(page, desk.points(1, 2))
    colleague = member(app, desk)
    colleague.submit(page, desk.points(1, 2))
    before = queries_of(app, lambda: client.get(page))
    for _ in range(3):
        member(app, desk).submit(page, desk.points(1, 2))
    assert queries_of(app, lambda: client.get(page)) == before


@pytest.mark.database
def test_six_windows_of_one_reviewer_and_a_criterion_that_goes(app: Flask, desk: Desk) -> None:
    """Seen failing on PostgreSQL (500, a foreign key) without the shared lock of the call in `save_review`."""
    client, manager = member(app, desk), member(app, desk, Role.PROGRAMME)
    page, remove = f"{desk.reviews}/{desk.codes[0]}/", f"{desk.call}/criteria/{desk.criteria[0]}/remove"
    forms = [hidden_on(text(client.get(page))) for _ in range(6)]
    last = hidden_on(text(manager.get(remove)))
    cookies = [one.get_cookie("congress").value for one in (client, manager)]

    def send(number: int) -> int:
        browser = app.test_client()
        browser.set_cookie("congress", cookies[number == 6])
        if number == 6:
            return browser.post(remove, data=last | {"seen": "9"}).status_code
        return browser.post(page, data=forms[number] | desk.points(number, number)).status_code

    answers = at_once(7, send)
    assert answers[6] == 303
    assert set(answers) <= {303, 422}
    assert rows(app, Review) <= 1
    assert rows(app, ReviewScore) <= 1


def hidden_on(page: str) -> dict[str, str]:
    token, key = TOKEN.search(page), KEY.search(page)
    assert token
    assert key
    return {"csrf_token": token.group(1), "idempotency_key": key.group(1)}
