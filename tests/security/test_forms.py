"""C08, C17: no state changes without a token of this browser, by GET, or from elsewhere. C15: cookies."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import url_for

from congress.core.inventory import route_lines
from congress.extensions import db
from tests.security.matrix import DEVICE, PUBLIC, rule_of
from tests.security.world import arguments_of, make_world


def addresses(app, scene, method):
    for line in route_lines(app):
        if line["method"] != method or rule_of(line["endpoint"], method) == DEVICE:
            continue
        rule = next(one for one in app.url_map.iter_rules(line["endpoint"]) if one.rule == line["route"])
        with app.test_request_context("/en/"):
            yield line, url_for(line["endpoint"], **arguments_of(line, scene, set(rule.arguments)))


def contents(app):
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(table)).all()
            for table in db.metadata.sorted_tables
            if table.name != "account_sessions"
        }


@pytest.fixture
def world(app):
    return make_world(app)


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({}, {}),
        ({"csrf_token": "IjEyMzQi.aaaa.bbbb"}, {}),
        (json.dumps({"csrf_token": "x"}), {"Content-Type": "text/plain"}),
        (json.dumps({"csrf_token": "x"}), {"Content-Type": "application/json"}),
    ],
    ids=["missing", "foreign", "text", "json"],
)
def test_every_write_needs_a_token_of_this_browser(app, world, data, headers):
    owner, before = world.clients["administrator"], contents(app)
    wrong = []
    for _line, path in addresses(app, world.a, "POST"):
        status = owner.post(path, data=data, headers=headers, buffered=True).status_code
        if status != 400:
            wrong.append((path, status))
    assert not wrong
    assert contents(app) == before


def test_a_token_of_another_browser_is_refused(app, world):
    stranger, owner = app.test_client(), world.clients["owner"]
    token = stranger.get("/en/account/sign-in").get_data(as_text=True).split('name="csrf_token"')[1]
    token = token.split('value="')[1].split('"')[0]
    answer = owner.post("/en/account/", data={"csrf_token": token, "name": "Mallory", "language": "en"})
    assert answer.status_code == 400
    assert "expired" in answer.get_data(as_text=True)


def test_reading_changes_nothing(app, world):
    before = contents(app)
    for role in ("owner", "administrator", "anonymous"):
        for _line, path in addresses(app, world.a, "GET"):
            world.clients[role].get(path, buffered=True)
    assert contents(app) == before


def test_pages_that_only_show_set_no_cookie(app, world):
    """C15: forms need one, nothing else does."""
    cookies = {}
    for line, path in addresses(app, world.a, "GET"):
        if rule_of(line["endpoint"], "GET") == PUBLIC:
            answer = app.test_client().get(path, buffered=True)
            if "Set-Cookie" in answer.headers:
                cookies[line["endpoint"]] = b"<form" in answer.data
    assert all(cookies.values()), cookies
    assert not {name for name in cookies if name.startswith(("site.", "privacy.", "calendars.", "media."))}


def test_cookies_under_tls(monkeypatch, tmp_path):
    from config import load

    settings = load(
        {
            "CONGRESS_ENV": "test",
            "CONGRESS_DATA_DIR": str(tmp_path),
            "CONGRESS_SECRET_KEY": "s" * 40,
            "CONGRESS_BASE_URL": "https://events.example",
        }
    )
    assert settings["SESSION_COOKIE_NAME"] == "__Host-congress"
    assert settings["SESSION_COOKIE_SECURE"] is settings["SESSION_COOKIE_HTTPONLY"] is True
    assert (settings["SESSION_COOKIE_SAMESITE"], settings["SESSION_COOKIE_PATH"]) == ("Lax", "/")


def test_the_session_cookie_is_small_and_out_of_reach_of_scripts(app, client):
    cookie = client.get("/en/account/sign-in").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert len(cookie) < 4096
