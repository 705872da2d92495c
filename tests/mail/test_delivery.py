"""How a mail leaves: what travels, what the server may answer, and what the log then says."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from congress.core import clock, transactions
from congress.extensions import db
from congress.jobs.enums import JobState
from congress.jobs.models import Job
from congress.mail import messages, render
from congress.mail.enums import MailState
from congress.mail.messages import Attachment, Message, NoLongerTrue
from congress.mail.models import Mail
from congress.mail.services import queue
from tests.support.work import do_jobs, mailbox, part


class Server:
    """An SMTP server that answers RCPT and DATA as it is told, and keeps what it accepted."""

    def __init__(self) -> None:
        self.accepted: list[Envelope] = []
        self.rcpt = "250 OK"
        self.data = "250 OK"

    async def handle_RCPT(  # noqa: N802 (the library's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data.startswith("250"):
            self.accepted.append(envelope)
        return self.data


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://127.0.0.1:{controller.port}")
    yield handler
    controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Decide what the sign-in template says in this test."""

    def register(builder: Any) -> None:
        monkeypatch.setitem(messages._builders, "sign_in", builder)

    register(lambda _mail: Message(values={"link": "http://localhost/en/account/link/x/", "minutes": 15}))
    return register


def queued(app: Flask, recipient: str = "zoe@example.net", language: str = "en") -> int:
    with app.app_context(), transactions.commit_on_success():
        return queue("sign_in", recipient, language, {})


def mail_in(app: Flask, mail_id: int) -> Mail:
    with app.app_context(), transactions.scope(writes=False):
        mail = db.session.get_one(Mail, mail_id)
        db.session.expunge(mail)
        return mail


def test_accepted_mail_is_sent_once(app: Flask, server: Server, say, now: dt.datetime) -> None:
    mail_id = queued(app)

    assert (do_jobs(app), do_jobs(app)) == (1, 0)

    mail = mail_in(app, mail_id)
    assert (mail.state, mail.sent_at, mail.subject) == (MailState.SENT, now, "Your sign-in link")
    assert [envelope.rcpt_tos for envelope in server.accepted] == [["zoe@example.net"]]


def test_temporary_refusal_is_tried_again_under_the_same_id(app: Flask, server: Server, say, now) -> None:
    mail_id = queued(app)
    server.data = "451 4.3.0 try later, zoe@example.net"
    do_jobs(app)
    mail = mail_in(app, mail_id)
    assert (mail.state, mail.last_error) == (MailState.DEFERRED, "451 4.3.0 try later, [address]")
    with app.app_context():
        first = render.message_id(mail)

    server.data = "250 OK"
    with clock.held_at(now + dt.timedelta(minutes=1)):
        do_jobs(app)
    assert mail_in(app, mail_id).state is MailState.SENT
    assert f"Message-ID: {first}".encode() in server.accepted[0].content
    assert mail_in(app, mail_id).attempts == 2


def test_permanent_refusal_fails_at_once_with_its_reason(app: Flask, server: Server, say, now) -> None:
    mail_id = queued(app)
    server.rcpt = "550 5.1.1 no mailbox here for zoe@example.net"

    do_jobs(app)

    mail = mail_in(app, mail_id)
    assert (mail.state, mail.last_error) == (MailState.FAILED, "550 5.1.1 no mailbox here for [address]")
    with app.app_context(), transactions.scope(writes=False):
        assert db.session.scalar(sa.select(Job.state)) is JobState.FAILED


def test_server_that_is_down_is_tried_for_days(app: Flask, say, monkeypatch, now) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://127.0.0.1:{_free_port()}")
    mail_id = queued(app)
    tried, at = [], now
    for _ in range(14):
        with clock.held_at(at):
            do_jobs(app)
        with app.app_context(), transactions.scope(writes=False):
            run_at = db.session.scalars(sa.select(Job.run_at)).one()
        tried.append(mail_in(app, mail_id).state)
        at = run_at

    assert tried == [MailState.DEFERRED] * 13 + [MailState.FAILED]
    assert at - now > dt.timedelta(days=3)


def test_wrong_password_is_our_fault_and_not_the_mails(app: Flask, say, monkeypatch, server: Server) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"5.7.8 bad credentials")

    monkeypatch.setattr(smtplib.SMTP, "login", refuse)
    url = app.config["SMTP_URL"]
    monkeypatch.setitem(app.config, "SMTP_URL", url.replace("smtp://", "smtp://user:secret@"))
    mail_id = queued(app)

    do_jobs(app)

    assert mail_in(app, mail_id).state is MailState.DEFERRED


