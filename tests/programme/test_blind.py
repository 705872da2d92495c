"""Blind review: a name is written into every field that could hold one, and every answer to a reviewer is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from congress.core import clock, storage
from congress.core.inventory import route_lines
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.programme import uploads
from congress.programme.enums import PersonState, ProposalState, QuestionKind
from congress.programme.models import Call, Proposal, ProposalAnswer, ProposalFile
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.proposals import make_call, make_person, make_proposal, make_question
from tests.factories.reviews import make_criterion, make_review, make_reviewer
from tests.security.world import World, arguments_of, make_world

CANARY = "Zyxwvutica"
PEOPLE = {
    "given_name": CANARY,
    "family_name": f"{CANARY}-family",
    "organisation": f"{CANARY} Institute",
    "job_title": f"Head of {CANARY}",
    "biography": f"{CANARY} was born.",
}
SEARCHED = CANARY[:-3]
"""A page may repeat what was searched for, but not complete it."""

QUERIES = ("", f"?q={SEARCHED}&show=all", "?show=done&page=99")


@dataclass
class Scene:
    """The world, and in it a blind call with the name everywhere."""

    world: World
    args: dict[str, Any]
    base: str
    codes: list[str]
    files: list[int]
    hidden_file: int
    reviewer: FlaskClient
    manager: FlaskClient


@pytest.fixture
def scene(app: Flask) -> Scene:
    world = make_world(app)
    clients = [app.test_client(), app.test_client()]
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, world.a.args["event_id"])
        call = make_call(event, is_blind=True)
        criterion = make_criterion(call)
        proposals = [add_proposal(call, state) for state in ProposalState]
        reviewer, manager = make_reviewer(event), make_account()
        make_member(manager, Role.PROGRAMME, event=event)
        submitted = next(one for one in proposals if one.state is ProposalState.SUBMITTED)
        for one in proposals:
            if one is not submitted:
                make_review(one, reviewer, {criterion.id: 5})
        make_review(submitted, manager, {criterion.id: 5}, comment="A comment.")
        files = db.session.execute(
            sa.select(ProposalFile.id, ProposalFile.question_id).filter_by(proposal_id=submitted.id)
        )
        found = {question_id is not None: file_id for file_id, question_id in files}
        codes = [one.code for one in proposals]
        args = world.a.args | {
            "call_id": call.id,
            "call_slug": call.slug,
            "criterion_id": criterion.id,
            "proposal_code": submitted.code,
            "file_id": found[False],
        }
        base = f"/en/manage/events/{event.slug}/reviews"
    with app.app_context():
        for client, account in zip(clients, (reviewer, manager), strict=True):
            sign_in(client, account)
    return Scene(world, args, base, codes, [found[False]], found[True], *clients)


def add_proposal(call: Call, state: ProposalState) -> Proposal:
    email = f"{CANARY}.{state}@example.org"
    proposal = make_proposal(call, state, email=email, note=f"{CANARY} called.")
    for person in (PersonState.JOINED, PersonState.INVITED, PersonState.DECLINED):
        make_person(proposal, person, email=f"{CANARY}.{state}.{person}@example.org", **PEOPLE)
    naming = make_question(call, names_people=True)
    plain = make_question(call)
    file_question = make_question(call, QuestionKind.FILE, names_people=True)
    db.session.add_all(
        [
            ProposalAnswer(proposal_id=proposal.id, question_id=naming.id, value=f"With {CANARY}."),
            ProposalAnswer(proposal_id=proposal.id, question_id=plain.id, value=f"Plain answer of {state}."),
        ]
    )
    for question_id in (None, file_question.id):
        name = storage.new_name("pdf")
        (storage.folder(uploads.FOLDER) / name).write_bytes(b"%PDF-1.7")
        db.session.add(
            ProposalFile(
                proposal_id=proposal.id,
                question_id=question_id,
                stored_name=name,
                file_name=f"{CANARY}.pdf",
                media_type="application/pdf",
                bytes=8,
                created_at=clock.now(),
            )
        )
    db.session.flush()
    return proposal


def names(answer: TestResponse) -> bool:
    """Whether the name is in an answer, its headers included."""
    said = answer.get_data().decode("utf-8", "replace")
    return CANARY.casefold() in f"{said} {answer.headers}".casefold()


def addresses(app: Flask, scene: Scene) -> Iterator[tuple[str, str]]:
    for line in route_lines(app):
        rule = next(one for one in app.url_map.iter_rules(line["endpoint"]) if one.rule == line["route"])
        scene.world.a.args |= scene.args
        values = dict.fromkeys(rule.arguments, 1) | arguments_of(line, scene.world.a, set(rule.arguments))
        with app.test_request_context("/en/"):
            yield line["method"], url_for(line["endpoint"], **values)


@pytest.mark.timeout(300)
def test_no_answer_of_any_route_names_somebody_to_a_reviewer(app: Flask, scene: Scene) -> None:
    paths = [path for method, path in addresses(app, scene) if method == "GET"]
    assert f"{scene.base}/{scene.args['proposal_code']}/" in paths
    leaks = [
        path + query for path in paths for query in QUERIES if names(scene.reviewer.get(path + query, buffered=True))
    ]
    assert leaks == []


@pytest.mark.timeout(300)
def test_nothing_that_a_reviewer_sends_is_answered_with_a_name(app: Flask, scene: Scene) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"], before = False, app.config["WTF_CSRF_CHECK_DEFAULT"]
    try:
        paths = [(method, path) for method, path in addresses(app, scene) if method not in {"GET", "HEAD", "OPTIONS"}]
        leaks = [
            path
            for method, path in paths
            if names(scene.reviewer.open(path, method=method, data={"q": SEARCHED}, buffered=True))
        ]
    finally:
        app.config["WTF_CSRF_CHECK_DEFAULT"] = before
    assert leaks == []


@pytest.mark.parametrize("who", ["reviewer", "manager"])
def test_neither_the_desk_nor_its_errors_name_anybody(scene: Scene, who: str) -> None:
    client: FlaskClient = getattr(scene, who)
    answers = [client.get(f"{scene.base}/{query}") for query in QUERIES]
    for code in scene.codes:
        answers.append(client.get(f"{scene.base}/{code}/"))
        answers.append(client.post(f"{scene.base}/{code}/", data={"comment": "x"}))
    page = f"{scene.base}/{scene.args['proposal_code']}/"
    answers.append(client.submit(page, {f"points_{scene.args['criterion_id']}": "99"}))
    answers.append(client.submit(page, {f"points_{scene.args['criterion_id']}": "9"}))
    answers.append(client.get(page))
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    assert not any(map(names, answers))


def test_what_is_not_about_people_is_read(scene: Scene) -> None:
    page = scene.reviewer.get(f"{scene.base}/{scene.args['proposal_code']}/").get_data(as_text=True)
    assert "Plain answer of submitted." in page
    assert f"{scene.args['proposal_code']}-1.pdf" in page


def test_files_have_names_of_ours_and_those_about_people_do_not_exist(scene: Scene) -> None:
    page = f"{scene.base}/{scene.args['proposal_code']}/files"
    answer = scene.reviewer.get(f"{page}/{scene.files[0]}")
    assert (answer.status_code, names(answer)) == (200, False)
    assert f"{scene.args['proposal_code']}-1.pdf" in answer.headers["Content-Disposition"]
    assert scene.reviewer.get(f"{page}/{scene.hidden_file}").status_code == 404


def test_searching_a_name_finds_nothing(scene: Scene) -> None:
    page = scene.reviewer.get(f"{scene.base}/?q={SEARCHED}&show=all").get_data(as_text=True)
    assert "Nothing matches" in page


def test_the_decisions_do_not_name_anybody_until_the_mails_are_read(scene: Scene) -> None:
    decisions = scene.base.replace("/reviews", f"/calls/{scene.args['call_id']}/decisions/")
    assert not names(scene.manager.get(decisions))
    for code in scene.codes:
        assert not names(scene.manager.get(f"{decisions}{code}/"))
    assert names(scene.manager.submit(decisions, {"only": f"accept {scene.args['proposal_code']}"})) is False
    assert names(scene.manager.get(f"{decisions}apply"))


def test_the_canary_is_seen_where_the_review_is_not_blind(app: Flask, scene: Scene) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.get_one(Call, scene.args["call_id"]).is_blind = False
    page = scene.reviewer.get(f"{scene.base}/{scene.args['proposal_code']}/")
    assert names(page)
    assert f"{CANARY}.pdf" in page.get_data(as_text=True)
    assert f"With {CANARY}." in page.get_data(as_text=True)
