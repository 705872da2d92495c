"""Exports of releases: what the formats require, what they must not tell, and that other programs may read them."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import jsonschema
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import MaterialKind, SessionState
from congress.programme.models import Material, Slot
from tests.factories.events import make_event
from tests.factories.programme import (
    make_format,
    make_programme,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_track,
)

SCHEMAS = Path(os.environ.get("SCHEDULE_SCHEMAS", Path(__file__).parents[3] / "shared/data/schedule"))
needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="the schemas of voc/schedule are not here (SCHEDULE_SCHEMAS names their folder)"
)
GUID = "0d1f0a52-6f0c-4f3c-9d55-4c7d9f2f0001"


@pytest.fixture
def event(session: None) -> Event:
    """A release with all that the formats can tell: accents, an evening, a session that is given twice, no room."""
    event = make_event(
        slug="été-2027".encode("ascii", "ignore").decode(), name={"fr": "Étape & co", "en": "Stage & co"}
    )
    room, other = make_room(event, name={"fr": "Amphithéâtre Â", "en": "Hall A"}), make_room(event)
    speaker = make_speaker(event, given_name="Zoé", family_name="Lefèvre <x>", biography={"fr": "Née à Besançon."})
    twice = make_session(
        event,
        [speaker, make_speaker(event)],
        title={"fr": "Séance <b>plénière</b> & “ouverture” 🧬", "en": "Opening"},
        subtitle={"fr": "à tous"},
        track_id=make_track(event, name={"fr": "Énergie", "en": "Energy"}).id,
        format_id=make_format(event, name={"fr": "Plénière", "en": "Plenary"}).id,
        join_url="https://secret.example.org/join",
        is_recorded=True,
    )
    db.session.add(
        Material(
            session_id=twice.id,
            kind=MaterialKind.LINK,
            label="Article",
            url="https://example.org/a?b=1&c=2",
            created_at=event.created_at,
        )
    )
    make_slot(event, twice, room, guid=GUID)
    make_slot(event, twice, other, hour=10, minutes=90)
    make_slot(event, make_session(event, title={"en": "Late “party”"}), None, hour=23.5, minutes=120)
    make_slot(event, None, None, hour=12)
    make_slot(
        event, make_session(event, state=SessionState.ACCEPTED, title={"fr": "Brouillon secret"}), room, hour=14
    )
    make_release(event)
    db.session.commit()
    return event


def fetch(client: FlaskClient, event: Event, kind: str, language: str = "fr", where: str = "") -> bytes:
    answer = client.get(f"/{language}/events/{event.slug}/programme/{where}schedule.{kind}")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    return answer.data


@needs_schemas
@pytest.mark.parametrize("language", ["fr", "en"])
def test_schedule_xml_is_valid(client: FlaskClient, event: Event, language: str) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "schedule.xml.xsd"))
    root = etree.fromstring(fetch(client, event, "xml", language))
    schema.assertValid(root)
    root.find("day").attrib.pop("index")
    assert not schema.validate(root)


@needs_schemas
@pytest.mark.parametrize("language", ["fr", "en"])
def test_schedule_json_is_valid(client: FlaskClient, event: Event, language: str) -> None:
    schema = json.loads((SCHEMAS / "schedule.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
    document = json.loads(fetch(client, event, "json", language))
    assert [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(document)] == []
    del document["schedule"]["conference"]["acronym"]
    assert not validator.is_valid(document)


def test_xml_and_json_tell_the_same(client: FlaskClient, event: Event) -> None:
    root = etree.fromstring(fetch(client, event, "xml"))
    conference = json.loads(fetch(client, event, "json"))["schedule"]["conference"]
    told = [
        (one["guid"], one["title"], one["date"], one["duration"], room, [person["name"] for person in one["persons"]])
        for day in conference["days"]
        for room, events in day["rooms"].items()
        for one in events
    ]
    assert [
        (
            one.get("guid"),
            one.findtext("title"),
            one.findtext("date"),
            one.findtext("duration"),
            room.get("name"),
            [person.text for person in one.iterfind("persons/person")],
        )
        for day in root.iterfind("day")
        for room in day.iterfind("room")
        for one in room.iterfind("event")
    ] == told
    assert told[0][:2] == (GUID, "Séance <b>plénière</b> & “ouverture” 🧬")
    assert [day["date"] for day in conference["days"]] == [event.first_day.isoformat()]
    assert max((row[3], row[4]) for row in told) == ("02:00", "")


@pytest.mark.parametrize("kind", ["xml", "json", "csv"])
def test_no_draft_no_address_and_no_private_link(client: FlaskClient, event: Event, kind: str) -> None:
    told = fetch(client, event, kind).decode()
    assert "Besan" in told or kind != "json"
    for secret in ("Brouillon secret", "secret.example.org", "@example.org"):
        assert secret not in told


def test_the_table_has_a_row_per_time(client: FlaskClient, event: Event) -> None:
    header, *rows = csv.reader(io.StringIO(fetch(client, event, "csv").decode("utf-8-sig")))
    assert header[:4] == ["Code", "GUID", "Jour", "Titre"]
    assert [row[1] == GUID for row in rows] == [True, False, False]
    assert rows[2][3] == "Late “party”"
    assert fetch(client, event, "xlsx")[:2] == b"PK"


def test_a_release_keeps_its_address(client: FlaskClient, event: Event, session: None) -> None:
    before = fetch(client, event, "xml", where="releases/1/")
    db.session.scalars(sa.select(Slot).where(Slot.guid == GUID)).one().room_id = None
    make_release(event)
    db.session.commit()
    assert fetch(client, event, "xml", where="releases/1/") == before
    assert fetch(client, event, "json", where="releases/2/") == fetch(client, event, "json")
    assert client.get(f"/fr/events/{event.slug}/programme/releases/3/schedule.xml").status_code == 404


def test_a_copy_that_is_there_is_not_sent_again(client: FlaskClient, event: Event) -> None:
    path = f"/en/events/{event.slug}/programme/schedule.xml"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("what", ["draft event", "no release", "unknown"])
def test_nothing_before_it_is_public(client: FlaskClient, session: None, what: str) -> None:
    event = make_event(status=EventStatus.DRAFT if what == "draft event" else EventStatus.PUBLISHED)
    if what == "draft event":
        make_programme(event)
    slug = "unknown" if what == "unknown" else event.slug
    db.session.commit()
    for kind in ("xml", "json", "csv", "xlsx"):
        assert client.get(f"/fr/events/{slug}/programme/schedule.{kind}").status_code == 404
        assert client.get(f"/fr/events/{slug}/programme/releases/1/schedule.{kind}").status_code == 404


def test_what_xml_cannot_hold_is_left_out(client: FlaskClient, app: Flask, session: None) -> None:
    event = make_event()
    make_slot(event, make_session(event, title={"fr": "Un\x0bdeux\x1f trois"}))
    make_release(event)
    db.session.commit()
    assert etree.fromstring(fetch(client, event, "xml")).findtext("day/room/event/title") == "Undeux trois"
