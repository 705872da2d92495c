"""C01: how long an answer takes says nothing about whether somebody is known."""

from __future__ import annotations

import statistics
import time

import pytest
import sqlalchemy as sa

from congress.accounts.models import Attempt
from congress.extensions import db
from tests.factories.events import make_event
from tests.factories.people import make_account
from tests.factories.registrations import make_registration

ROUNDS = 60
TOLERATED_SECONDS = 0.004
TOLERATED_SHARE = 0.15


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "field", "rest"),
    [
        ("/en/account/sign-in", "email", {}),
        ("/en/my-registration", "email", {}),
        ("/en/account/sign-in/password", "login", {"password": "wrong password, whoever it is"}),
    ],
)
def test_known_and_unknown_take_the_same_time(app, client, path, field, rest):
    with app.test_request_context("/fr/"):
        make_account("known@example.org")
        event = make_event()
        make_registration(event, email="known@example.org")
        db.session.commit()
    client.checks_pages = False
    times = {"known": [], "stranger": []}
    for number in range(ROUNDS * 2 + 10):
        who = ("known", "stranger")[number % 2]
        page = client.get(path).get_data(as_text=True)
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        started = time.perf_counter()
        client.post(path, data={"csrf_token": token, field: f"{who}@example.org", **rest})
        times[who].append(time.perf_counter() - started)
        with app.app_context():
            db.session.execute(sa.delete(Attempt))
            db.session.commit()
    known, stranger = (statistics.median(values[5:]) for values in times.values())
    assert abs(known - stranger) < max(TOLERATED_SECONDS, TOLERATED_SHARE * max(known, stranger))
