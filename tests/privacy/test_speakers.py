"""Erasing a canary who speaks: out of the draft, out of every release, out of every file; and what the time takes."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest
import sqlalchemy as sa
from PIL import Image

from congress.audit.models import AuditEntry
from congress.core import clock, storage
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.mail.models import Mail
from congress.privacy import queries, services
from congress.privacy.models import Erasure
from congress.programme import documents, photos, releases
from congress.programme.links import speaker_token
from congress.programme.models import Availability, Release, Session, Speaker, SpeakerPhoto
from congress.programme.services import speakers
from congress.programme.services.importing import keep_file
from tests.factories.events import make_event
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.programme import make_release, make_room, make_session, make_slot, make_speaker
from tests.privacy.test_erasure import ADDRESS, CANARY, files_with_the_canary, where_the_canary_is
from tests.privacy.test_retention import run_round


def a_photo():
    stream = io.BytesIO()
    Image.new("RGB", (40, 40), "#1f5fa8").save(stream, "PNG")
    return photos.redraw(stream.getvalue())


def rows_of(*tables):
    return sum(len(db.session.scalars(sa.select(table)).all()) for table in tables)


def make_canary(event):
    """A speaker in three releases, who left a trace wherever one can."""
    one = make_speaker(
        event,
        given_name=f"Éva{CANARY}",
        family_name=CANARY,
        email=ADDRESS,
        organisation=f"{CANARY} SA",
        job_title=f"Chief {CANARY}",
        biography={"fr": f"Je suis {CANARY}.", "en": f"I am {CANARY}."},
    )
    make_slot(event, make_session(event, [one, make_speaker(event)]), make_room(event))
    make_release(event)
    speakers.change_photo(event, one.code, a_photo())
    make_release(event)
    speakers.change_photo(event, one.code, a_photo())
    speakers.add_window(event, one.code, event.starts_at, event.ends_at)
    speakers.send_link(event, one.code)
    db.session.scalars(sa.select(Mail)).one().subject = f"Bonjour {CANARY}"
    speakers.change_speaker(event, one.code, {"job_title": f"Boss {CANARY}"}, one.version)
    make_release(event)
    for language in ("fr", "en"):
        name = documents.file_name(releases.releases_of(event)[0], language)
        (storage.folder(documents.FOLDER) / name).write_text(CANARY)
    keep_file(event, CANARY.encode())
    db.session.flush()
    return one


@pytest.fixture
def canary(app, data_dir):
    for folder in ("mailbox", "print_runs"):
        for path in (data_dir / folder).glob("*"):
            path.unlink()  # what other tests left
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        one = make_canary(event)
        owner = make_account("owner@example.org")
        make_member(owner, Role.OWNER, event=event)
        return {
            "event": event.id,
            "slug": event.slug,
            "id": one.id,
            "code": one.code,
            "token": speaker_token(one),
            "owner": owner,
            "version": event.page_version,
        }


@pytest.mark.database
def test_nothing_of_an_erased_speaker_is_left(app, canary, data_dir):
    before = where_the_canary_is(app)
    assert {place.split(".")[0] for place in before} >= {"speakers", "releases", "mails"}
    assert files_with_the_canary(data_dir)
    with app.app_context():
        shown = [data_dir / photos.FOLDER / name for name in db.session.scalars(sa.select(SpeakerPhoto.name))]
        assert all(path.exists() for path in shown)
        assert shown
        fingerprints = set(db.session.scalars(sa.select(Release.fingerprint)))
    with app.test_request_context("/fr/"), commit_on_success():
        counts = services.erase(ADDRESS, canary["event"])
    assert counts["speakers"] == {"speakers": 1, "releases": 3}
    assert where_the_canary_is(app) == set()
    assert files_with_the_canary(data_dir) == []
    assert not any(path.exists() for path in shown)
    with app.app_context():
        assert not fingerprints & set(db.session.scalars(sa.select(Release.fingerprint)))
        assert db.session.get(Event, canary["event"]).page_version > canary["version"]
        assert rows_of(SpeakerPhoto, Availability) == 0
        assert db.session.scalar(sa.select(sa.func.count(Session.id))) == 1
        latest = releases.latest(canary["event"])
        assert [one.full_name for one in latest.speakers_of(latest.sessions[0])] == [
            "—",
            latest.speakers[1].full_name,
        ]


@pytest.mark.database
def test_the_link_of_an_erased_speaker_opens_nothing(app, canary, client):
    assert client.get(f"/en/speaker/{canary['token']}/").status_code == 200
    with app.test_request_context("/fr/"), commit_on_success():
        services.erase(ADDRESS, None)
    assert client.get(f"/en/speaker/{canary['token']}/").status_code == 404


def test_the_next_release_leaves_the_erased_speaker_out(app, canary):
    with app.test_request_context("/fr/"), commit_on_success():
        services.erase(ADDRESS, canary["event"])
        make_release(db.session.get(Event, canary["event"]))
        latest = releases.latest(canary["event"])
        assert len(latest.speakers) == 1
        assert latest.speakers[0].family_name.startswith("Lovelace")


def test_everything_about_a_speaker_is_given_out(app, canary):
    with app.test_request_context("/en/"), commit_on_success():
        found = services.export(ADDRESS, canary["event"])["speakers"]["speakers"][0]
    assert (found["email"], found["job_title"], found["has_photo"], found["is_public"]) == (
        ADDRESS,
        f"Boss {CANARY}",
        True,
        True,
    )
    assert len(found["available"]) == len(found["sessions"]) == 1


def test_the_history_names_fields_and_not_what_they_held(app, canary):
    with app.app_context():
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "speaker.changed")).one()
        assert entry.after == {"changed": ["job_title"]}


def test_a_restored_backup_is_erased_again(app, canary):
    with app.test_request_context("/fr/"), commit_on_success():
        later = clock.now() + dt.timedelta(minutes=1)
        hashed = services.people._keyed_hash(ADDRESS)
        counts = {"speakers": {"speakers": 1}}
        db.session.add(Erasure(address_hash=hashed, event_id=canary["event"], at=later, counts=counts))
    with app.test_request_context("/fr/"), commit_on_success():
        assert services.reapply_erasures() == 1
        assert services.reapply_erasures() == 0
    assert where_the_canary_is(app) == set()


def test_organisers_find_give_out_and_erase_a_speaker(app, canary, client):
    with app.app_context():
        sign_in(client, canary["owner"])
    base = f"/en/manage/events/{canary['slug']}/privacy/"
    assert canary["code"] in client.get(f"{base}?q={CANARY}").get_data(as_text=True)
    page = f"{base}speakers/{canary['code']}/erase"
    archive = client.submit(f"{base}speakers/{canary['code']}/export", {}, page)
    with zipfile.ZipFile(io.BytesIO(archive.data)) as opened:
        assert json.loads(opened.read("speakers.json"))["speakers"][0]["email"] == ADDRESS
    assert client.submit(page, {"code": "WRONG"}).status_code == 422
    assert client.submit(page, {"code": canary["code"].lower()}).status_code == 303
    assert where_the_canary_is(app) == set()
    assert client.get(page).status_code == 404


def test_a_speaker_without_an_address_is_erased_too(app, canary, client):
    with app.test_request_context("/fr/"), commit_on_success():
        speaker = db.session.get(Speaker, canary["id"])
        speaker.email = speaker.email_key = None
        sign_in(client, canary["owner"])
    page = f"/en/manage/events/{canary['slug']}/privacy/speakers/{canary['code']}/erase"
    assert client.submit(page, {"code": canary["code"]}).status_code == 303
    assert {place for place in where_the_canary_is(app) if not place.startswith("mails.")} == set()


def test_after_the_retention_only_what_was_published_stays(app, now):
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event(retention_days=30)
        public, hidden = make_speaker(event, email=ADDRESS), make_speaker(event, email=None)
        make_slot(event, make_session(event, [public]), make_room(event))
        make_release(event)
        speakers.add_window(event, public.code, event.starts_at, event.ends_at)
        speakers.send_link(event, public.code)
        ids, last_day = (public.id, hidden.id), event.retention_ends_on
    with clock.held_at(dt.datetime.combine(last_day, dt.time(20, 0), dt.UTC)):
        run_round(app)
        with app.app_context():
            assert db.session.get(Speaker, ids[0]).email == ADDRESS
    with clock.held_at(dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(1, 0), dt.UTC)):
        run_round(app)
        with app.app_context():
            left = db.session.scalars(sa.select(Speaker)).one()
            assert (left.id, left.email, left.email_key) == (ids[0], None, None)
            assert left.family_name.startswith("Lovelace")
            assert releases.latest(left.event_id).speakers[0].family_name == left.family_name
            assert rows_of(Availability, Mail) == 0
            assert queries.events_past_retention() == []
