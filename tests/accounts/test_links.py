"""Signing in by a link: the same for everybody who asks, once for whoever received it."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from congress.accounts.models import AccountSession, SignInLink
from congress.core import clock
from congress.core.tokens import derive_token
from congress.extensions import db
from congress.jobs.models import Job
from tests.accounts.mailbox import newest_link
from tests.factories.people import make_account

SIGN_IN = "/en/account/sign-in"


@pytest.fixture
def ada(app):
    with app.app_context():
        account = make_account("ada@example.org")
        db.session.commit()
        return account.id


def ask(client, address, path=SIGN_IN):
    return client.submit(path, {"email": address})


def rows(app):
    with app.app_context():
        return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (SignInLink, Job)]


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_rows(app, client, ada):
    answers, written = [], []
    for address in ("ada@example.org", "nobody@example.org"):
        before = rows(app)
        answer = ask(client, address, SIGN_IN)
        page = client.get(answer.location)
        answers.append((answer.status_code, answer.location, page.status_code, page.data))
        written.append([after - old for after, old in zip(rows(app), before, strict=True)])
    assert answers[0] == answers[1]
    assert answers[0][0] == 303
    assert written[0] == written[1]
    assert written[0][0] == 1


def test_opening_the_link_changes_nothing_and_the_button_signs_in(app, client, ada):
    ask(client, "Ada@Example.org ")
    link = newest_link(app)
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert client.get("/en/account/").status_code == 303
    assert client.submit(link, {}).status_code == 303
    assert client.get("/en/account/").status_code == 200


def test_a_link_works_once(app, client, ada):
    ask(client, "ada@example.org")
    link = newest_link(app)
    client.submit(link, {})
    other = app.test_client()
    assert other.get(link).status_code == 410
    assert other.submit(link, {}, page=SIGN_IN).status_code == 410


def test_a_newer_link_kills_the_older_one(app, client, ada):
    ask(client, "ada@example.org")
    older = newest_link(app)
    ask(client, "ada@example.org")
    assert client.get(older).status_code == 410
    assert client.get(newest_link(app)).status_code == 200


def test_a_link_dies_after_a_quarter_of_an_hour(app, client, ada, now):
    ask(client, "ada@example.org")
    link = newest_link(app)
    with clock.held_at(now + dt.timedelta(minutes=14, seconds=59)):
        assert client.get(link).status_code == 200
    with clock.held_at(now + dt.timedelta(minutes=15)):
        assert client.get(link).status_code == 410


def test_altered_links_and_those_of_another_purpose_are_refused_alike(app, client, ada):
    ask(client, "ada@example.org")
    link = newest_link(app)
    token = link.split("/")[-2]
    with app.app_context():
        salt = db.session.scalars(sa.select(SignInLink.salt)).one()
        invitation = derive_token("invitation", salt)
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    pages = [client.get(f"/en/account/link/{wrong}/") for wrong in (altered, invitation, "x", "%F0%9F%94%91")]
    assert {page.status_code for page in pages} == {410}
    assert "Ask for a new link" in pages[0].get_data(as_text=True)


def test_a_link_for_an_address_without_account_signs_nobody_in(app, client):
    ask(client, "nobody@example.org")
    assert client.get(newest_link(app)).status_code == 410


def test_a_disabled_account_gets_no_link(app, client, ada):
    ask(client, "ada@example.org")
    link = newest_link(app)
    with app.app_context():
        db.session.execute(sa.text("UPDATE accounts SET disabled_at = '2027-01-01 00:00:00'"))
        db.session.commit()
    assert client.get(link).status_code == 410
    ask(client, "ada@example.org")
    assert client.get(newest_link(app)).status_code == 410


@pytest.mark.database
def test_fifteen_at_once_sign_in_exactly_once(app, client, ada):
    ask(client, "ada@example.org")
    link = newest_link(app)
    clients = [app.test_client() for _ in range(15)]
    tokens = [
        one.get(link).get_data(as_text=True).split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        for one in clients
    ]
    statuses, start = [], threading.Barrier(15)

    def press(one, token):
        start.wait()
        statuses.append(one.post(link, data={"csrf_token": token}).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303] + [410] * 14
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(AccountSession.id))) == 1


def test_only_the_hash_of_a_link_is_stored(app, client, ada):
    ask(client, "ada@example.org")
    token = newest_link(app).split("/")[-2]
    with app.app_context():
        link = db.session.scalars(sa.select(SignInLink)).one()
        assert token.encode() not in link.token_hash
        assert token not in repr(link.__dict__)


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("/en/account/", "/en/manage/"), ("/fr/manage/events/x/?q=a&page=2", "/fr/manage/events/x/?q=a&page=2")],
)
def test_after_signing_in_one_is_where_one_wanted_to_be(app, client, ada, wanted, reached):
    from urllib.parse import quote

    ask(client, "ada@example.org", f"{SIGN_IN}?next={quote(wanted)}")
    assert client.submit(newest_link(app), {}).location == reached
