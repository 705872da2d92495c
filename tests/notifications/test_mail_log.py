"""The organisers' log: their own event only, secrets hidden, sending again on the record."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.audit.models import AuditEntry
from congress.core import transactions
from congress.core.tokens import derive_token
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.mail.enums import MailState
from congress.mail.models import Mail
from congress.registration.enums import ConsentKind, RegistrationSource
from congress.registration.models import RegistrationGroup
from congress.registration.services import Choice, Person, register
from tests.factories.events import make_event, make_series
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_category
from tests.support.work import do_jobs, mailbox

pytestmark = pytest.mark.database

ZOE = Person("Zoé", "Lefèvre", "zoe@example.org", "Exemple SA", "Chercheuse", "en")


class Stage:
    """Two events of one tour, somebody registered for both, a colleague on the first one."""

    def __init__(self, role: Role) -> None:
        series = make_series()
        self.event, self.other = make_event(series), make_event(series)
        choices = [Choice(one.id, make_category(one).id) for one in (self.event, self.other)]
        self.group: RegistrationGroup = register(
            choices, ZOE, {ConsentKind.PRIVACY_NOTICE: True}, source=RegistrationSource.ONLINE
        )
        self.token = derive_token("manage", self.group.link_salt)
        self.account = make_account()
        make_member(self.account, role, event=self.event)


@pytest.fixture
def stage(app: Flask, client: FlaskClient, now: dt.datetime, request, monkeypatch) -> Stage:
    monkeypatch.setattr("congress.notifications.messages.stages.ticket_pdf", lambda _ones: b"%PDF-")
    with app.test_request_context("/en/"), transactions.scope(writes=True):
        made = Stage(getattr(request, "param", Role.REGISTRATION))
        transactions.commit()
        do_jobs(app)
        sign_in(client, made.account)
        return made


def log_of(event: Event) -> str:
    return f"/en/manage/events/{event.slug}/mails/"


def test_log_lists_what_was_sent(client: FlaskClient, stage: Stage) -> None:
    page = client.get(log_of(stage.event))

    assert page.status_code == 200
    html = page.get_data(as_text=True)
    assert "zoe@example.org" in html
    assert "Sent (1)" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ZOE", True),
        ("q=registered", True),
        ("q=%25", False),
        ("q=nobody", False),
        ("state=sent", True),
        ("state=failed", False),
        ("state=nonsense", True),
        ("page=99999999999", True),
    ],
)
def test_search_and_filter(client: FlaskClient, stage: Stage, query: str, found: bool) -> None:
    html = client.get(f"{log_of(stage.event)}?{query}").get_data(as_text=True)

    assert ("zoe@example.org" in html) is found


def test_mail_is_shown_without_its_secret_and_without_the_other_event(client: FlaskClient, stage: Stage) -> None:
    html = client.get(f"{log_of(stage.event)}1/").get_data(as_text=True)

    assert "Hello Zoé Lefèvre" in html
    assert "/en/r/…/" in html
    assert stage.token not in html
    assert stage.event.name["en"] in html
    assert stage.other.name["en"] not in html


def test_other_teams_log_does_not_exist(client: FlaskClient, stage: Stage) -> None:
    assert client.get(log_of(stage.other)).status_code == 404
    assert client.get(f"{log_of(stage.event)}999/").status_code == 404


@pytest.mark.parametrize("stage", [Role.DOOR, Role.VIEWER, Role.PROGRAMME], indirect=True)
def test_log_needs_the_right_to_read_mails(client: FlaskClient, stage: Stage) -> None:
    assert client.get(log_of(stage.event)).status_code == 403
    assert client.get(f"{log_of(stage.event)}1/").status_code == 403


def test_sending_again_makes_a_new_mail_on_the_record(app: Flask, client: FlaskClient, stage: Stage) -> None:
    answer = client.submit(f"{log_of(stage.event)}1/resend", {}, page=f"{log_of(stage.event)}1/")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{log_of(stage.event)}2/")
    do_jobs(app)
    assert [mail["To"] for mail in mailbox(app)] == ["zoe@example.org", "zoe@example.org"]
    with app.app_context(), transactions.scope(writes=False):
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "mail.resent")).one()
        assert (entry.event_id, entry.target_id, entry.after) == (stage.event.id, 1, {"mail_id": 2})


def test_double_click_sends_once(app: Flask, client: FlaskClient, stage: Stage) -> None:
    page = f"{log_of(stage.event)}1/"
    html = client.get(page).get_data(as_text=True)
    key = html.split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
    for _ in range(2):
        client.submit(f"{page}resend", {"idempotency_key": key}, page=page)

    with app.app_context(), transactions.scope(writes=False):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 2


def test_reason_of_a_failure_is_shown(app: Flask, client: FlaskClient, stage: Stage) -> None:
    with app.app_context(), transactions.commit_on_success():
        reason = "550 5.1.1 no mailbox here for [address]"
        db.session.execute(sa.update(Mail).values(state=MailState.FAILED, last_error=reason))

    assert reason in client.get(f"{log_of(stage.event)}1/").get_data(as_text=True)
