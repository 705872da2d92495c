"""A01-A03, A05: every role on every route and method gets exactly what is declared."""

from __future__ import annotations

import json

import pytest
from flask import url_for

from congress.core import transactions
from congress.core.inventory import route_lines
from congress.extensions import db
from tests.security.matrix import LINK, PUBLIC, outcome, rule_of
from tests.security.world import arguments_of, make_world
from tests.support.client import TOKEN

MISSING_ID = 987_654_321
IDS = frozenset(
    {
        "run_id",
        "checkpoint_id",
        "device_id",
        "host_id",
        "room_id",
        "mail_id",
        "member_id",
        "invitation_id",
        "category_id",
        "quota_id",
        "public_id",
        "registration_id",
        "event_id",
        "call_id",
        "question_id",
        "proposal_code",
        "file_id",
        "person_id",
        "speaker_code",
        "session_code",
        "track_id",
        "format_id",
        "window_id",
        "material_id",
        "slot_id",
        "criterion_id",
        "sign_up_id",
        "meeting_session_id",
        "zone_id",
        "table_id",
        "tag_id",
        "code",
        "meeting_code",
        "timetable_run_id",
    }
)


@pytest.fixture
def world(app, monkeypatch):
    """Nothing that is sent in these tests stays: each request is undone where it would be committed."""
    made = make_world(app)

    def undo():
        db.session.rollback()
        work = transactions._current.get()
        if work:
            work.after_commit.clear()
            work.release()

    monkeypatch.setattr(transactions, "commit", undo)
    monkeypatch.setitem(app.config, "WTF_CSRF_CHECK_DEFAULT", False)
    monkeypatch.setitem(app.config, "PROPAGATE_UNEXPECTED", False)
    return made


def routes(app):
    for line in route_lines(app):
        rule = next(one for one in app.url_map.iter_rules(line["endpoint"]) if one.rule == line["route"])
        yield line, set(rule.arguments)


def address(app, line, scene, names, **changes):
    values = arguments_of(line, scene, names) | changes
    missing = names - set(values)
    assert not missing, f"{line['route']}: tests/security/world.py has nothing for {missing}"
    with app.test_request_context("/en/"):
        return url_for(line["endpoint"], **values)


def classified(response):
    if response.status_code in {301, 302, 303} and "/account/sign-in" in response.location:
        return "sign in"
    return str(response.status_code) if response.status_code in {401, 403, 404, 405, 500} else "in"


def send(client, line, path, headers=None):
    if line["endpoint"].startswith("api_v1") and line["method"] == "POST":
        return client.open(path, method="POST", json={}, headers=headers, buffered=True)
    return client.open(path, method=line["method"], headers=headers, buffered=True)


def test_every_route_is_in_the_matrix(app):
    absent = {line["endpoint"] for line in route_lines(app) if rule_of(line["endpoint"], line["method"]) is None}
    assert absent == set()


def test_the_command_prints_what_the_matrix_reads(app):
    printed = app.test_cli_runner().invoke(args=["inventory", "routes"]).output.splitlines()
    assert [json.loads(line) for line in printed] == list(route_lines(app))
    assert all(json.loads(line)["rule"] for line in printed)


def test_an_absent_route_would_be_seen():
    assert rule_of("brand_new.page", "GET") is None


@pytest.mark.timeout(600)
def test_each_role_gets_what_is_declared(app, world):
    wrong = {}
    for line, names in routes(app):
        rule = rule_of(line["endpoint"], line["method"])
        if rule is None or rule == PUBLIC:
            continue
        path = address(app, line, world.a, names)
        for role, client in world.clients.items():
            got = classified(send(client, line, path, world.headers.get(role)))
            if got != outcome(role, rule):
                wrong[f"{role}: {line['method']} {line['endpoint']}"] = (got, outcome(role, rule))
    assert not wrong, "\n".join(f"{what}: {got}" for what, got in wrong.items())


def test_public_pages_answer_everybody_alike(app, world):
    wrong = []
    for line, names in routes(app):
        if rule_of(line["endpoint"], line["method"]) != PUBLIC or line["method"] != "GET":
            continue
        path = address(app, line, world.a, names)
        statuses = {client.get(path, buffered=True).status_code for client in world.clients.values()}
        if (len(statuses) > 1 and line["endpoint"] != "accounts.sign_in") or statuses & {500, 401, 403}:
            wrong.append((path, statuses))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.timeout(600)
def test_a_sibling_events_rows_do_not_exist_here(app, world):
    """A02: an id of event B under the address of event A answers as an id that was never given."""
    owner, wrong = world.clients["owner"], []
    for line, names in routes(app):
        for name in names & IDS if "event_slug" in names else ():
            if rule_of(line["endpoint"], line["method"]) == PUBLIC:
                continue
            theirs = arguments_of(line, world.b, {name})[name]
            never = "0" * 32 if name == "public_id" else MISSING_ID
            paths = [address(app, line, world.a, names, **{name: value}) for value in (theirs, never)]
            answers = [send(owner, line, path) for path in paths]
            bodies = [
                TOKEN.sub("", answer.get_data(as_text=True)).replace(path[3:], "/HERE")
                for answer, path in zip(answers, paths, strict=True)
            ]
            if [answer.status_code for answer in answers] != [404, 404] or bodies[0] != bodies[1]:
                different = [
                    pair for pair in zip(*(body.splitlines() for body in bodies), strict=False) if len(set(pair)) > 1
                ]
                wrong.append(
                    (line["method"], line["route"], [answer.status_code for answer in answers], different[:3])
                )
    assert not wrong, "\n".join(map(str, wrong))


def test_a_sibling_registrations_rows_do_not_exist_behind_my_link(app, world):
    client, wrong = world.clients["anonymous"], []
    for line, names in routes(app):
        if rule_of(line["endpoint"], line["method"]) != LINK:
            continue
        guessed = address(app, line, world.a, names, token="A" * 27)
        if send(client, line, guessed).status_code != 404:
            wrong.append(guessed)
        for name in names & {"public_id", "file_id", "person_id", "session_code", "window_id", "code"}:
            theirs = address(app, line, world.a, names, **{name: world.b.args[name]})
            if send(client, line, theirs).status_code != 404:
                wrong.append(theirs)
    assert not wrong, "\n".join(map(str, wrong))


def test_lists_of_one_event_show_nobody_of_the_other(app, world):
    """A03: pages of event A never say anything about event B."""
    from congress.registration.models import Registration

    with app.app_context():
        other = db.session.get(Registration, world.b.args["registration_id"])
        names = [other.family_name, other.email, other.reference, world.b.args["event_slug"]]
    owner, leaks = world.clients["owner"], []
    for line, arguments in routes(app):
        if line["method"] != "GET" or "event_slug" not in arguments or "/manage/" not in line["route"]:
            continue
        for query in ("", "?q=Lef", "?q=e", "?page=1000&sort=name"):
            answer = owner.get(address(app, line, world.a, arguments) + query, buffered=True)
            page = answer.get_data().decode("utf-8", "replace")
            leaks += [(line["route"], query, 500)] if answer.status_code == 500 else []
            leaks += [(line["route"], query, name) for name in names if f"{name}<" in page or f'{name}"' in page]
    assert not leaks, "\n".join(map(str, leaks))
