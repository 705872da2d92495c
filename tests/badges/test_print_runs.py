"""Print runs: asked for, drawn in the background, fetched by those who may."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.audit.models import AuditEntry
from congress.badges.models import PrintRun
from congress.core import pdf
from congress.core.tokens import derive_token
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.worker import run_due_jobs
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration, RegistrationGroup
from tests.factories.events import make_event
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_category, make_registration
from tests.support import pdf_reader

pytestmark = [pytest.mark.database, pytest.mark.skipif(not pdf.is_available(), reason="pango is not installed")]


@pytest.fixture
def event(session: None) -> Event:
    """An event with three confirmed people and one cancelled."""
    event = make_event()
    category = make_category(event)
    for family in ("Zola", "Arnaud", "Émile"):
        make_registration(event, category, family_name=family)
    make_registration(event, category, family_name="Parti", status=RegistrationStatus.CANCELLED)
    return event


def read(statement: sa.Select[Any]) -> list[Any]:
    """The rows of a statement; the transaction ends, so that requests can write again."""
    rows = list(db.session.scalars(statement))
    db.session.rollback()
    return rows


def organiser_of(event: Event, client: FlaskClient, role: Role = Role.ORGANISER) -> FlaskClient:
    """The client, signed in with a role on the event."""
    account = make_account()
    make_member(account, role, event=event)
    sign_in(client, account)
    return client


def test_everybody_in_one_file_in_order(app: Flask, client: FlaskClient, event: Event) -> None:
    browser = organiser_of(event, client)
    page = f"/fr/manage/events/{event.slug}/badges/"
    answer = browser.submit(page, {"people": "all", "layout": "a6"})
    assert answer.status_code == 303
    assert run_due_jobs(app.app_context) == 1
    with browser.get(f"{answer.location}badges.pdf") as download:
        content = download.data
    text = pdf_reader.text_of(content)
    assert pdf_reader.page_count(content) == 3
    assert len(set(pdf_reader.codes_of(content))) == 3
    assert text.index("Arnaud") < text.index("Zola")
    assert "Parti" not in text


def test_progress_survives_a_reload_and_the_file_can_be_deleted(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    browser = organiser_of(event, client)
    page = f"/en/manage/events/{event.slug}/badges/"
    show = browser.submit(page, {"people": "new", "layout": "a4_sheet"}).location
    assert "Waiting" in browser.get(show).get_data(as_text=True)
    run_due_jobs(app.app_context)
    assert "Download the PDF" in browser.get(show).get_data(as_text=True)
    assert "Download the PDF" in browser.get(f"{show}progress").get_data(as_text=True)
    assert read(sa.select(Registration.badge_printed_at)).count(None) == 1
    assert browser.submit(f"{show}discard", {}, page=show).status_code == 303
    assert browser.get(show).status_code == 404
    assert read(sa.select(AuditEntry.action).order_by(AuditEntry.id)) == ["badges.requested", "badges.discarded"]


def test_sending_the_form_twice_prints_once(client: FlaskClient, event: Event) -> None:
    browser = organiser_of(event, client)
    page = f"/fr/manage/events/{event.slug}/badges/"
    data = {"people": "all", "layout": "a6", "idempotency_key": "one-key"}
    first, second = browser.submit(page, data), browser.submit(page, data)
    assert first.location == second.location
    assert read(sa.select(sa.func.count(PrintRun.id))) == [1]


def test_a_selection_of_another_event_is_empty(client: FlaskClient, event: Event) -> None:
    browser = organiser_of(event, client)
    stranger = make_registration(make_event())
    db.session.commit()
    page = f"/en/manage/events/{event.slug}/badges/"
    answer = browser.submit(f"{page}selection", {"registration": [stranger.public_id]}, page=page)
    assert answer.status_code == 422
    assert "nobody to print" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("role", "status"), [(Role.DOOR, 403), (Role.VIEWER, 403), (Role.REGISTRATION, 200)])
def test_who_may_print(client: FlaskClient, event: Event, role: Role, status: int) -> None:
    browser = organiser_of(event, client, role)
    assert browser.get(f"/fr/manage/events/{event.slug}/badges/").status_code == status


def test_another_team_sees_no_run(app: Flask, client: FlaskClient, event: Event) -> None:
    browser = organiser_of(event, client)
    show = browser.submit(f"/fr/manage/events/{event.slug}/badges/", {"people": "all", "layout": "a6"}).location
    other_event = make_event()
    stranger = organiser_of(other_event, app.test_client())
    assert stranger.get(show).status_code == 404
    swapped = show.replace(event.slug, other_event.slug)
    assert stranger.get(swapped).status_code == 404
    assert stranger.get(f"{swapped}badges.pdf").status_code == 404


def test_a_cancelled_registration_has_no_badge(client: FlaskClient, event: Event) -> None:
    gone = db.session.scalars(
        sa.select(Registration).where(Registration.status == RegistrationStatus.CANCELLED)
    ).one()
    group = db.session.get_one(RegistrationGroup, gone.group_id)
    page = f"/fr/r/{derive_token('manage', group.link_salt)}/{gone.public_id}"
    db.session.commit()
    assert client.get(f"{page}/badge.pdf").status_code == 404
    assert client.get(f"{page}/ticket.pdf").status_code == 200
