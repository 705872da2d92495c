"""Passwords: checked in length first, hashed outside the transaction, limited, and changed only by their owner."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time

import pytest
import sqlalchemy as sa

from congress.accounts import hashing, services
from congress.accounts.models import Account, Attempt
from congress.core import clock
from congress.core.errors import TooManyAttempts
from congress.core.transactions import commit_on_success
from congress.extensions import db
from tests.accounts.mailbox import newest_link
from tests.factories.people import make_account, sign_in

PAGE = "/en/account/sign-in/password"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def ada(app):
    with app.app_context(), commit_on_success():
        account = make_account("ada@example.org")
        account_id = account.id
    with app.app_context():
        hashed = services.hash_new_password(PASSWORD)
        with commit_on_success():
            services.set_password(account_id, hashed)
    return account_id


def try_password(client, password, address="ada@example.org", **kwargs):
    return client.submit(PAGE, {"login": address, "password": password}, **kwargs)


def test_the_right_password_signs_in(client, ada):
    assert try_password(client, PASSWORD).status_code == 303
    assert client.get("/en/account/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_look_the_same(client, ada):
    pages = [
        try_password(client, "wrong", address=address).get_data(as_text=True)
        for address in ("ada@example.org", "abc@example.org")
    ]
    shown = [re.sub(r"\b[0-9a-f]{32}\b|value=\"[\w.-]{60,}\"", "", page).replace("ada@", "abc@") for page in pages]
    assert shown[0] == shown[1]
    assert "do not go together" in pages[0]


def test_an_account_without_password_cannot_be_entered_by_one(app, client):
    with app.app_context():
        make_account("bob@example.org")
        db.session.commit()
    for password in ("", "x", "the password of nobody, which is refused even when somebody types it"):
        assert try_password(client, password, address="bob@example.org").status_code == 422


def test_a_megabyte_is_refused_before_it_is_hashed(client, ada, monkeypatch):
    def never(*_args):
        raise AssertionError("hashed")

    monkeypatch.setattr(hashing, "is_password", never)
    started = time.monotonic()
    assert try_password(client, "x" * 400_000).status_code == 422
    assert try_password(client, "x" * 1_000_000).status_code == 413
    assert time.monotonic() - started < 2


def test_ten_wrong_passwords_then_wait_and_the_link_still_works(app, client, ada, now):
    for _ in range(10):
        assert try_password(client, "wrong").status_code == 422
    refused = try_password(client, PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 901
    client.submit("/en/account/sign-in", {"email": "ada@example.org"})
    assert client.submit(newest_link(app), {}).status_code == 303
    with clock.held_at(now + dt.timedelta(minutes=15, seconds=1)):
        assert try_password(app.test_client(), PASSWORD).status_code == 303


def test_a_hundred_wrong_passwords_per_client_whatever_it_claims_to_be(app, client, ada):
    with app.app_context():
        db.session.execute(sa.insert(Attempt).values(key_hash=b"x" * 32, count=1, window_ends_at=clock.now()))
        db.session.commit()
    for number in range(9):
        try_password(client, "wrong", address=f"person{number}@example.org")
    with app.app_context(), commit_on_success():
        db.session.execute(sa.update(Attempt).where(Attempt.count == 9).values(count=100))
    forged = {"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.8", "X-Real-IP": "203.0.113.9"}
    assert try_password(client, "wrong", address="fresh@example.org", headers=forged).status_code == 429


def test_a_success_starts_the_count_again(client, ada):
    for _ in range(2):
        for _ in range(9):
            try_password(client, "wrong")
        assert try_password(client, PASSWORD).status_code == 303
        client.submit("/en/account/sign-out", {}, page="/en/account/")


@pytest.mark.database
def test_twenty_guesses_at_once_get_ten_answers(app, ada):
    clients = [app.test_client() for _ in range(20)]
    pages = [one.get(PAGE).get_data(as_text=True) for one in clients]
    tokens = [page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0] for page in pages]
    statuses = []

    def guess(one, token):
        data = {"csrf_token": token, "login": "ada@example.org", "password": "wrong"}
        statuses.append(one.post(PAGE, data=data).status_code)

    threads = [threading.Thread(target=guess, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {422, 429}
    assert statuses.count(422) <= 10


def test_hashing_never_holds_more_than_a_few_threads(app):
    inside = threading.Event()
    release = threading.Event()
    results = []

    class Slow:
        def hash(self, _password):
            inside.set()
            release.wait(5)
            return "hash"

    def work():
        with app.test_request_context("/"):
            try:
                results.append(hashing.hash_password("x"))
            except TooManyAttempts as error:
                results.append(type(error).__name__)

    real, hashing._hasher = hashing._hasher, Slow()
    try:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        inside.wait(5)
        time.sleep(0.2)
        assert results == ["TooManyAttempts"] * 4
        release.set()
        for thread in threads:
            thread.join()
    finally:
        hashing._hasher = real
    assert sorted(results) == ["TooManyAttempts"] * 4 + ["hash"] * 4


def test_changing_the_password_takes_the_old_one_and_ends_other_sessions(app, client, ada):
    other = app.test_client()
    with app.app_context():
        sign_in(other, db.session.get(Account, ada))
    try_password(client, PASSWORD)
    new = {"new_password": "a much better pass phrase", "repeat": "a much better pass phrase"}
    assert client.submit("/en/account/password", new).status_code == 422
    assert client.submit("/en/account/password", new | {"old_password": "wrong"}).status_code == 422
    assert other.get("/en/account/").status_code == 200
    assert client.submit("/en/account/password", new | {"old_password": PASSWORD}).status_code == 303
    assert other.get("/en/account/").status_code == 303
    assert client.get("/en/account/").status_code == 200
    assert try_password(app.test_client(), PASSWORD).status_code == 422


def test_a_first_password_needs_a_sign_in_by_link_a_moment_ago(app, client, now):
    with app.app_context():
        make_account("bob@example.org")
        db.session.commit()
    client.submit("/en/account/sign-in", {"email": "bob@example.org"})
    client.submit(newest_link(app), {})
    new = {"new_password": "a much better pass phrase", "repeat": "a much better pass phrase"}
    with clock.held_at(now + dt.timedelta(minutes=15)):
        page = client.get("/en/account/password").get_data(as_text=True)
        assert "within 15 minutes" in page
        assert client.submit("/en/account/password", new, page="/en/account/").status_code == 422
    assert client.submit("/en/account/password", new).status_code == 303
    assert try_password(app.test_client(), new["repeat"], address="bob@example.org").status_code == 303


@pytest.mark.parametrize("bad", ["x" * 14, "x" * 201])
def test_new_passwords_have_bounds(client, ada, bad):
    try_password(client, PASSWORD)
    answer = client.submit("/en/account/password", {"old_password": PASSWORD, "new_password": bad, "repeat": bad})
    assert answer.status_code == 422


def test_removing_the_password_leaves_the_link(app, client, ada):
    try_password(client, PASSWORD)
    assert client.submit("/en/account/password/remove", {"old_password": PASSWORD}).status_code == 303
    assert try_password(app.test_client(), PASSWORD).status_code == 422
