"""What machines ask: alive, ready, metrics, security.txt, robots.txt."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from congress.core import clock, transactions
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import beat, enqueue


def seen(app: Flask) -> None:
    with app.app_context(), transactions.commit_on_success():
        beat("w")


def test_alive_asks_the_database_nothing(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(db.session, "execute", refuse)
    monkeypatch.setattr(db.session, "scalar", refuse)
    assert (client.get("/healthz").status_code, client.get("/healthz").data) == (200, b"ok\n")


@pytest.mark.database
def test_ready_with_a_worker_and_a_short_queue(app: Flask, client: FlaskClient, now: dt.datetime) -> None:
    seen(app)
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["status"]) == (200, "ready")
    assert answer.json["checks"]["worker"] == {"ok": True, "seconds": 0.0}


@pytest.mark.database
def test_not_ready_without_a_worker(app: Flask, client: FlaskClient, now: dt.datetime) -> None:
    assert client.get("/readyz").status_code == 503
    seen(app)
    with clock.held_at(now + dt.timedelta(seconds=61)):
        assert client.get("/readyz").json["checks"]["worker"] == {"ok": False, "seconds": 61.0}


@pytest.mark.database
@pytest.mark.parametrize(("lane", "status"), [(Lane.URGENT, 503), (Lane.BULK, 200)])
def test_urgent_work_must_not_wait_long(app, client, now: dt.datetime, lane: Lane, status: int) -> None:
    with app.app_context(), transactions.commit_on_success():
        enqueue("t.waits", {}, lane=lane)
    with clock.held_at(now + dt.timedelta(minutes=11)):
        seen(app)
        assert client.get("/readyz").status_code == status


def test_missing_mail_server_is_told_but_serves(app, client, now, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "TESTING", False)
    seen(app)

    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["checks"]["mail"]) == (200, {"ok": False})


@pytest.mark.parametrize(
    ("token", "header", "status"),
    [
        ("", "Bearer ", 404),
        ("", None, 404),
        ("secret", None, 401),
        ("secret", "Bearer wrong", 401),
        ("secret", "Basic secret", 401),
        ("secret", "Bearer secret", 200),
    ],
)
def test_metrics_need_their_token(app, client, monkeypatch, token: str, header: str | None, status: int) -> None:
    monkeypatch.setitem(app.config, "METRICS_TOKEN", token)
    answer = client.get("/metrics", headers={"Authorization": header} if header else {})

    assert answer.status_code == status


def test_metrics_say_how_much_work_there_is(app, client, monkeypatch, now) -> None:
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "secret")
    with app.app_context(), transactions.commit_on_success():
        enqueue("t.waits", {}, lane=Lane.BULK)
    text = client.get("/metrics", headers={"Authorization": "Bearer secret"}).get_data(as_text=True)

    assert 'congress_jobs{lane="bulk",state="queued"} 1.0' in text


def test_security_txt_never_expires(client: FlaskClient, now: dt.datetime) -> None:
    fields = dict(
        line.split(": ", 1) for line in client.get("/.well-known/security.txt").get_data(as_text=True).splitlines()
    )

    assert fields["Contact"].startswith("mailto:")
    expires = dt.datetime.fromisoformat(fields["Expires"])
    assert dt.timedelta(days=30) < expires - now < dt.timedelta(days=366)


def test_robots_stay_out_of_private_pages(client: FlaskClient) -> None:
    assert "Disallow: /*/r/" in client.get("/robots.txt").get_data(as_text=True)
