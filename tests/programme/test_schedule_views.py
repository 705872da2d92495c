"""The organisers' pages of the schedule: the editor's calls, the list, the form, opening hours of rooms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SessionState, SlotKind
from congress.programme.models import Programme, RoomHours, Session, Slot
from tests.factories.programme import (
    make_format,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_track,
)
from tests.support.client import TOKEN
from tests.support.counting import queries_of
from tests.support.filled_forms import filled
from tests.support.sentences import says
from tests.support.tour import Tour, make_tour

PARIS = ZoneInfo("Europe/Paris")
EDITOR = "/en/manage/events/grand-est/programme/schedule/"
SLOTS = "/en/manage/events/grand-est/programme/slots/"
ROOMS = "/en/manage/events/grand-est/programme/rooms/"


def local(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2027, 3, day, hour, minute, tzinfo=PARIS).astimezone(dt.UTC)


@dataclass
class Stage:
    """Two rooms, a session of 45 minutes that waits, and one at 10:00 in the first room."""

    tour: Tour
    rooms: list[int]
    waiting: str
    slot: int
    foreign_slot: int
    foreign_room: int
    foreign_session: str

    def send(self, client: FlaskClient, path: str, **fields: Any) -> TestResponse:
        token = TOKEN.search(client.get(EDITOR).get_data(as_text=True))
        return client.post(EDITOR + path, data=fields, headers={"X-CSRFToken": token[1] if token else ""})

    def now(self) -> Slot:
        with self.tour.app.app_context():
            return db.session.get_one(Slot, self.slot)


@pytest.fixture
def stage(app: Flask) -> Stage:
    tour = make_tour(app)
    tour.change(Event, "grand-est", starts_at=local(27, 9), ends_at=local(28, 18))
    with app.app_context():
        event = db.session.query(Event).filter_by(slug="grand-est").one()
        other = db.session.query(Event).filter_by(slug="ile-de-france").one()
        rooms = [make_room(event, name={"fr": name, "en": name}) for name in ("Hall", "Attic")]
        there = make_session(event, [make_speaker(event)], title={"en": "Looms", "fr": "Métiers"})
        waiting = make_session(event, title={"en": "Engines"}, format_id=make_format(event, 45).id)
        slot = make_slot(event, there, rooms[0], starts_at=local(27, 10))
        foreign_slot = make_slot(other, make_session(other), foreign_room := make_room(other))
        found = Stage(
            tour,
            [room.id for room in rooms],
            waiting.code,
            slot.id,
            foreign_slot.id,
            foreign_room.id,
            make_session(other).code,
        )
        db.session.commit()
    return found


def test_the_page_of_a_day(stage: Stage) -> None:
    html = stage.tour.client("organiser").get(f"{EDITOR}2027-03-27/").get_data(as_text=True)
    assert "(Europe/Paris)" in html
    assert '"start": "2027-03-27T10:00"' in html
    assert "Engines" in html
    assert "Not released yet" in html
    other_day = stage.tour.client("organiser").get(f"{EDITOR}2027-03-28/").get_data(as_text=True)
    assert "T10:00" not in other_day


@pytest.mark.parametrize("day", ["2027-03-26", "2027-03-29", "yesterday", "2027-02-30"])
def test_a_day_that_is_not_the_events_does_not_exist(stage: Stage, day: str) -> None:
    client = stage.tour.client("organiser")
    assert [client.get(f"{EDITOR}{day}/{end}").status_code for end in ("", "data")] == [404, 404]


def test_a_drop_gives_the_duration_of_the_format(stage: Stage) -> None:
    client = stage.tour.client("organiser")
    answer = stage.send(client, "slots", session=stage.waiting, start="2027-03-27T14:00", room=stage.rooms[1])
    made = answer.json["slot"]
    assert (made["start"], made["end"], made["room"]) == (
        "2027-03-27T14:00",
        "2027-03-27T14:45",
        str(stage.rooms[1]),
    )
    data = client.get(f"{EDITOR}2027-03-27/data").json
    assert [one["title"] for one in data["slots"]] == ["Looms", "Engines"]
    assert "Engines" not in data["aside"]


def test_the_same_drop_sent_twice_acts_once(stage: Stage) -> None:
    client = stage.tour.client("organiser")
    fields = {"session": stage.waiting, "start": "2027-03-27T14:00", "idempotency_key": "one drop"}
    first, second = (stage.send(client, "slots", **fields) for _time in range(2))
    assert first.json == second.json
    assert len(stage.tour.read_all(sa.select(Slot.id).where(Slot.session_id.is_not(None)))) == 3


@pytest.mark.parametrize("kind", ["break", "blocker"])
def test_a_break_or_a_blocker_is_dropped(stage: Stage, kind: str) -> None:
    answer = stage.send(
        stage.tour.client("organiser"), "slots", kind=kind, start="2027-03-27T04:00", room=stage.rooms[0]
    )
    assert (answer.json["slot"]["kind"], answer.json["slot"]["end"]) == (kind, "2027-03-27T04:30")


def test_a_move_keeps_the_length_also_across_the_night_when_clocks_change(stage: Stage) -> None:
    client = stage.tour.client("organiser")
    answer = stage.send(client, f"slots/{stage.slot}/move", start="2027-03-28T01:45", version=1)
    assert (answer.json["slot"]["start"], answer.json["slot"]["end"]) == ("2027-03-28T01:45", "2027-03-28T03:15")
    assert stage.now().ends_at - stage.now().starts_at == dt.timedelta(minutes=30)
    assert stage.now().room_id is None


def test_a_slot_grows_and_goes(stage: Stage) -> None:
    client, path = stage.tour.client("organiser"), f"slots/{stage.slot}/"
    fields = {"start": "2027-03-27T10:00", "end": "2027-03-27T11:30", "room": stage.rooms[0], "version": 1}
    assert stage.send(client, path + "move", **fields).json["slot"]["end"] == "2027-03-27T11:30"
    assert stage.send(client, path + "remove", version=2).json == {"slot": {}}
    assert stage.tour.read(sa.select(Slot.id).where(Slot.id == stage.slot)) is None


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"start": "2027-03-28T02:30"}, 409, "This time does not exist: clocks are moved forward that night."),
    ({"start": "2027-03-29T04:00"}, 409, "This time is not on a day of the event."),
    ({"start": "2027-03-27T03:30"}, 409, "This time is not on a day of the event."),
    ({"start": "2027-03-27T10:00", "end": "2027-03-27T09:00"}, 409, "The end must be after the start."),
    ({"start": "2027-03-27T10:00", "end": "2027-03-28T11:30"}, 409, "One slot may last 24 hours at most."),
    ({"start": "soon"}, 422, ""),
    ({"room": "9" * 30, "start": "2027-03-27T10:00"}, 422, ""),
    ({}, 422, ""),
]


@pytest.mark.parametrize(("fields", "status", "sentence"), REFUSED)
def test_a_move_is_refused_in_words(stage: Stage, fields: dict[str, Any], status: int, sentence: str) -> None:
    answer = stage.send(stage.tour.client("organiser"), f"slots/{stage.slot}/move", version=1, **fields)
    assert answer.status_code == status
    assert answer.json["message"].startswith(sentence)
    assert answer.json["message"]
    assert (stage.now().starts_at, stage.now().version) == (local(27, 10), 1)


def test_what_belongs_to_another_event_does_not_exist(stage: Stage) -> None:
    client, start = stage.tour.client("organiser"), "2027-03-27T14:00"
    answers = [
        stage.send(client, f"slots/{stage.foreign_slot}/move", start=start, version=1),
        stage.send(client, f"slots/{stage.foreign_slot}/remove", version=1),
        stage.send(client, f"slots/{stage.slot}/move", start=start, version=1, room=stage.foreign_room),
        stage.send(client, "slots", start=start, session=stage.foreign_session),
        stage.send(client, "slots", start=start, session=stage.waiting, room=stage.foreign_room),
    ]
    assert [(one.status_code, bool(one.json["message"])) for one in answers] == [(404, True)] * 5
    pages = [
        f"{SLOTS}{stage.foreign_slot}/",
        f"{SLOTS}sessions/{stage.foreign_session}/new",
        f"{ROOMS}{stage.foreign_room}/",
    ]
    assert [client.get(page).status_code for page in pages] == [404] * 3
    assert client.submit(f"{SLOTS}{stage.foreign_slot}/copy", {}, f"{SLOTS}{stage.slot}/").status_code == 404


def test_who_comes_second_gets_both_states(stage: Stage) -> None:
    first, second = stage.tour.client("organiser"), stage.tour.client("owner")
    stage.send(first, f"slots/{stage.slot}/move", start="2027-03-27T11:00", room=stage.rooms[1], version=1)
    for path, fields in (("move", {"start": "2027-03-27T12:00"}), ("remove", {})):
        answer = stage.send(second, f"slots/{stage.slot}/{path}", version=1, **fields)
        assert answer.status_code == 409
        assert (answer.json["now"]["start"], answer.json["now"]["version"]) == ("2027-03-27T11:00", 2)
    assert stage.now().starts_at == local(27, 11)


def test_who_may_only_read_sees_the_page_and_changes_nothing(stage: Stage) -> None:
    client = stage.tour.client("viewer")
    html = client.get(EDITOR).get_data(as_text=True)
    assert 'data-edit=""' in html
    assert "data-drag" not in html
    assert client.get(SLOTS).status_code == 200
    token = html.partition('data-token="')[2].partition('"')[0]
    posts = ["slots", f"slots/{stage.slot}/move", f"slots/{stage.slot}/remove", "grid"]
    fields = {"start": "2027-03-27T12:00", "version": 1, "session": stage.waiting, "csrf_token": token}
    assert [client.post(EDITOR + path, data=fields).status_code for path in posts] == [403] * 4
    assert [client.get(SLOTS + path).status_code for path in ("new/break", f"{stage.slot}/")] == [403] * 2
    assert client.get(ROOMS).status_code == 403
    assert [stage.tour.client(who).get(EDITOR).status_code for who in ("door", "neighbour", "stranger")] == [
        403,
        404,
        404,
    ]
    assert stage.now().version == 1


def test_the_step_of_the_grid_is_kept(stage: Stage) -> None:
    client, day = stage.tour.client("organiser"), "2027-03-28"
    answer = client.submit(f"{EDITOR}grid", {"minutes": "5", "day": day}, EDITOR)
    assert answer.location.endswith(f"/schedule/{day}/")
    assert stage.tour.read(sa.select(Programme.grid_minutes)) == 5
    assert 'data-step="5"' in client.get(EDITOR).get_data(as_text=True)
    client.submit(f"{EDITOR}grid", {"minutes": "7", "day": "//example.org"}, EDITOR)
    assert stage.tour.read(sa.select(Programme.grid_minutes)) == 5


def test_whether_there_is_something_to_release(stage: Stage) -> None:
    client = stage.tour.client("organiser")
    with stage.tour.app.test_request_context("/fr/"):
        event = db.session.query(Event).filter_by(slug="grand-est").one()
        make_release(event)
        db.session.commit()
    assert client.get(f"{EDITOR}2027-03-27/data").json["release"] == "current"
    stage.send(client, f"slots/{stage.slot}/move", start="2027-03-27T12:00", version=1)
    assert client.get(f"{EDITOR}2027-03-27/data").json["release"] == "changed"


def test_sessions_that_wait_are_searched_and_sorted(stage: Stage) -> None:
    with stage.tour.app.app_context():
        event = db.session.query(Event).filter_by(slug="grand-est").one()
        track = make_track(event, name={"en": "Weaving"})
        long = make_format(event, 120)
        make_session(event, title={"en": "Écrire"}, track_id=track.id, state=SessionState.ACCEPTED)
        make_session(event, title={"en": "Zoom"}, format_id=long.id)
        make_session(event, title={"en": "Rejected"}, state=SessionState.REJECTED)
        db.session.commit()
    client = stage.tour.client("viewer")

    def titles(query: str) -> list[str]:
        aside = client.get(f"{EDITOR}2027-03-27/data?{query}").json["aside"]
        return sorted((one for one in ("Écrire", "Zoom", "Engines", "Rejected") if one in aside), key=aside.index)

    assert titles("") == ["Écrire", "Engines", "Zoom"]
    assert titles("q=ecrire") == ["Écrire"]
    assert titles("q=WEAVING") == ["Écrire"]
    assert titles("q=nothing") == []
    assert titles("sort=longest") == ["Zoom", "Engines", "Écrire"]
    assert titles("sort=track") == ["Écrire", "Engines", "Zoom"]


def test_a_slot_is_moved_by_its_form(stage: Stage) -> None:
    client, page = stage.tour.client("organiser"), f"{SLOTS}{stage.slot}/"
    form = filled(client.get(page).get_data(as_text=True), "start")
    assert (form["day"], form["start"], form["minutes"], form["room"]) == (
        "2027-03-27",
        "10:00",
        "30",
        str(stage.rooms[0]),
    )
    wanted = {"day": "2027-03-28", "start": "15:15", "end": "16:00", "room": str(stage.rooms[1])}
    answer = client.post(page, data=form | wanted)
    assert answer.location.endswith("/schedule/2027-03-28/")
    now = stage.now()
    assert (now.starts_at, now.ends_at, now.room_id) == (local(28, 15, 15), local(28, 16), stage.rooms[1])


def test_a_time_before_four_is_in_the_night_after_the_day(stage: Stage) -> None:
    client, page = stage.tour.client("organiser"), f"{SLOTS}{stage.slot}/"
    form = filled(client.get(page).get_data(as_text=True), "start")
    client.post(page, data=form | {"start": "23:30", "end": "01:00"})
    assert (stage.now().starts_at, stage.now().ends_at) == (local(27, 23, 30), local(28, 1))
    form = filled(client.get(page).get_data(as_text=True), "start")
    assert (form["day"], form["start"], form["minutes"]) == ("2027-03-27", "23:30", "90")
    client.post(page, data=form | {"start": "03:00", "minutes": "60"})
    assert stage.now().ends_at == local(28, 4)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"start": "02:30"}, "This time does not exist: clocks are moved forward that night."),
        ({"start": "10:00", "end": "09:00"}, "The end must be after the start."),
        ({"day": "2027-03-28", "start": "03:45"}, "This time is not on a day of the event."),
    ],
)
def test_mistakes_in_the_form_lose_nothing(
    stage: Stage, change: dict[str, str], sentence: str, language: str
) -> None:
    client, page = stage.tour.client("organiser"), f"/{language}{SLOTS[3:]}{stage.slot}/"
    form = filled(client.get(page).get_data(as_text=True), "start")
    answer = client.post(page, data=form | change)
    assert answer.status_code == 422
    assert says(stage.tour.app, answer.get_data(as_text=True), sentence)
    assert change.items() <= filled(answer.get_data(as_text=True), "start").items()
    assert stage.now().version == 1


@pytest.mark.parametrize("change", [{"day": "2027-03-30"}, {"room": "99999"}, {"minutes": "-5"}, {"start": "25:00"}])
def test_what_no_page_offers_is_refused(stage: Stage, change: dict[str, str]) -> None:
    client, page = stage.tour.client("organiser"), f"{SLOTS}{stage.slot}/"
    form = filled(client.get(page).get_data(as_text=True), "start")
    assert client.post(page, data=form | change).status_code == 422
    assert stage.now().version == 1


def test_the_second_form_shows_both_states_and_may_be_saved_again(stage: Stage) -> None:
    client, page = stage.tour.client("organiser"), f"{SLOTS}{stage.slot}/"
    form = filled(client.get(page).get_data(as_text=True), "start")
    stage.send(stage.tour.client("owner"), f"slots/{stage.slot}/move", start="2027-03-27T17:00", version=1)
    answer = client.post(page, data=form | {"start": "12:00"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Somebody else has changed this" in html
    assert "17:00" in html
    again = filled(html, "start")
    assert again["start"] == "12:00"
    assert stage.now().starts_at == local(27, 17)
    assert client.post(page, data=again).status_code == 303
    assert stage.now().starts_at == local(27, 12)


def test_a_tampered_version_overwrites_nothing(stage: Stage) -> None:
    client, page = stage.tour.client("organiser"), f"{SLOTS}{stage.slot}/"
    form = filled(client.get(page).get_data(as_text=True), "start")
    for version in ("", "x", "9" * 40, "-1", "²"):
        assert client.post(page, data=form | {"start": "12:00", "version": version}).status_code == 409
    assert stage.now().version == 1


def test_breaks_are_added_copied_renamed_and_taken_out(stage: Stage) -> None:
    client = stage.tour.client("organiser")
    fields = {"day": "2027-03-27", "start": "12:00", "minutes": "45", "room": str(stage.rooms[0])}
    texts = {"title-fr": "Repas", "title-en": "Lunch"}
    assert client.submit(f"{SLOTS}new/break", fields | texts).status_code == 303
    lunch = stage.tour.read(sa.select(Slot.id).where(Slot.kind == SlotKind.BREAK))
    client.submit(f"{SLOTS}{lunch}/copy", {}, f"{SLOTS}{lunch}/")
    rooms = stage.tour.read_all(sa.select(Slot.room_id).where(Slot.kind == SlotKind.BREAK).order_by(Slot.id))
    assert rooms == stage.rooms
    form = filled(client.get(f"{SLOTS}{lunch}/").get_data(as_text=True), "start")
    client.post(f"{SLOTS}{lunch}/", data=form | {"title-en": "Dinner"})
    assert stage.tour.read(sa.select(Slot.title).where(Slot.id == lunch)) == {"fr": "Repas", "en": "Dinner"}
    out = filled(client.get(f"{SLOTS}{lunch}/").get_data(as_text=True), "start")
    assert client.post(f"{SLOTS}{lunch}/remove", data={**out, "version": "1"}).status_code == 409
    assert client.post(f"{SLOTS}{lunch}/remove", data={**out, "version": "2"}).status_code == 303
    assert stage.tour.read(sa.select(Slot.id).where(Slot.id == lunch)) is None


def test_a_session_gets_one_more_time_by_a_form_and_a_double_click_acts_once(stage: Stage) -> None:
    client, page = stage.tour.client("organiser"), f"{SLOTS}sessions/{stage.waiting}/new"
    html = client.get(f"{page}?day=2027-03-28").get_data(as_text=True)
    form = filled(html, "start") | {"start": "09:00"}
    assert (form["day"], form["minutes"]) == ("2027-03-28", "45")
    assert [client.post(page, data=form).status_code for _click in range(2)] == [303, 303]
    client.submit(page, {"day": "2027-03-28", "start": "11:00", "minutes": "20", "room": "0"})
    wanted = sa.select(Slot.starts_at).join(Session).where(Session.code == stage.waiting).order_by(Slot.starts_at)
    assert stage.tour.read_all(wanted) == [local(28, 9), local(28, 11)]


def test_a_session_that_nobody_accepted_gets_no_time(stage: Stage) -> None:
    with stage.tour.app.app_context():
        event = db.session.query(Event).filter_by(slug="grand-est").one()
        code = make_session(event, state=SessionState.SUBMITTED).code
        db.session.commit()
    client = stage.tour.client("organiser")
    assert client.get(f"{SLOTS}sessions/{code}/new").status_code == 404
    assert stage.send(client, "slots", session=code, start="2027-03-27T12:00").status_code == 409


def test_the_list_holds_what_no_grid_shows(stage: Stage) -> None:
    with stage.tour.app.app_context():
        event = db.session.query(Event).filter_by(slug="grand-est").one()
        lost = make_slot(
            event, make_session(event, title={"en": "Lost"}), None, starts_at=local(27, 10) + dt.timedelta(90)
        )
        make_slot(event, None, None, starts_at=local(27, 10), kind=SlotKind.BLOCKER, title={"en": "Hush"})
        lost_id = lost.id
        db.session.commit()
    client = stage.tour.client("organiser")

    def shown(query: str) -> list[str]:
        html = client.get(f"{SLOTS}?{query}").get_data(as_text=True)
        return [one for one in ("Lost", "Hush", "Looms") if f">{one}</a>" in html.replace("\n", "").replace("  ", "")]

    assert shown("") == ["Lost", "Hush", "Looms"]
    assert shown("day=outside") == ["Lost"]
    assert shown("room=none") == ["Lost", "Hush"]
    assert shown(f"room={stage.rooms[0]}") == ["Looms"]
    assert shown("kind=blocker") == ["Hush"]
    assert shown("q=lOOms") == ["Looms"]
    assert shown("day=2027-03-27&warned=1") == ["Hush", "Looms"]
    assert shown("day=2027-03-28") == []
    page = f"{SLOTS}{lost_id}/"
    form = filled(client.get(page).get_data(as_text=True), "start")
    assert client.post(page, data=form | {"day": "2027-03-28"}).status_code == 303
    assert shown("day=outside") == []


def test_the_list_costs_the_same_whatever_its_length(stage: Stage, app: Flask) -> None:
    client = stage.tour.client("organiser")
    pages = [SLOTS, EDITOR, f"{EDITOR}2027-03-27/data"]
    before = [queries_of(app, lambda page=page: client.get(page)) for page in pages]
    with app.app_context():
        event = db.session.query(Event).filter_by(slug="grand-est").one()
        for number in range(3):
            make_slot(
                event, make_session(event, [make_speaker(event)]), make_room(event), starts_at=local(27, 9 + number)
            )
            make_session(event, [make_speaker(event)])
        db.session.commit()
    assert [queries_of(app, lambda page=page: client.get(page)) for page in pages] == before


def test_opening_hours_day_by_day(stage: Stage) -> None:
    client, page = stage.tour.client("organiser"), f"{ROOMS}{stage.rooms[0]}/"
    hours = {"day_20270327": "9:00-12:30, 14h00 – 18.00", "day_20270328": "22:00-04:00"}
    assert client.submit(page, hours).status_code == 303
    found = stage.tour.read_all(sa.select(RoomHours.opens_at).order_by(RoomHours.opens_at))
    assert found == [local(27, 9), local(27, 14), local(28, 22)]
    form = filled(client.get(page).get_data(as_text=True), "everywhere")
    assert form["day_20270327"] == "09:00-12:30, 14:00-18:00"
    assert form["day_20270328"] == "22:00-04:00"
    client.post(page, data=form | {"everywhere": "y"})
    assert stage.tour.read(sa.select(sa.func.count()).select_from(RoomHours)) == 6
    listed = client.get(ROOMS).get_data(as_text=True)
    assert listed.count("14:00–18:00") == 2


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ("from nine to five", "Please write hours like this: 09:00-12:30, 14:00-18:00"),
        ("09:00-25:00", "Please write hours like this: 09:00-12:30, 14:00-18:00"),
        ("12:00-09:00", "The end must be after the start."),
    ],
)
def test_mistakes_in_opening_hours(stage: Stage, hours: str, sentence: str, language: str) -> None:
    client = stage.tour.client("organiser")
    answer = client.submit(f"/{language}{ROOMS[3:]}{stage.rooms[0]}/", {"day_20270327": hours})
    assert answer.status_code == 422
    assert says(stage.tour.app, answer.get_data(as_text=True), sentence)
    assert hours in answer.get_data(as_text=True)
    assert stage.tour.read(sa.select(RoomHours.id)) is None


@pytest.mark.parametrize("path", ["programme/schedule/", "programme/slots/", "programme/rooms/"])
def test_an_event_without_rooms_and_slots(stage: Stage, path: str) -> None:
    client = stage.tour.client("neighbour")
    with stage.tour.app.app_context():
        db.session.execute(sa.delete(Slot))
        db.session.execute(sa.text("DELETE FROM rooms"))
        db.session.commit()
    for language in ("fr", "en"):
        assert client.get(f"/{language}/manage/events/ile-de-france/{path}").status_code == 200
