"""A device token opens one event's door and nothing else, until it is withdrawn."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.checkin.models import Checkpoint, Device
from congress.core import clock, transactions
from congress.events.models import Event
from congress.extensions import db
from congress.registration.enums import Attendance, RegistrationStatus
from congress.registration.models import Category, Registration
from tests.conftest import NOON
from tests.factories.doors import batch, scan
from tests.factories.people import make_account, sign_in
from tests.support.door import Doors

PATHS = ["/door", "/door/counts", "/door/people?q=ada"]
REVOKED = "urn:congress:problem:device-revoked"


def refused(doors: Doors, token: str) -> None:
    answers = [doors.get(path, token) for path in PATHS] + [doors.post(batch(scan(doors.payloads["Ada"])), token)]
    for answer in answers:
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
        assert answer.json["type"] == REVOKED
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "Ada" not in answer.text
    assert doors.scans() == []


@pytest.mark.parametrize("token", ["", "x", "A" * 27, "A" * 5000, "é" * 27, "' OR 1=1 --", "\t"])
def test_an_unknown_token_opens_nothing(doors: Doors, token):
    refused(doors, token or " ")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic {}"}, {"Authorization": "{}"}, {"X-Token": "{}"}])
def test_the_token_is_taken_from_its_header_only(doors: Doors, header):
    headers = {name: value.format(doors.token) for name, value in header.items()}
    answer = doors.client.get(f"/api/v1/door?token={doors.token}&access_token={doors.token}", headers=headers)
    assert (answer.status_code, answer.json["type"]) == (401, REVOKED)


def test_a_session_of_an_administrator_is_no_device(doors: Doors):
    with doors.app.app_context():
        account = make_account(administrator=True)
        sign_in(doors.client, account)
    assert doors.client.get("/api/v1/door").status_code == 401


def test_a_revoked_device_is_refused_at_its_next_request(doors: Doors):
    assert doors.get("/door").status_code == 200
    doors.change(Device, doors.device_id, revoked_at=NOON)
    refused(doors, doors.token)
    assert doors.get("/door", doors.other_token).status_code == 200


def test_a_device_of_a_closed_door_is_refused(doors: Doors):
    doors.change(Checkpoint, doors.checkpoint_id, closed_at=NOON)
    refused(doors, doors.token)


def test_a_device_ends_two_days_after_the_event(doors: Doors):
    end = NOON.replace(hour=20) + dt.timedelta(days=2)
    with clock.held_at(end - dt.timedelta(seconds=1)):
        assert doors.get("/door").status_code == 200
    with clock.held_at(end):
        refused(doors, doors.token)


def test_a_device_follows_an_event_that_is_postponed(doors: Doors):
    later = NOON + dt.timedelta(days=30)
    doors.change(Event, doors.event_id, starts_at=later, ends_at=later + dt.timedelta(hours=8))
    with clock.held_at(later):
        assert doors.admit("Ada")["outcome"] == "admitted"


def test_a_door_says_where_it_stands(doors: Doors):
    answer = doors.get("/door")
    body = answer.json
    assert body["device"] == {"id": f"d_{doors.device_id}", "label": "Sam's phone"}
    assert body["checkpoint"] == {"id": f"c_{doors.checkpoint_id}", "name": "Main entrance", "rehearsal": False}
    assert (body["event"]["zone"], body["event"]["starts_on"], body["event"]["ends_on"]) == (
        "Europe/Paris", "2027-03-10", "2027-03-10",
    )  # fmt: skip
    assert body["counts"] == {"inside": 0, "expected": 1}
    assert body["server_time"] == "2027-03-10T11:00:00.000Z"
    assert body["language"] == "en"
    assert [key["key_id"] for key in body["keys"]] == [1]
    assert len(body["keys"][0]["public_key"]) == 43
    assert answer.headers["Vary"] == "Authorization, Accept-Language"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_the_figures_are_validated_and_change_with_every_entry(doors: Doors):
    first = doors.get("/door/counts")
    assert first.json == {"inside": 0, "expected": 1, "changed": None}
    tag = first.headers["ETag"]
    same = doors.get("/door/counts", **{"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    doors.admit("Ada")
    changed = doors.get("/door/counts", **{"If-None-Match": tag})
    assert changed.json == {"inside": 1, "expected": 1, "changed": "2027-03-10T11:00:00.000Z"}
    assert changed.headers["Cache-Control"] == "private, no-cache"


def test_the_figures_follow_what_happens_to_registrations(doors: Doors):
    doors.person("Bob")
    doors.admit("Ada")
    assert doors.counts() == (1, 2)
    doors.change(Registration, doors.ids["Bob"], status=RegistrationStatus.CANCELLED)
    doors.change(Event, doors.event_id, page_version=2)
    assert doors.counts() == (1, 1)
    online = doors.category(attendance=Attendance.ONLINE)
    doors.person("Carl", category_id=online.id)
    doors.change(Event, doors.event_id, page_version=3)
    assert doors.counts() == (1, 1)
    doors.change(Category, doors.category_id, valid_from=dt.date(2027, 3, 11))
    doors.change(Event, doors.event_id, page_version=4)
    assert doors.counts() == (1, 0)


def names(doors: Doors, text: str) -> list[str]:
    answer = doors.client.get("/api/v1/door/people", query_string={"q": text}, headers=doors.headers())
    assert answer.status_code == 200, answer.text
    return [person["name"] for person in answer.json["people"]]


def test_people_are_found_by_name_organisation_and_reference(doors: Doors):
    doors.person("Zoé", organisation="Société d’Essai", search_text="zoé example société d’essai zoe societe")
    assert names(doors, "zoe") == names(doors, "ZOÉ") == names(doors, "essai zo") == ["Zoé Example"]
    reference = doors.registration("Zoé").reference
    assert names(doors, reference.lower()) == names(doors, f"{reference[:4]} {reference[4:]}") == ["Zoé Example"]
    assert names(doors, "nobody") == []


@pytest.mark.parametrize("text", ["%%", "__", "a%", "%example%", "' OR 1=1", "\\\\"])
def test_wildcards_are_letters(doors: Doors, text):
    assert names(doors, text) == []


@pytest.mark.parametrize("text", ["", " ", "a", " a ", "a" * 101])
def test_nobody_reads_out_the_whole_list(doors: Doors, text):
    answer = doors.client.get("/api/v1/door/people", query_string={"q": text}, headers=doors.headers())
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_without_a_question_there_is_no_answer(doors: Doors):
    assert doors.get("/door/people").status_code == 422


def test_at_most_twenty_people_and_those_who_may_enter_first(doors: Doors):
    for number in range(22):
        status = RegistrationStatus.CANCELLED if number < 3 else RegistrationStatus.CONFIRMED
        doors.person(f"Person {number:02}", status=status)
    found = names(doors, "person")
    assert len(found) == 20
    assert found[-1] == "Person 00 Example"


def test_a_person_shows_what_a_door_needs_and_no_more(doors: Doors):
    doors.admit("Ada", doors.other_token)
    (person,) = doors.get("/door/people?q=ada").json["people"]
    row = doors.registration("Ada")
    assert person == {
        "registration": row.public_id, "name": "Ada Example", "organisation": "Exemple SA", "category": "Visitor",
        "reference": row.reference, "state": "confirmed", "attendance": "on_site",
        "admitted_at": "2027-03-10T11:00:00.000Z", "admitted_door": "North door",
    }  # fmt: skip


def test_nobody_is_found_by_address(doors: Doors):
    doors.person("Eve", email="eve.secret@hidden.example", search_text="eve example eve.secret@hidden.example")
    assert names(doors, "hidden") == names(doors, "secret@") == []
    assert names(doors, "eve") == ["Eve Example"]


def test_the_people_and_figures_of_another_event_do_not_exist(doors: Doors):
    other = doors.other_event()
    other.person("Mallory")
    other.admit("Mallory")
    assert names(doors, "mallory") == []
    assert doors.counts() == (0, 1)
    assert "Mallory" not in doors.get("/door").text


def test_the_number_of_queries_does_not_depend_on_how_many_are_found(doors: Doors):
    def queries(path: str) -> int:
        seen = []
        with doors.app.app_context():
            engine = db.engine
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", listener)
        try:
            assert doors.get(path).status_code == 200
        finally:
            sa.event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    few = [queries(path) for path in PATHS]
    for number in range(4):
        doors.person(f"Ada {number}")
        doors.admit(f"Ada {number}")
    assert [queries(path) for path in PATHS] == few
    assert max(few) <= 5


def test_a_scan_takes_four_statements(doors: Doors):
    doors.admit("Ada")
    doors.person("Bob")
    doors.admit("Bob")
    seen = []
    with doors.app.app_context():
        engine = db.engine
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", listener)
    try:
        doors.admit("Ada")
    finally:
        sa.event.remove(engine, "before_cursor_execute", listener)
    assert [statement.split()[0] for statement in seen] == ["SELECT", "SELECT", "SELECT", "INSERT"], seen


def test_the_kept_figures_are_the_counted_ones(doors: Doors):
    """After each of many scans the figures of the answer are those that a fresh count gives."""
    from congress.checkin.attendance import _kept

    for number in range(6):
        doors.person(f"Person {number}")
    for number in (0, 1, 1, 2, 0, 3, 4, 5):
        answer = doors.post(batch(scan(doors.payloads[f"Person {number}"])))
        _kept.clear()
        inside, expected = doors.counts()
        assert answer.json["counts"] == {"inside": inside, "expected": expected}
    entry = doors.admit("Ada")
    answer = doors.post(batch(scan(action="undo", undoes=entry["nonce"])))
    _kept.clear()
    assert (answer.json["counts"]["inside"], 7) == doors.counts()


def test_writing_past_a_device_of_another_event_changes_nothing(doors: Doors):
    other = doors.other_event()
    before = other.scans()
    with doors.app.app_context(), transactions.commit_on_success():
        assert len(before) == 0
    doors.send(scan(other.payloads["Ada"]), scan(method="search", registration=other.registration("Ada").public_id))
    assert other.counts() == (0, 1)
