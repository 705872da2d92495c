"""Scanning tickets: green, amber, red, and what is kept."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.checkin.models import Checkpoint, Device
from congress.events.models import Event
from congress.extensions import db
from congress.registration import tickets
from congress.registration.enums import Attendance, RegistrationStatus, TicketState
from congress.registration.models import Category, EventKey, Registration, Ticket
from tests.conftest import NOON
from tests.factories.doors import batch, scan
from tests.support.door import Doors

MINUTE = dt.timedelta(minutes=1)


@pytest.mark.database
def test_a_valid_ticket_is_admitted_with_name_and_category(doors: Doors):
    result = doors.admit("Ada")
    assert result["outcome"] == "admitted"
    assert result["reason"] is None
    assert result["message"] == "Admitted."
    assert result["first"] is None
    assert result["admitted_at"] == "2027-03-10T11:00:00.000Z"
    assert result["person"] == {
        "name": "Ada Example",
        "organisation": "Exemple SA",
        "category": "Visitor",
        "reference": doors.registration("Ada").reference,
        "registration": doors.registration("Ada").public_id,
        "attendance": "on_site",
    }


def test_a_second_scan_says_when_and_where_the_first_was(doors: Doors):
    doors.admit("Ada")
    result = doors.admit("Ada", doors.other_token)
    assert result["outcome"] == "already_admitted"
    assert result["first"] == {"at": "2027-03-10T11:00:00.000Z", "door": "Main entrance"}
    assert result["message"] == "Already in since 12:00, Main entrance."
    assert doors.counts() == (1, 1)


def test_the_person_is_found_by_typed_reference_and_by_search(doors: Doors):
    row = doors.registration("Ada")
    typed = doors.send(scan(method="typed", reference=f" {row.reference[:4].lower()}-{row.reference[4:]} "))[0]
    assert (typed["outcome"], typed["person"]["name"]) == ("admitted", "Ada Example")
    found = doors.send(scan(method="search", registration=row.public_id))[0]
    assert found["outcome"] == "already_admitted"


@pytest.mark.database
def test_every_scan_is_kept_as_a_fact(doors: Doors):
    late = NOON - 3 * MINUTE
    doors.send(scan(doors.payloads["Ada"], late), at=NOON)
    (kept,) = doors.scans()
    assert (kept.event_id, kept.checkpoint_id, kept.device_id) == (
        doors.event_id,
        doors.checkpoint_id,
        doors.device_id,
    )
    assert (kept.scanned_at, kept.device_time, kept.received_at) == (late, late, NOON)
    assert (kept.registration_id, kept.valid, kept.day) == (doors.ids["Ada"], True, dt.date(2027, 3, 10))
    assert doors.payloads["Ada"] not in str(kept.answer)


def test_the_clock_of_the_device_is_corrected(doors: Doors):
    wrong = NOON + dt.timedelta(days=3, hours=2)
    result = doors.send(scan(doors.payloads["Ada"], wrong - 2 * MINUTE), at=wrong)[0]
    assert result["admitted_at"] == "2027-03-10T10:58:00.000Z"


@pytest.mark.parametrize("ahead", [dt.timedelta(hours=1), dt.timedelta(days=300 * 365)])
def test_a_scan_from_the_future_is_dated_now(doors: Doors, ahead):
    assert doors.send(scan(doors.payloads["Ada"], NOON + ahead))[0]["admitted_at"] == "2027-03-10T11:00:00.000Z"


def refused(doors: Doors, what: dict, reason: str, *, person: bool, token: str | None = None) -> str:
    result = doors.send(what, token=token)[0]
    assert (result["outcome"], result["reason"]) == ("refused", reason)
    assert (result["person"] is not None) is person
    assert result["first"] is None
    assert result["admitted_at"] is None
    assert not doors.scans()[-1].valid
    assert doors.counts()[0] == 0
    return str(result["message"])


@pytest.mark.parametrize("text", ["https://example.org/", "A" * 125, "javascript:alert(1)", "é" * 50, " ", "'; DROP"])
def test_a_code_of_somebody_else_is_unknown(doors: Doors, text):
    assert refused(doors, scan(text), "unknown", person=False) == "This is not a ticket of this event."


@pytest.mark.parametrize("what", [{"reference": "NOBODY22"}, {"registration": "x" * 32}, {"reference": "%"}])
def test_a_reference_or_id_that_nobody_has_is_unknown(doors: Doors, what):
    refused(doors, scan(method="typed", **what), "unknown", person=False)


def test_a_genuine_code_without_a_ticket_is_unknown(doors: Doors):
    with doors.app.app_context():
        key = db.session.scalar(sa.select(EventKey).where(EventKey.event_id == doors.event_id))
        orphan = tickets.sign(key.sealed_private_key, key.key_id, doors.event_id, tickets.new_code())
    refused(doors, scan(orphan), "unknown", person=False)


def forgeries(doors: Doors) -> dict[str, str]:
    payload = tickets.parse(doors.payloads["Ada"])
    _public, sealed = tickets.new_key_pair()
    last = doors.payloads["Ada"][-2]
    return {
        "own key": tickets.sign(sealed, 1, doors.event_id, payload.code),
        "unknown key id": tickets.sign(sealed, 9, doors.event_id, payload.code),
        "new code": tickets.sign(sealed, 1, doors.event_id, tickets.new_code()),
        "other event": tickets.sign(sealed, 1, doors.event_id + 1, payload.code),
        "bit flipped": doors.payloads["Ada"][:-2] + ("A" if last != "A" else "B") + doors.payloads["Ada"][-1],
    }


@pytest.mark.parametrize("kind", ["own key", "unknown key id", "new code", "other event", "bit flipped"])
def test_a_forged_ticket_is_refused_and_names_nobody(doors: Doors, kind):
    with doors.app.app_context():
        forged = forgeries(doors)[kind]
    assert refused(doors, scan(forged), "forged", person=False) == "This ticket is not genuine."


@pytest.mark.database
def test_a_retired_key_opens_no_door(doors: Doors):
    with doors.app.app_context():
        key_id = db.session.scalar(sa.select(EventKey.id).where(EventKey.event_id == doors.event_id))
    doors.change(EventKey, key_id, retired_at=NOON)
    refused(doors, scan(doors.payloads["Ada"]), "forged", person=False)


def test_a_ticket_of_another_event_says_so_and_nothing_else(doors: Doors):
    other = doors.other_event(name={"fr": "Secret"})
    other.person("Mallory")
    message = refused(doors, scan(other.payloads["Mallory"]), "other_event", person=False)
    assert message == "This ticket is for another event."
    kept = doors.scans()[-1]
    assert (kept.registration_id, kept.ticket_id) == (None, None)


def test_references_and_ids_of_another_event_look_like_nothing(doors: Doors):
    other = doors.other_event()
    row = other.registration("Ada")
    unknown = doors.send(scan(method="typed", reference="NOBODY22"))[0]
    for what in ({"reference": row.reference}, {"registration": row.public_id}):
        result = doors.send(scan(method="search", **what))[0]
        assert {**result, "nonce": ""} == {**unknown, "nonce": ""}


def test_cancelled_replaced_pending_and_online_are_refused_with_their_reason(doors: Doors):
    doors.change(Registration, doors.ids["Ada"], status=RegistrationStatus.CANCELLED)
    assert refused(doors, scan(doors.payloads["Ada"]), "cancelled", person=True) == "This registration was cancelled."
    reference = doors.registration("Ada").reference
    refused(doors, scan(method="typed", reference=reference), "cancelled", person=True)
    doors.change(Registration, doors.ids["Ada"], status=RegistrationStatus.PENDING)
    refused(doors, scan(doors.payloads["Ada"]), "not_confirmed", person=True)
    doors.change(Registration, doors.ids["Ada"], status=RegistrationStatus.CONFIRMED)
    doors.change(Category, doors.category_id, attendance=Attendance.ONLINE)
    refused(doors, scan(doors.payloads["Ada"]), "online_only", person=True)


def test_a_cancelled_ticket_is_refused(doors: Doors):
    doors.person("Bob")
    with doors.app.app_context():
        ticket = db.session.scalar(sa.select(Ticket.id).where(Ticket.registration_id == doors.ids["Bob"]))
    doors.change(Ticket, ticket, state=TicketState.CANCELLED)
    refused(doors, scan(doors.payloads["Bob"]), "cancelled", person=True)


def test_a_replaced_ticket_is_refused_and_the_new_one_admitted(doors: Doors):
    new = doors.reissue("Ada")
    refused(doors, scan(doors.payloads["Ada"]), "replaced", person=True)
    assert doors.send(scan(new))[0]["outcome"] == "admitted"


def test_a_ticket_of_another_day_says_which(doors: Doors):
    doors.change(Event, doors.event_id, starts_at=NOON + dt.timedelta(days=2), ends_at=NOON + dt.timedelta(days=2.3))
    message = refused(doors, scan(doors.payloads["Ada"]), "other_day", person=True)
    assert message == "This ticket is valid on Friday, 12 March 2027."


def test_days_are_those_of_the_place(doors: Doors):
    # 23:30 on the 9th in UTC is half past midnight on the 10th in Paris.
    before = NOON.replace(hour=23, minute=30) - dt.timedelta(days=1)
    result = doors.send(scan(doors.payloads["Ada"], before), at=NOON)[0]
    assert (result["outcome"], doors.scans()[-1].day) == ("admitted", dt.date(2027, 3, 10))
    too_early = doors.send(scan(doors.payloads["Ada"], before - dt.timedelta(hours=1)), at=NOON)[0]
    assert (too_early["reason"], doors.scans()[-1].day) == ("other_day", dt.date(2027, 3, 9))


def test_the_days_of_the_category_narrow_those_of_the_event(doors: Doors):
    doors.change(Event, doors.event_id, ends_at=NOON + dt.timedelta(days=2))
    doors.change(Category, doors.category_id, valid_from=dt.date(2027, 3, 11))
    message = refused(doors, scan(doors.payloads["Ada"]), "other_day", person=True)
    assert message == "This ticket is valid from Thursday, 11 March 2027 to Friday, 12 March 2027."
    doors.change(Category, doors.category_id, valid_from=dt.date(2027, 3, 20))
    assert refused(doors, scan(doors.payloads["Ada"]), "other_day", person=True) == (
        "This ticket is not valid on any day of this event."
    )


@pytest.mark.database
def test_admission_is_once_per_day(doors: Doors):
    doors.change(Event, doors.event_id, starts_at=NOON - dt.timedelta(days=1), ends_at=NOON + dt.timedelta(days=1))
    yesterday = doors.send(scan(doors.payloads["Ada"], NOON - dt.timedelta(days=1)), at=NOON)[0]
    assert yesterday["outcome"] == "admitted"
    assert doors.counts() == (0, 1)
    assert doors.admit("Ada")["outcome"] == "admitted"
    assert doors.counts() == (1, 1)


@pytest.mark.database
def test_an_entry_that_arrives_late_was_the_first_and_counts_once(doors: Doors):
    assert doors.admit("Ada")["outcome"] == "admitted"
    late = doors.send(scan(doors.payloads["Ada"], NOON - 9 * MINUTE), token=doors.other_token, at=NOON)[0]
    assert (late["outcome"], late["first"]["door"]) == ("already_admitted", "Main entrance")
    assert doors.counts() == (1, 1)
    assert doors.admit("Ada")["first"] == {"at": "2027-03-10T10:51:00.000Z", "door": "North door"}


@pytest.mark.database
def test_a_rehearsal_is_kept_apart_and_takes_any_day(doors: Doors):
    doors.change(Event, doors.event_id, starts_at=NOON + dt.timedelta(days=9), ends_at=NOON + dt.timedelta(days=10))
    tried = doors.admit("Ada", doors.rehearsal_token)
    assert tried["outcome"] == "admitted"
    assert doors.admit("Ada", doors.rehearsal_token)["outcome"] == "already_admitted"
    assert doors.counts(doors.rehearsal_token) == (1, 1)
    assert doors.counts() == (0, 1)
    doors.change(Event, doors.event_id, starts_at=NOON, ends_at=NOON + dt.timedelta(hours=5))
    assert doors.admit("Ada")["outcome"] == "admitted"


def test_a_refused_person_is_refused_in_a_rehearsal_too(doors: Doors):
    doors.change(Registration, doors.ids["Ada"], status=RegistrationStatus.CANCELLED)
    assert doors.admit("Ada", doors.rehearsal_token)["reason"] == "cancelled"


def test_sentences_are_in_the_language_asked_for_or_the_device_s_own(doors: Doors):
    body = batch(scan(doors.payloads["Ada"]))
    answer = doors.post(body, doors.other_token, **{"Accept-Language": "de"}).json["results"][0]
    assert (answer["message"], answer["person"]["category"]) == ("Entrée validée.", "Visiteur")
    again = doors.post(batch(scan(doors.payloads["Ada"])), doors.other_token, **{"Accept-Language": "en-GB"})
    assert again.json["results"][0]["person"]["category"] == "Visitor"


@pytest.mark.database
def test_a_batch_answers_in_its_own_order_and_counts_once(doors: Doors):
    doors.person("Bob")
    first, second = scan(doors.payloads["Ada"], NOON), scan(doors.payloads["Ada"], NOON - MINUTE)
    answer = doors.post(batch(first, scan(doors.payloads["Bob"]), scan("nonsense"), second))
    assert [one["outcome"] for one in answer.json["results"]] == [
        "already_admitted", "admitted", "refused", "admitted",
    ]  # fmt: skip
    assert answer.json["counts"] == {"inside": 2, "expected": 2}


def test_seen_at_is_written_at_most_every_thirty_seconds(doors: Doors):
    from congress.core import clock

    def seen():
        with doors.app.app_context():
            return db.session.get(Device, doors.device_id).seen_at

    doors.admit("Ada")
    assert seen() == NOON
    with clock.held_at(NOON + dt.timedelta(seconds=29)):
        doors.admit("Ada")
        assert seen() == NOON
    with clock.held_at(NOON + dt.timedelta(seconds=30)):
        doors.admit("Ada")
        assert seen() == NOON + dt.timedelta(seconds=30)


def test_the_name_of_the_door_is_the_one_it_has_now(doors: Doors):
    doors.admit("Ada")
    doors.change(Checkpoint, doors.checkpoint_id, name="East gate")
    assert doors.admit("Ada")["first"]["door"] == "East gate"
