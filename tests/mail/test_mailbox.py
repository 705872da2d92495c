"""The demo's mailbox: everything that left, safe to look at; elsewhere it does not exist."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.core import transactions
from congress.extensions import db
from congress.mail import messages
from congress.mail.messages import Attachment, Message
from congress.mail.models import Mail
from congress.mail.services import queue
from tests.support.work import do_jobs


@pytest.fixture
def name(app: Flask, monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> str:
    """The mailbox address of a mail with an attachment and a calendar entry."""
    monkeypatch.setitem(app.config, "DEMO", True)
    content = Message(
        values={"link": "http://localhost/en/account/link/secret/", "minutes": 15},
        calendar=("REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        attachments=[Attachment("ticket.pdf", "application/pdf", b"%PDF-1.7")],
    )
    monkeypatch.setitem(messages._builders, "sign_in", lambda _mail: content)
    with app.app_context(), transactions.commit_on_success():
        queue("sign_in", "zoe@example.org", "en", {})
    do_jobs(app)
    with app.app_context(), transactions.scope(writes=False):
        return str(db.session.scalars(sa.select(Mail.message_id)).one())


def test_list_and_search(client: FlaskClient, name: str) -> None:
    assert f"/en/mailbox/{name}/" in client.get("/en/mailbox/").get_data(as_text=True)
    assert name in client.get("/en/mailbox/?q=ZOE").get_data(as_text=True)
    assert name not in client.get("/en/mailbox/?q=nobody").get_data(as_text=True)
    assert name not in client.get("/en/mailbox/?q=%25%00".replace("%00", "")).get_data(as_text=True)


def test_mail_has_links_files_and_its_entry(client: FlaskClient, name: str) -> None:
    html = client.get(f"/en/mailbox/{name}/").get_data(as_text=True)

    assert '<a href="http://localhost/en/account/link/secret/">' in html
    assert "BEGIN:VCALENDAR" in html
    assert f"/en/mailbox/{name}/parts/1" in html


def test_files_are_downloads(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/en/mailbox/{name}/parts/1")

    assert answer.data == b"%PDF-1.7"
    assert answer.headers["Content-Disposition"] == "attachment; filename=ticket.pdf"
    assert client.get(f"/en/mailbox/{name}/parts/7").status_code == 404


def test_html_view_runs_no_script(client: FlaskClient, name: str) -> None:
    policy = client.get(f"/en/mailbox/{name}/html").headers["Content-Security-Policy"]

    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["", "{name}/", "{name}/html", "{name}/parts/0"])
def test_outside_a_demonstration_it_does_not_exist(
    app: Flask, client: FlaskClient, name: str, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setitem(app.config, "DEMO", False)

    assert client.get(f"/en/mailbox/{path.format(name=name)}").status_code == 404


@pytest.mark.parametrize("bad", ["0" * 32, "..%2f..%2fsecret_key", "x"])
def test_other_names_find_nothing(client: FlaskClient, name: str, bad: str) -> None:
    assert client.get(f"/en/mailbox/{bad}/").status_code == 404
