"""P06, B09: what is logged names no address, no token, no code and no password, and is one line per event."""

from __future__ import annotations

import io
import json
import logging

import structlog

from congress.core import logs
from congress.core.errors import DomainError
from congress.jobs.worker import run_due_jobs
from tests.accounts.mailbox import newest_link
from tests.factories.doors import batch, scan
from tests.security.world import make_world

PASSWORD = "correct horse battery staple"


def captured(app, act):
    """Everything that a production process would write while `act` runs, with every library at its most talkative."""
    stream, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure(level=logging.DEBUG)
    root.handlers[0].setStream(stream)
    try:
        act()
    finally:
        root.handlers[:], root.level = before, level
    return stream.getvalue()


def test_a_whole_journey_leaves_no_trace_of_anybody(app, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_UNEXPECTED", False)
    world = make_world(app)
    client = world.clients["anonymous"]

    def journey():
        client.submit("/en/account/sign-in", {"email": "canary@example.org"})
        client.submit("/en/account/sign-in/password", {"login": "canary@example.org", "password": PASSWORD})
        client.get(newest_link(app))
        client.submit("/en/my-registration", {"email": "canary@example.org"})
        for end in ("", "edit", "nowhere"):
            client.get(f"/en/r/{world.a.tokens['manage']}/{end}")
        client.get(f"/calendars/personal/{world.a.tokens['calendar']}.ics")
        client.get(f"/en/invitations/{world.a.tokens['invitation']}/")
        client.post(f"/en/r/{world.a.tokens['manage']}/edit", data={"email": "canary@example.org"})
        client.post("/api/v1/scans", json=batch(scan("A" * 125)), headers=world.headers["door device"])
        with app.test_request_context("/fr/"):
            run_due_jobs(app.app_context)

    written = captured(app, journey)
    assert written
    secrets = {"canary@example.org", PASSWORD, "A" * 60, *world.a.tokens.values(), *world.b.tokens.values()}
    assert not [secret for secret in secrets if secret in written]


def test_an_exception_with_personal_data_in_it_is_logged_without(app):
    def fail():
        try:
            int("canary@example.org sent 1234567890abcdefghijklmnopqrstuvwxyz\nand a second line")
        except ValueError:
            structlog.get_logger("test").exception("it_broke", address="canary@example.org")

    written = captured(app, fail)
    assert "canary@example.org" not in written
    assert "1234567890abcdef" not in written
    assert [json.loads(line)["event"] for line in written.splitlines()] == ["it_broke"]


def test_control_characters_forge_no_line(app):
    """B09."""

    def log():
        structlog.get_logger("test").info("said", text='x\n{"event": "forged"}\x1b[31m\r\n', error=str(DomainError()))

    written = captured(app, log)
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written
