"""The organisers' pages of decisions and laureates: what is read before, what is done once, what leaves."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.accounts.models import Account
from congress.core.transactions import commit_on_success
from congress.events.enums import EventStatus, Role
from congress.events.models import Event
from congress.extensions import db
from congress.mail.models import Mail
from congress.programme.enums import CallKind, Decision, ProposalState
from congress.programme.models import Call, Proposal, ProposalPerson, Session, Speaker
from tests.factories.events import make_event
from tests.factories.people import sign_in
from tests.factories.proposals import make_call, make_person, make_proposal
from tests.factories.reviews import make_criterion, make_review, make_reviewer
from tests.registration.test_races import at_once
from tests.support.client import KEY, TOKEN
from tests.support.work import do_jobs, empty_mailbox, mailbox, part

LINK = re.compile(r"(?<=/)[\w-]{27}(?=/)")
TELLING = ("proposal_accepted", "proposal_rejected")


@dataclass
class Desk:
    """A call with proposals, the address of its pages, and somebody who may decide."""

    client: FlaskClient
    call_id: int
    codes: list[str]
    base: str
    public: str

    @property
    def page(self) -> str:
        return f"{self.base}/decisions/"


def make_desk(app: Flask, kind: CallKind = CallKind.TALKS) -> Desk:
    client = app.test_client()
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        call = make_call(event, kind=kind)
        criterion, reviewer = make_criterion(call), make_reviewer(event)
        codes = []
        for number in range(3):
            proposal = make_proposal(call, title=f"Paper {number}", email=f"author{number}@example.org")
            make_review(proposal, reviewer, {criterion.id: 9 - number})
            codes.append(proposal.code)
        manager = make_reviewer(event, Role.PROGRAMME)
        base = f"/en/manage/events/{event.slug}/calls/{call.id}"
        desk = Desk(client, call.id, codes, base, f"/events/{event.slug}/calls/{call.slug}/laureates/")
    with app.app_context():
        sign_in(client, manager)
    return desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


def text(answer: Any) -> str:
    return answer.get_data(as_text=True)


def count(app: Flask, model: Any, *where: Any) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def decisions(app: Flask) -> list[str | None]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Proposal.decision).order_by(Proposal.id)))


def test_decisions_are_noted_one_by_one_ticked_and_by_score(app: Flask, desk: Desk) -> None:
    client = desk.client
    assert client.submit(desk.page, {"only": f"accept {desk.codes[0]}"}).status_code == 303
    assert client.submit(desk.page, {"codes": desk.codes[1:], "decision": "reject"}).status_code == 303
    assert decisions(app) == [Decision.ACCEPT, Decision.REJECT, Decision.REJECT]
    assert client.submit(desk.page, {"codes": desk.codes, "decision": "none"}).status_code == 303
    best = f"{desk.page}by-score"
    data = {"rule": "top", "value": "1", "reject_others": "y"}
    assert client.submit(best, data, page=desk.page).status_code == 303
    assert decisions(app) == [Decision.ACCEPT, Decision.REJECT, Decision.REJECT]
    assert client.submit(best, {"rule": "least", "value": "7,5"}, page=desk.page).status_code == 303
    assert decisions(app) == [Decision.ACCEPT, Decision.ACCEPT, Decision.REJECT]
    assert count(app, Mail, Mail.template.in_(TELLING)) == count(app, Session) == 0


@pytest.mark.parametrize(
    ("rule", "value"), [("top", "1.5"), ("top", "x"), ("top", ""), ("least", "11"), ("least", "-1"), ("odd", "1")]
)
def test_numbers_that_make_no_sense_are_said(app: Flask, desk: Desk, rule: str, value: str) -> None:
    answer = desk.client.submit(f"{desk.page}by-score", {"rule": rule, "value": value}, page=desk.page)
    assert answer.status_code == 422
    assert decisions(app) == [None, None, None]


def test_who_decides_reads_what_reviewers_wrote_but_not_of_the_own_proposal(app: Flask, desk: Desk) -> None:
    page = text(desk.client.get(f"{desk.page}{desk.codes[0]}/"))
    assert "Reviewer" in page
    assert "Criterion" in page
    with app.test_request_context("/fr/"), commit_on_success():
        manager = db.session.scalars(sa.select(Account).order_by(Account.id.desc())).first()
        own = make_proposal(db.session.get_one(Call, desk.call_id), email=manager.email).code
        draft = make_proposal(db.session.get_one(Call, desk.call_id), ProposalState.DRAFT).code
    assert desk.client.get(f"{desk.page}{own}/").status_code == 409
    assert desk.client.get(f"{desk.page}{draft}/").status_code == 404
    assert desk.client.get(f"{desk.page}ZZZZZZ/").status_code == 404


def test_nothing_ticked_and_foreign_codes_are_said(app: Flask, desk: Desk) -> None:
    assert desk.client.submit(desk.page, {"decision": "accept"}).status_code == 422
    answer = desk.client.submit(desk.page, {"codes": ["ZZZZZZ"], "decision": "accept"})
    assert answer.status_code == 422
    assert decisions(app) == [None, None, None]


def test_every_mail_is_read_in_full_before_it_leaves(app: Flask, desk: Desk) -> None:
    empty_mailbox(app)
    with app.test_request_context("/fr/"), commit_on_success():
        proposal = db.session.scalars(sa.select(Proposal).where(Proposal.code == desk.codes[0])).one()
        make_person(proposal, email="second@example.org", language="en")
    client = desk.client
    client.submit(desk.page, {"only": f"accept {desk.codes[0]}"})
    client.submit(desk.page, {"only": f"reject {desk.codes[1]}"})
    page = text(client.get(f"{desk.page}apply"))
    for known in ("author0@example.org", "author1@example.org", "second@example.org", "Accepted: Paper 0"):
        assert known in page
    assert "author2@example.org" not in page
    assert client.submit(f"{desk.page}apply", {"tell": "y", "seen": seen_on(page)}).status_code == 303
    do_jobs(app)
    told = [(mail["To"], mail["Subject"], part(mail, "text/plain")) for mail in mailbox(app)]
    addresses = Counter(to for to, _subject, _body in told)
    assert addresses == {"author0@example.org": 2, "author1@example.org": 1, "second@example.org": 2}
    shown = html.unescape(page)
    for _to, subject, body in told:
        assert subject in shown
        assert LINK.sub("…", body.replace("\r\n", "\n")).strip() in shown
    assert any("your proposal “Paper 0” was accepted" in body for _to, _subject, body in told)
    assert any("/en/speaker/" in body for _to, _subject, body in told)


def test_applied_without_telling_nobody_is_told(app: Flask, desk: Desk) -> None:
    client = desk.client
    client.submit(desk.page, {"codes": desk.codes, "decision": "accept"})
    page = text(client.get(f"{desk.page}apply"))
    assert client.submit(f"{desk.page}apply", {"seen": seen_on(page)}).status_code == 303
    assert count(app, Mail) == 0
    assert (count(app, Session), count(app, Speaker)) == (3, 3)
    assert "Its session" in text(client.get(desk.page))


def test_decisions_that_changed_meanwhile_are_read_again(app: Flask, desk: Desk) -> None:
    client = desk.client
    client.submit(desk.page, {"only": f"accept {desk.codes[0]}"})
    stale = text(client.get(f"{desk.page}apply"))
    client.submit(desk.page, {"only": f"accept {desk.codes[1]}"})
    answer = client.post(f"{desk.page}apply", data=hidden_on(stale) | {"tell": "y"})
    assert answer.status_code == 422
    assert "Please read them again" in text(answer)
    assert seen_on(text(answer)) != seen_on(stale)
    assert count(app, Session) == 0
    assert "No decision to apply" not in text(client.get(f"{desk.page}apply"))


def test_an_erased_person_is_told_nothing(app: Flask, desk: Desk) -> None:
    client = desk.client
    client.submit(desk.page, {"only": f"reject {desk.codes[0]}"})
    client.submit(f"{desk.page}apply", {"tell": "y", "seen": seen_on(text(client.get(f"{desk.page}apply")))})
    empty_mailbox(app)
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.delete(ProposalPerson))
    do_jobs(app)
    assert mailbox(app) == []


def test_a_rejected_one_is_accepted_later_and_taken_back(app: Flask, desk: Desk) -> None:
    client, apply = desk.client, f"{desk.page}apply"
    for decision in ("reject", "accept"):
        client.submit(desk.page, {"only": f"{decision} {desk.codes[0]}"})
        answer = client.submit(apply, {"tell": "y", "seen": seen_on(text(client.get(apply)))})
        assert answer.status_code == 303
    assert count(app, Session) == 1
    refused = client.submit(desk.page, {"only": f"reject {desk.codes[0]}"})
    assert refused.status_code == 422
    assert "Take its acceptance back first" in text(refused)
    assert client.submit(f"{desk.page}{desk.codes[0]}/take-back", {}, page=desk.page).status_code == 303
    assert "The session is still in the programme" in text(client.get(desk.page))
    assert count(app, Proposal, Proposal.state == ProposalState.WITHDRAWN) == 1


@pytest.mark.database
def test_one_form_eight_times_at_once_is_applied_once(app: Flask, desk: Desk) -> None:
    answers = at_once(8, sender(app, desk, forms=1))
    assert {status for status, _ in answers} == {303}
    applied_once(app)


@pytest.mark.database
def test_eight_forms_at_once_are_applied_once(app: Flask, desk: Desk) -> None:
    """Seen failing on PostgreSQL without the locks of `apply_decisions`."""
    answers = at_once(8, sender(app, desk, forms=8))
    assert sorted(status for status, _ in answers) == [303, *[422] * 7]
    applied_once(app)


def applied_once(app: Flask) -> None:
    assert count(app, Session) == count(app, Speaker) == 2
    assert count(app, Mail, Mail.template.in_(TELLING)) == 3


def sender(app: Flask, desk: Desk, forms: int) -> Any:
    """Eight browsers of the same person, with `forms` different opened forms."""
    desk.client.submit(desk.page, {"codes": desk.codes[:2], "decision": "accept"})
    desk.client.submit(desk.page, {"codes": desk.codes[2:], "decision": "reject"})
    opened = [hidden_on(text(desk.client.get(f"{desk.page}apply"))) for _ in range(forms)]
    cookie = desk.client.get_cookie("congress")
    assert cookie

    def send(number: int) -> tuple[int, str]:
        browser = app.test_client()
        browser.set_cookie(cookie.key, cookie.value)
        answer = browser.post(f"{desk.page}apply", data=opened[number % forms] | {"tell": "y"})
        return answer.status_code, answer.headers.get("Location", "")

    return send


def seen_on(page: str) -> str:
    return page.split('name="seen"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def hidden_on(page: str) -> dict[str, str]:
    token, key = TOKEN.search(page), KEY.search(page)
    assert token
    assert key
    return {"csrf_token": token.group(1), "idempotency_key": key.group(1), "seen": seen_on(page)}


def test_laureates_are_exported_published_and_taken_back(app: Flask) -> None:
    desk = make_desk(app, CallKind.PITCHES)
    client, page, visitor = desk.client, f"{desk.base}/laureates/", app.test_client()
    assert "Nobody yet" in text(client.get(page))
    client.submit(desk.page, {"codes": desk.codes[:2], "decision": "accept"})
    apply = f"{desk.page}apply"
    client.submit(apply, {"tell": "y", "seen": seen_on(text(client.get(apply)))})
    assert count(app, Session) == 0
    assert visitor.get(f"/en{desk.public}").status_code == 404
    assert client.submit(f"{page}publish", {}, page=page).status_code == 303
    for language in ("fr", "en"):
        shown = text(visitor.get(f"/{language}{desk.public}"))
        assert "Paper 0" in shown
        assert "Université inventée" in shown
        assert "author0@example.org" not in shown
        assert "Paper 2" not in shown
    assert f"/en{desk.public}" in text(visitor.get(f"/en{desk.public}".removesuffix("laureates/")))
    table = client.submit(f"{page}export.csv", {}, page=page)
    assert table.get_data(as_text=True).count("Grace Hopper") == 2
    assert client.submit(f"{page}export.xlsx", {}, page=page).get_data()[:2] == b"PK"
    client.submit(f"{page}unpublish", {}, page=page)
    assert visitor.get(f"/en{desk.public}").status_code == 404


def test_the_public_list_is_kept_until_something_of_it_changes(app: Flask) -> None:
    desk = make_desk(app, CallKind.INTERESTS)
    with app.test_request_context("/fr/"), commit_on_success():
        call = db.session.get_one(Call, desk.call_id)
        call.laureates_published_at = call.created_at
        proposal = db.session.scalars(sa.select(Proposal).where(Proposal.code == desk.codes[0])).one()
        proposal.state = ProposalState.ACCEPTED
    visitor = app.test_client()
    tag = visitor.get(f"/fr{desk.public}").headers["ETag"]
    assert visitor.get(f"/fr{desk.public}", headers={"If-None-Match": tag}).status_code == 304
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.update(ProposalPerson).values(family_name="Corrigée"))
    assert "Corrigée" in text(visitor.get(f"/fr{desk.public}"))


def test_laureates_of_an_event_that_is_a_draft_are_nowhere(app: Flask) -> None:
    desk = make_desk(app, CallKind.PITCHES)
    with app.test_request_context("/fr/"), commit_on_success():
        call = db.session.get_one(Call, desk.call_id)
        call.laureates_published_at = call.created_at
        db.session.get_one(Event, call.event_id).status = EventStatus.DRAFT
    assert app.test_client().get(f"/fr{desk.public}").status_code == 404


def test_talks_have_no_page_of_laureates(app: Flask, desk: Desk) -> None:
    page = f"{desk.base}/laureates/"
    assert desk.client.submit(f"{page}publish", {}, page=desk.page).status_code == 409
    assert "it is not published" in text(desk.client.get(page))
