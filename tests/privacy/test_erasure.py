"""Erasing a canary: whoever is erased is nowhere any more, and the numbers still add up."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from congress.audit.services import record
from congress.badges.enums import BadgeFormat
from congress.badges.models import PrintRun
from congress.checkin.enums import ScanAction, ScanMethod, ScanOutcome
from congress.checkin.models import Checkpoint, Device, Scan
from congress.core import clock, storage
from congress.core.idempotency import IdempotencyKey
from congress.core.tokens import new_link
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.extensions import db
from congress.jobs.models import Job
from congress.jobs.services import enqueue
from congress.mail.models import Mail
from congress.mail.services import queue
from congress.mail.transports import mailbox_file
from congress.privacy import services
from congress.privacy.models import Erasure
from congress.registration.consents import store_answers
from congress.registration.enums import ConsentKind
from congress.registration.models import Registration
from tests.factories.events import make_event
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_registration

CANARY = "zqcanaryqz"
ADDRESS = f"{CANARY}@example.org"


def make_canary(event):
    """Somebody who left a trace wherever one can."""
    one = make_registration(
        event, given_name=f"Éva{CANARY}", family_name=CANARY, email=ADDRESS, organisation=f"{CANARY} SA", note=CANARY
    )
    one.job_title = f"Chief {CANARY}"
    store_answers({one.id: event.id}, {ConsentKind.PHOTO: True})
    mail_id = queue(
        "registration_confirmation", ADDRESS, "fr", {"registration_ids": [one.id]}, shown_in=[(event.id, one.id)]
    )
    mail = db.session.get(Mail, mail_id)
    mail.subject, mail.last_error = f"Bonjour {CANARY}", f"<{ADDRESS}> refused"
    mailbox_file(mail.message_id).write_text(CANARY)
    db.session.execute(sa.update(Job).values(error=f"550 <{ADDRESS}> unknown"))
    record("registration.corrected", "registration", one.id, event_id=event.id, before={"email": ADDRESS})
    record("mail.resent", "mail", mail_id, event_id=event.id, after={"to": [ADDRESS]})
    _make_scan(event, one)
    _make_print_run(event, one)
    db.session.add(
        IdempotencyKey(
            scope_hash=b"s" * 32,
            body_hash=b"b" * 32,
            created_at=clock.now(),
            result={"reference": one.reference, "email": ADDRESS},
        )
    )
    db.session.flush()
    return one


def _make_scan(event, registration):
    checkpoint = Checkpoint(event_id=event.id, name="Main door", created_at=clock.now())
    db.session.add(checkpoint)
    db.session.flush()
    salt, token_hash = new_link("device")
    device = Device(
        event_id=event.id,
        checkpoint_id=checkpoint.id,
        label="phone",
        salt=salt,
        token_hash=token_hash,
        created_at=clock.now(),
        expires_at=clock.now() + dt.timedelta(days=1),
    )
    db.session.add(device)
    db.session.flush()
    now = clock.now()
    db.session.add(
        Scan(
            event_id=event.id,
            checkpoint_id=checkpoint.id,
            device_id=device.id,
            nonce="n1",
            action=ScanAction.ENTRY,
            method=ScanMethod.CAMERA,
            registration_id=registration.id,
            valid=True,
            day=now.date(),
            device_time=now,
            scanned_at=now,
            received_at=now,
            outcome=ScanOutcome.ADMITTED,
            answer={
                "digest": "x",
                "result": {"nonce": "n1", "outcome": "admitted", "person": {"name": f"Éva{CANARY}"}},
            },
        )
    )


def _make_print_run(event, registration):
    name = storage.new_name("pdf")
    (storage.folder("print_runs") / name).write_text(f"PDF with {CANARY}")
    job_id = enqueue("badges.print", {})
    db.session.add(
        PrintRun(
            event_id=event.id,
            job_id=job_id,
            format=BadgeFormat.A6,
            badges=1,
            file_name=name,
            registration_ids=[registration.id],
            created_at=clock.now(),
        )
    )


def everything_stored(app):
    """Every value of every column of every table, as text."""
    with app.app_context(), db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for column, value in row._mapping.items():
                    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
                    yield f"{table.name}.{column}", text


def where_the_canary_is(app):
    return {place for place, text in everything_stored(app) if CANARY in text.casefold()}


def files_with_the_canary(data_dir):
    return [
        str(path.relative_to(data_dir))
        for path in data_dir.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]


@pytest.fixture
def canary(app):
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        one = make_canary(event)
        owner = make_account("owner@example.org")
        make_member(owner, Role.OWNER, event=event)
        other = make_registration(event, email="other@example.org")
        return {
            "event": event.id,
            "slug": event.slug,
            "id": one.id,
            "public_id": one.public_id,
            "reference": one.reference,
            "owner": owner,
            "other": other.id,
        }


@pytest.mark.database
def test_nothing_of_an_erased_person_is_left(app, canary, data_dir):
    before = where_the_canary_is(app)
    assert {place.split(".")[0] for place in before} >= {"registrations", "mails", "scans", "audit_entries", "jobs"}
    assert files_with_the_canary(data_dir)
    with app.test_request_context("/fr/"), commit_on_success():
        counts = services.erase(ADDRESS, canary["event"])
    assert where_the_canary_is(app) == set()
    assert files_with_the_canary(data_dir) == []
    assert counts["registration"]["registrations"] == 1
    assert counts["mail"]["deleted"] == 1
    assert counts["checkin"]["scans"] == 1
    assert counts["badges"]["print_runs"] == 1
    with app.app_context():
        assert db.session.get(Registration, canary["other"]).email == "other@example.org"
        assert db.session.scalar(sa.select(sa.func.count(Scan.id)).where(Scan.registration_id == canary["id"])) == 1
        erasure = db.session.scalars(sa.select(Erasure)).one()
        assert ADDRESS.encode() not in erasure.address_hash


@pytest.mark.database
def test_a_restored_backup_is_erased_again_but_not_somebody_who_came_back(app, now):
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        make_registration(event, email=ADDRESS, created_at=now - dt.timedelta(days=1))
        event_id = event.id
        db.session.add(
            Erasure(address_hash=services.people._keyed_hash(ADDRESS), event_id=event_id, at=now, counts={})
        )
    with app.test_request_context("/fr/"), commit_on_success():
        assert services.reapply_erasures() == 1
    assert not where_the_canary_is(app)
    with app.test_request_context("/fr/"), clock.held_at(now + dt.timedelta(days=2)), commit_on_success():
        make_registration(event, email=ADDRESS)
    with app.test_request_context("/fr/"), commit_on_success():
        assert services.reapply_erasures() == 0


def test_erasing_on_one_event_leaves_the_other(app, canary):
    with app.test_request_context("/fr/"), commit_on_success():
        elsewhere = make_registration(make_event(), email=ADDRESS).id
    with app.test_request_context("/fr/"), commit_on_success():
        services.erase(ADDRESS, canary["event"])
    with app.app_context():
        assert db.session.get(Registration, elsewhere).email == ADDRESS


def test_the_operator_erases_everywhere_and_closes_the_account(app, canary):
    with app.test_request_context("/fr/"), commit_on_success():
        make_account(ADDRESS, name=CANARY)
        make_registration(make_event(), email=ADDRESS)
    answer = app.test_cli_runner().invoke(args=["privacy", "erase", "--yes", ADDRESS])
    assert answer.exit_code == 0, answer.output
    assert where_the_canary_is(app) == set()


def test_the_organiser_gives_out_one_archive(app, client, canary):
    with app.app_context():
        sign_in(client, canary["owner"])
    base = f"/en/manage/events/{canary['slug']}/privacy"
    found = client.get(f"{base}/", query_string={"q": CANARY})
    assert canary["reference"] in found.get_data(as_text=True)
    page = f"{base}/people/{canary['public_id']}/"
    answer = client.submit(f"{page}export", {}, page=page)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="personal-data-{canary["reference"]}.zip"'
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    parts = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    assert parts["registration.json"]["registrations"][0]["email"] == ADDRESS
    assert parts["registration.json"]["registrations"][0]["consents"][0]["given"] is True
    assert len(parts["mail.json"]["mails"]) == len(parts["checkin.json"]["scans"]) == 1
    assert {act["action"] for act in parts["audit.json"]["acts"]} >= {"registration.corrected"}


def test_the_organiser_erases_after_typing_the_reference(app, client, canary):
    with app.app_context():
        sign_in(client, canary["owner"])
    page = f"/en/manage/events/{canary['slug']}/privacy/people/{canary['public_id']}/erase"
    assert client.submit(page, {"reference": "XXXX"}).status_code == 422
    assert where_the_canary_is(app)
    assert client.submit(page, {"reference": canary["reference"].lower()}).status_code == 303
    assert where_the_canary_is(app) == set()
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("search", ["", " ", "e", "%", "_", "%%%", "zz"])
def test_there_is_no_directory_to_be_had(app, client, canary, search):
    with app.app_context():
        sign_in(client, canary["owner"])
    page = client.get(f"/en/manage/events/{canary['slug']}/privacy/", query_string={"q": search})
    assert canary["reference"] not in page.get_data(as_text=True)