def test_goodbye_that_fails_does_not_undo_an_accepted_mail(app: Flask, server: Server, say, monkeypatch) -> None:
    def break_off(_server: smtplib.SMTP) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "quit", break_off)
    mail_id = queued(app)

    do_jobs(app)

    assert mail_in(app, mail_id).state is MailState.SENT


def test_without_a_mail_server_mails_wait(app: Flask, say, monkeypatch, now) -> None:
    monkeypatch.setitem(app.config, "TESTING", False)
    mail_id = queued(app)

    do_jobs(app)

    assert mail_in(app, mail_id).state is MailState.QUEUED


def test_mail_that_is_no_longer_true_never_leaves(app: Flask, server: Server, say) -> None:
    def nothing_to_say(_mail: Mail) -> Message:
        raise NoLongerTrue

    say(nothing_to_say)
    mail_id = queued(app)

    do_jobs(app)

    assert (mail_in(app, mail_id).state, server.accepted) == (MailState.CANCELLED, [])


def test_same_mail_sent_twice_leaves_one_file(app: Flask, say, now) -> None:
    mail_id = queued(app)
    do_jobs(app)
    (first,) = mailbox(app)
    with app.app_context(), transactions.commit_on_success():
        db.session.execute(sa.update(Mail).values(state=MailState.QUEUED))
        db.session.execute(sa.update(Job).values(state=JobState.QUEUED, run_at=now))
    do_jobs(app)

    (second,) = mailbox(app)
    assert first.as_bytes() == second.as_bytes()
    assert mail_in(app, mail_id).state is MailState.SENT


def test_parts_and_headers(app: Flask, say, now) -> None:
    calendar = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    say(
        lambda _mail: Message(
            values={"link": "http://localhost/x", "minutes": 15},
            reply_to="organiser@example.org",
            calendar=("REQUEST", calendar),
            attachments=[Attachment("ticket.pdf", "application/pdf", b"%PDF-1.7")],
        )
    )
    queued(app)
    do_jobs(app)

    (mail,) = mailbox(app)
    assert mail["To"] == "zoe@example.net"
    assert mail["Reply-To"] == "organiser@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == now
    alternative = next(mail.iter_parts())
    assert [one.get_content_type() for one in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar_part = list(alternative.iter_parts())[2]
    assert calendar_part["Content-Type"].params["method"] == "REQUEST"
    assert calendar_part.get_payload(decode=True) == calendar
    assert [one.get_filename() for one in mail.iter_attachments()] == ["invitation.ics", "ticket.pdf"]


@pytest.mark.parametrize(
    "value",
    [
        "one\r\nBcc: thief@example.org",
        "one\nBcc: thief@example.org",
        "one\u2028Bcc: thief@example.org",
        "one\x85Bcc: thief@example.org",
        "one\x0bBcc: thief@example.org",
        "x" * 2000,
        "\u202eeno",
    ],
)
def test_header_is_one_line(app: Flask, say, monkeypatch, value: str) -> None:
    monkeypatch.setattr(render, "render", lambda name, _values: value if name.endswith("subject.txt") else "text")
    queued(app)
    do_jobs(app)

    (mail,) = mailbox(app)
    assert mail["Bcc"] is None
    assert mail.get_all("To") == ["zoe@example.net"]
    assert "\n" not in mail["Subject"]
    assert len(mail["Subject"]) <= 200
    assert "\u202e" not in mail["Subject"]


@pytest.mark.parametrize("address", ["zoé@example.net", "zoe@exämple.net", "名@example.net"])
def test_addresses_beyond_ascii_arrive(app: Flask, say, address: str) -> None:
    mail_id = queued(app, address)

    do_jobs(app)

    assert mail_in(app, mail_id).state is MailState.SENT


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("Zoé <b>bold</b>", "Zoé &lt;b&gt;bold&lt;/<wbr>b&gt;"),
        ("click http://evil.example", "click http:<wbr>/<wbr>/<wbr>evil.<wbr>example"),
        ("{{ 7331*7 }} {url} %(link)s", "{{ 7331*7 }} {url} %(link)s"),
        ("two\nlines", "two lines"),
    ],
)
def test_what_people_typed_stays_text(typed: str, html: str) -> None:
    assert str(render.typed(typed)) == html


def test_french_reader_gets_french(app: Flask, say) -> None:
    queued(app, language="fr")
    do_jobs(app)

    (mail,) = mailbox(app)
    assert mail["Content-Language"] == "fr"
    assert "Bonjour" in part(mail, "text/plain")
