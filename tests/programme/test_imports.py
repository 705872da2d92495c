"""Schedules from elsewhere: previewed, all or nothing, nothing the second time, and bad files refused in words."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from congress.core import clock
from congress.core.languages import speaking
from congress.core.spreadsheets import csv_chunks
from congress.events.models import Event, Room
from congress.extensions import db
from congress.programme.enums import SessionState
from congress.programme.errors import PlanChanged, ScheduleRefused
from congress.programme.exports.draft_table import draft_table
from congress.programme.exports.entries import Addresses, schedule_of
from congress.programme.exports.schedule_json import schedule_json
from congress.programme.exports.schedule_xml import schedule_xml
from congress.programme.imports.reading import read
from congress.programme.models import Material, Session, SessionFormat, Slot, Speaker, Track
from congress.programme.releases import latest
from congress.programme.services import importing
from congress.programme.services.importing import import_schedule, preview
from tests.factories.events import make_event
from tests.factories.programme import make_programme, make_release, make_session, make_slot

ADDRESSES = Addresses(
    programme="https://example.org/p/",
    session=lambda code: f"https://example.org/p/sessions/{code}/",
    speaker=lambda code: f"https://example.org/p/speakers/{code}/",
    material=lambda code, number: f"https://example.org/p/sessions/{code}/{number}",
)


@pytest.fixture
def event(session: None, now: dt.datetime) -> Event:
    """One day, 9:00 to 18:00 in Paris, on 20 March 2027."""
    return make_event()


def talk(**values: Any) -> dict[str, Any]:
    """An entry as pretalx writes it."""
    return {
        "guid": "0b0f6d3e-7a1c-5c89-9f64-000000000001",
        "code": "ABCDEF",
        "id": 7,
        "date": "2027-03-20T10:00:00+01:00",
        "start": "10:00",
        "duration": "00:45",
        "room": "Saal 1",
        "slug": "x-1-talk",
        "url": "https://pretalx.example.org/talk/ABCDEF/",
        "title": "Bioreactors & <yeast>",
        "subtitle": "",
        "track": "Science",
        "type": "Talk",
        "language": "en",
        "abstract": "Short.",
        "description": "Long.",
        "do_not_record": True,
        "persons": [{"code": "PQRS", "public_name": "Ada Lovelace", "id": 1, "biography": "Countess."}],
        "links": [{"url": "https://example.org/slides", "title": "Slides"}],
        "attachments": [],
    } | values


def schedule(*talks: dict[str, Any], room: str = "Saal 1") -> bytes:
    """A schedule.json with one day and one room."""
    day = {"index": 1, "date": "2027-03-20", "rooms": {room: list(talks)}}
    conference = {
        "acronym": "else",
        "title": "Elsewhere",
        "days": [day],
        "rooms": [{"name": room, "guid": "0b0f6d3e-7a1c-5c89-9f64-0000000000aa", "capacity": 80}],
        "tracks": [{"name": "Science", "color": "#336699"}],
    }
    return json.dumps({"schedule": {"version": "1", "conference": conference}}).encode()


def bring_in(event: Event, content: bytes, **options: Any) -> None:
    with speaking("en"):
        contents = read(content, event, "en", **options)
        import_schedule(event, contents, preview(event, contents).digest, SessionState.CONFIRMED)
    db.session.expire_all()


def counted() -> list[int]:
    tables = (Session, Slot, Speaker, Room, Track, SessionFormat, Material)
    return [db.session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in tables]


@pytest.mark.database
def test_a_schedule_becomes_sessions_with_all_that_it_says(event: Event) -> None:
    bring_in(event, schedule(talk()))
    made = db.session.scalars(sa.select(Session)).one()
    slot = db.session.scalars(sa.select(Slot)).one()
    room = db.session.scalars(sa.select(Room)).one()
    speaker = db.session.scalars(sa.select(Speaker)).one()
    assert (made.state, made.code, made.language, made.is_recorded) == (SessionState.CONFIRMED, "ABCDEF", "en", False)
    assert made.title == {"en": "Bioreactors & <yeast>"}
    assert made.abstract == {"en": "Short.\n\nLong."}
    assert (slot.guid, slot.session_id, slot.room_id) == ("0b0f6d3e-7a1c-5c89-9f64-000000000001", made.id, room.id)
    assert slot.starts_at == dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC)
    assert slot.ends_at - slot.starts_at == dt.timedelta(minutes=45)
    assert (room.name["fr"], room.capacity, room.guid) == ("Saal 1", 80, "0b0f6d3e-7a1c-5c89-9f64-0000000000aa")
    assert (speaker.given_name, speaker.family_name, speaker.biography["en"]) == ("Ada", "Lovelace", "Countess.")
    assert db.session.scalars(sa.select(Track.colour)).all() == ["#336699"]
    assert db.session.execute(sa.select(SessionFormat.minutes)).scalars().all() == [45]
    assert db.session.execute(sa.select(Material.url)).scalars().all() == ["https://example.org/slides"]


@pytest.mark.database
def test_the_second_import_changes_nothing(event: Event) -> None:
    content = schedule(
        talk(), talk(guid="0b0f6d3e-7a1c-5c89-9f64-000000000002", code="XYZ234", url="https://p.example/2")
    )
    bring_in(event, content)
    before = counted()
    plan = preview(event, read(content, event, "en"))
    assert (len(plan.new), len(plan.changed), plan.unchanged, plan.can_be_applied) == (0, 0, 2, False)
    with pytest.raises(PlanChanged):
        import_schedule(event, read(content, event, "en"), plan.digest, SessionState.CONFIRMED)
    assert counted() == before


def test_only_what_differs_is_changed_and_said(event: Event) -> None:
    bring_in(event, schedule(talk()))
    changed = schedule(talk(title="Another", date="2027-03-20T11:00:00+01:00", persons=[{"name": "Grace Hopper"}]))
    plan = preview(event, read(changed, event, "en"))
    assert [(one.changes, one.slots[0].changes) for one in plan.changed] == [(["title", "speakers"], ["time"])]
    assert plan.people == ["Grace Hopper"]
    bring_in(event, changed)
    made = db.session.scalars(sa.select(Session).options(sa.orm.selectinload(Session.speakers))).one()
    assert (made.title, made.version, [one.full_name for one in made.speakers]) == (
        {"en": "Another"},
        2,
        ["Grace Hopper"],
    )


@pytest.mark.parametrize("kind", ["xml", "json", "csv"])
@pytest.mark.database
def test_our_own_files_change_nothing_where_they_come_from(event: Event, kind: str) -> None:
    first, *_others = make_programme(event)
    make_slot(event, first, hour=15)
    make_slot(event, make_session(event, title={"fr": "Sans salle", "en": "No room"}), hour=16)
    make_release(event)
    released = latest(event.id)
    assert released
    with speaking("fr"):
        if kind == "csv":
            content = b"".join(csv_chunks(draft_table(event), delimiter=";"))
        else:
            told = schedule_of(event, released, "fr", ADDRESSES)
            content = schedule_json(told) if kind == "json" else schedule_xml(told, "https://example.org/s.xml")
        plan = preview(event, read(content, event, "fr"))
        assert plan.errors == []
        assert [
            (one.title, one.changes, [slot.changes for slot in one.slots]) for one in plan.sessions if one.is_change
        ] == []
        assert (plan.rooms, plan.tracks, plan.formats, plan.people) == ({}, {}, [], [])


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_our_own_files_make_the_same_programme_elsewhere(event: Event, kind: str) -> None:
    first, *_others = make_programme(event)
    make_slot(event, first, hour=15)
    make_release(event)
    released = latest(event.id)
    assert released
    told = schedule_of(event, released, "fr", ADDRESSES)
    content = schedule_json(told) if kind == "json" else schedule_xml(told, "https://example.org/s.xml")
    other = make_event(
        starts_at=event.starts_at + dt.timedelta(days=30), ends_at=event.ends_at + dt.timedelta(days=30)
    )
    with speaking("fr"):
        bring_in(other, content, shift=True)
    slots = db.session.scalars(sa.select(Slot).where(Slot.event_id == other.id).order_by(Slot.starts_at)).all()
    # Thirty days later it is summer time: nine o'clock stays nine o'clock.
    assert [slot.starts_at - one.starts_at for slot, one in zip(slots, released.live_slots, strict=True)] == [
        dt.timedelta(days=30, hours=-1)
    ] * 4
    assert len({slot.session_id for slot in slots}) == 3


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "The title is missing."),
        ({"title": "x" * 301}, "is longer than 300 characters"),
        ({"guid": "7"}, "“7” is not a UUID."),
        ({"date": "tomorrow"}, "“tomorrow” is not a time like"),
        ({"date": "2027-03-21T10:00:00+01:00"}, "This time is not on a day of the event."),
        ({"duration": "soon"}, "“soon” is not a duration"),
        ({"duration": "00:00"}, "The end must be after the start."),
        ({"duration": "25:00"}, "24 hours at most"),
        ({"links": [{"url": "javascript:alert(1)", "title": "x"}]}, "is not an address that starts with https://"),
        ({"links": "x"}, "not as the format describes it"),
        ({"persons": [{"id": 1}]}, "A speaker has no name."),
        ({"title": "\ufdd0"}, "characters that no page can show"),
    ],
)
def test_one_bad_entry_and_nothing_is_written(event: Event, values: dict[str, Any], sentence: str) -> None:
    good = talk(guid="0b0f6d3e-7a1c-5c89-9f64-000000000002", code="XYZ234", url="https://p.example/2")
    before = counted()
    with speaking("en"):
        contents = read(schedule(good, talk(**values)), event, "en")
        plan = preview(event, contents)
        assert [(error.row, sentence in error.sentence) for error in plan.errors] == [("entry 2", True)]
        with pytest.raises(PlanChanged):
            import_schedule(event, contents, plan.digest, SessionState.CONFIRMED)
    assert counted() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "neither a schedule.json"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "could not be read"),
        (b"{}", "not a schedule.json"),
        (b'{"schedule": {"conference": {"days": [{"rooms": {}}]}}}', "no session in this file"),
        (b"[" * 50, "neither a schedule.json"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "could not be read"),
        (b"<html></html>", "not a schedule.xml"),
        (b"<schedule><day>", "not valid XML"),
        (b'<!DOCTYPE schedule SYSTEM "http://127.0.0.1/x"><schedule/>', "document type (DTD)"),
        (b'<!DOCTYPE s [<!ENTITY a "b">]><schedule>&a;</schedule>', "document type (DTD)"),
        (b'<?xml version="1.0" encoding="nonsense"?><schedule/>', "not valid XML"),
        (b'title_fr,room\n"open', "not valid CSV"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_schedule_is_refused_in_words(event: Event, content: bytes, sentence: str) -> None:
    with pytest.raises(ScheduleRefused) as refusal:
        read(content, event, "en")
    with speaking("en"):
        assert sentence in str(refusal.value)


def table(*lines: str) -> bytes:
    return "\r\n".join(("code;title_fr;title_en;room;start;end;speakers", *lines)).encode("cp1252")


def test_a_table_of_an_old_spreadsheet_is_read(event: Event) -> None:
    people = '"Zoé Lefèvre <zoe@example.org>; Ada Lovelace"'
    line = f"AB12;Thérapie génique;;Salle Éole;2027-03-20 10:00;2027-03-20 10:30;{people}"
    contents = read(table(line), event, "en")
    (entry,) = contents.entries
    assert (entry.title["fr"], entry.room, entry.starts_at) == (
        "Thérapie génique",
        "Salle Éole",
        dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC),
    )
    assert [(one.name, one.email) for one in entry.people or ()] == [
        ("Zoé Lefèvre", "zoe@example.org"),
        ("Ada Lovelace", None),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("AB12;;;;;;", "The title is missing."),
        ("AB12;Un;;;2027-03-20 10:00;;", "A time needs a start and an end."),
        ("AB12;Un;;;2027-03-20 10:00;2027-03-20 09:00;", "The end must be after the start."),
        ("AB12;Un;;;;;Ada <nobody>", "“nobody” is not an e-mail address."),
        ("AB12;Un;;;20/03/2027 10h;2027-03-20 09:00;", "is not a time like 2027-03-10 14:30."),
    ],
)
def test_errors_of_a_table_have_the_number_of_the_row(event: Event, line: str, sentence: str) -> None:
    with speaking("en"):
        contents = read(table("AA11;Bon;;;;;", line), event, "en")
    assert [(error.row, sentence in error.sentence) for error in contents.errors] == [("row 3", True)]


def test_a_time_that_does_not_exist_is_refused(session: None, now: dt.datetime) -> None:
    night = make_event(
        starts_at=dt.datetime(2027, 3, 27, 20, tzinfo=dt.UTC), ends_at=dt.datetime(2027, 3, 28, 12, tzinfo=dt.UTC)
    )
    with speaking("en"):
        contents = read(table("AA11;Nuit;;;2027-03-28 02:30;2027-03-28 03:30;"), night, "en")
    assert ["clocks are moved forward" in error.sentence for error in contents.errors] == [True]


def test_unknown_columns_are_named(event: Event) -> None:
    with speaking("en"):
        contents = read(b"title_fr,colour\nUn,red", event, "en")
    assert [(error.row, error.sentence) for error in contents.errors] == [("row 1", "Unknown columns: colour")]


def test_what_was_previewed_is_what_is_written(event: Event) -> None:
    with speaking("en"):
        contents = read(schedule(talk()), event, "en")
        digest = preview(event, contents).digest
        make_slot(event, make_session(event), guid="0b0f6d3e-7a1c-5c89-9f64-000000000001")
        with pytest.raises(PlanChanged):
            import_schedule(event, contents, digest, SessionState.CONFIRMED)


def test_a_kept_file_belongs_to_its_event_and_goes_after_a_day(app: Flask, event: Event) -> None:
    name = importing.keep_file(event, b"content")
    assert importing.kept_file(event, name) == b"content"
    assert importing.kept_file(make_event(), name) is None
    assert importing.kept_file(event, f"{event.id}-../../congress.db") is None
    importing.forget_files()
    with clock.held_at(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)):
        importing.forget_files()
    assert importing.kept_file(event, name) is None


def test_a_large_schedule_is_read_and_planned(event: Event) -> None:
    talks = [
        talk(
            guid=f"0b0f6d3e-7a1c-5c89-9f64-{number:012d}",
            code=None,
            url=f"https://p.example/{number}",
            persons=[{"name": f"Person {number % 300}"}],
        )
        for number in range(1, 1201)
    ]
    plan = preview(event, read(schedule(*talks), event, "en"))
    assert (len(plan.new), len(plan.people), plan.errors) == (1200, 300, [])
    assert io.BytesIO(schedule(*talks)).getbuffer().nbytes < 5 * 1024 * 1024


@pytest.mark.database
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"date": "9999-12-31T23:59:00-12:00"}, "is not a time"),
        ({"date": "0001-01-01T00:00:00+14:00"}, "is not a time"),
        ({"links": [{"url": "https://example.org/" + "x" * 1000, "title": "Long"}]}, "is not an address"),
        ({"links": [{"url": f"https://example.org/{number}"} for number in range(21)]}, "20 speakers or links"),
        ({"persons": [{"name": f"Ada {number}"} for number in range(51)]}, "50 speakers or links"),
    ],
)
@pytest.mark.parametrize("shift", [False, True])
def test_what_no_database_holds_is_refused_in_words(
    event: Event, values: dict[str, Any], sentence: str, shift: bool
) -> None:
    with speaking("en"):
        contents = read(schedule(talk(**values)), event, "en", shift=shift)
    assert [sentence in error.sentence for error in contents.errors] == [True]


@pytest.mark.database
def test_an_identity_that_is_taken_is_refused_in_words(event: Event) -> None:
    pause = make_slot(event, None, None, hour=12, title={"en": "Break"})
    same_code = talk(guid=None, id=8, url="https://pretalx.example.org/talk/other/")
    with speaking("en"):
        of_break = preview(event, read(schedule(talk(guid=pause.guid)), event, "en"))
        twice = preview(event, read(schedule(talk(), same_code), event, "en"))
    assert [error.sentence for error in of_break.errors] == ["This GUID is that of a break."]
    assert [error.sentence for error in twice.errors] == ["Another entry of the file is the same session already."]


@pytest.mark.parametrize("content", [b"title_fr\n" + b"x\n" * 5_001, b"title_fr,code\n" + b",x\n" * 5_001])
def test_rows_are_counted_before_they_are_read(event: Event, content: bytes) -> None:
    with pytest.raises(ScheduleRefused, match="5 000"):
        read(content, event, "en")


def test_entries_that_are_none_are_counted_too(event: Event) -> None:
    content = b'{"schedule": {"conference": {"days": [{"rooms": {"R": "' + b"a" * 5_001 + b'"}}]}}}'
    with pytest.raises(ScheduleRefused, match="5 000"):
        read(content, event, "en")


def test_a_file_brings_no_thousand_rooms(event: Event) -> None:
    document = json.loads(schedule(talk()))
    document["schedule"]["conference"]["rooms"] = [{"name": f"Room {number}"} for number in range(101)]
    with speaking("en"):
        plan = preview(event, read(json.dumps(document).encode(), event, "en"))
    assert ["more than 100" in error.sentence for error in plan.errors] == [True]
