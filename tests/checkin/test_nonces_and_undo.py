"""The same nonce gives the same answer; an entry can be taken back, once, and from any device of the event."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import threading
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from congress.checkin.attendance import door_figures
from congress.checkin.models import Scan
from congress.core import clock, transactions
from congress.extensions import db
from tests.conftest import NOON
from tests.factories.doors import batch, scan
from tests.support import databases
from tests.support.door import Doors, make_doors

pytestmark = pytest.mark.database
MINUTE = dt.timedelta(minutes=1)


def undo(nonce: str, **values) -> dict:
    return scan(action="undo", undoes=nonce, **values)


def item(answer, place: int = 0) -> str:
    """The bytes of one result: an answer holds nothing after its results but the counts."""
    return json.dumps(answer.json["results"][place], separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize("what", ["Ada", "nonsense"])
def test_the_same_nonce_gets_the_same_answer_byte_for_byte(doors: Doors, what):
    one = scan(doors.payloads.get(what, what))
    first = doors.post(batch(one))
    doors.admit("Ada")
    for _ in range(3):
        assert item(doors.post(batch(one))) == item(first)
    twice = doors.post(batch(one, one))
    assert item(twice, 0) == item(twice, 1) == item(first)
    assert len(doors.scans()) == 2


def test_the_first_answer_stands_when_the_facts_have_changed(doors: Doors):
    one = scan(doors.payloads["Ada"])
    first = doors.post(batch(one))
    doors.send(undo(one["nonce"]))
    assert item(doors.post(batch(one))) == item(first)
    assert doors.counts() == (0, 1)


@pytest.mark.parametrize(
    "change", [{"method": "wedge"}, {"payload": "other"}, {"scanned_at": "2027-03-10T10:00:00Z"}]
)
def test_a_nonce_with_other_content_is_a_conflict_and_keeps_nothing(doors: Doors, change):
    doors.person("Bob")
    one = scan(doors.payloads["Ada"])
    doors.send(one)
    answer = doors.post(batch(scan(doors.payloads["Bob"]), {**one, **change}))
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert answer.json["detail"] == "This scan was already sent with other content. Please scan again."
    assert len(doors.scans()) == 1
    assert doors.counts() == (1, 2)


def test_the_nonces_of_two_events_have_nothing_to_do_with_each_other(doors: Doors):
    other = doors.other_event()
    nonce = str(uuid.uuid4())
    assert doors.admit("Ada", nonce=nonce)["outcome"] == "admitted"
    assert other.admit("Ada", nonce=nonce)["outcome"] == "admitted"
    assert other.counts() == (1, 1)


def test_an_entry_is_taken_back_and_the_ticket_can_be_used_again(doors: Doors):
    entry = doors.admit("Ada")
    result = doors.send(undo(entry["nonce"]))[0]
    assert (result["outcome"], result["message"]) == ("undone", "Entry taken back.")
    assert result["person"]["name"] == "Ada Example"
    assert (result["first"], result["admitted_at"]) == (None, None)
    assert doors.counts() == (0, 1)
    assert doors.admit("Ada")["outcome"] == "admitted"
    assert doors.counts() == (1, 1)


def test_an_entry_is_taken_back_from_another_device(doors: Doors):
    entry = doors.admit("Ada")
    assert doors.send(undo(entry["nonce"]), token=doors.other_token)[0]["outcome"] == "undone"
    assert doors.counts() == (0, 1)


def test_somebody_is_taken_back_by_ticket_reference_or_search(doors: Doors):
    row = doors.registration("Ada")
    for what in ({"payload": doors.payloads["Ada"]}, {"reference": row.reference}, {"registration": row.public_id}):
        assert doors.admit("Ada")["outcome"] == "admitted"
        assert doors.send(scan(action="undo", **what))[0]["outcome"] == "undone"
        assert doors.counts() == (0, 1)


def test_an_entry_at_another_door_stays(doors: Doors):
    entry = doors.admit("Ada")
    with clock.held_at(NOON + MINUTE):
        doors.admit("Ada", doors.other_token)
    with clock.held_at(NOON + 2 * MINUTE):
        result = doors.send(undo(entry["nonce"]))[0]
    assert (result["outcome"], result["first"]["door"]) == ("undone", "North door")
    assert result["message"] == "Entry taken back, but still in by another entry since 12:01, North door."
    assert doors.counts() == (1, 1)


def test_taking_back_twice_says_so_and_changes_nothing(doors: Doors):
    entry = doors.admit("Ada")
    doors.send(undo(entry["nonce"]))
    again = doors.send(undo(entry["nonce"]), token=doors.other_token)[0]
    assert (again["outcome"], again["message"]) == ("undone", "This entry was already taken back.")
    assert doors.counts() == (0, 1)


def nothing(doors: Doors, what: dict, token: str | None = None) -> None:
    result = doors.send(what, token=token)[0]
    assert (result["outcome"], result["reason"], result["person"]) == ("refused", "nothing_to_undo", None)


def test_there_is_nothing_to_take_back_without_a_valid_entry(doors: Doors):
    nothing(doors, undo(str(uuid.uuid4())))
    nothing(doors, scan(doors.payloads["Ada"], action="undo"))
    nothing(doors, undo(doors.send(scan("nonsense"))[0]["nonce"]))


def test_an_undo_cannot_be_undone(doors: Doors):
    entry = doors.admit("Ada")
    taken_back = doors.send(undo(entry["nonce"]))[0]
    nothing(doors, undo(taken_back["nonce"]))
    assert doors.counts() == (0, 1)


def test_entries_of_another_event_cannot_be_taken_back(doors: Doors):
    other = doors.other_event()
    theirs = other.admit("Ada")
    nothing(doors, undo(theirs["nonce"]))
    nothing(doors, scan(other.payloads["Ada"], action="undo"))
    nothing(doors, scan(action="undo", registration=other.registration("Ada").public_id))
    assert other.counts() == (1, 1)


def test_an_undo_that_arrives_before_its_entry_takes_it_back(doors: Doors):
    entry = scan(doors.payloads["Ada"], NOON - MINUTE)
    nothing(doors, undo(entry["nonce"]))
    result = doors.send(entry)[0]
    assert (result["outcome"], result["message"]) == ("undone", "This entry was already taken back.")
    assert doors.counts() == (0, 1)


def test_an_undo_in_one_batch_with_its_entry_works_in_any_order(doors: Doors):
    entry = scan(doors.payloads["Ada"], NOON - 2 * MINUTE)
    results = doors.send(undo(entry["nonce"], at=NOON - MINUTE), entry)
    assert [one["outcome"] for one in results] == ["undone", "admitted"]
    assert doors.counts() == (0, 1)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_state_does_not_depend_on_the_order_of_arrival(app: Flask, data):
    with clock.held_at(NOON):
        doors = make_doors(app)
        doors.person("Bob")
        facts = []
        for _ in range(data.draw(st.integers(1, 6))):
            who, door = data.draw(st.sampled_from(["Ada", "Bob"])), data.draw(st.booleans())
            entry = scan(doors.payloads[who], NOON - data.draw(st.integers(0, 20)) * MINUTE)
            facts.append((entry, door))
            if data.draw(st.booleans()):
                taken = undo(entry["nonce"], at=NOON - data.draw(st.integers(0, 20)) * MINUTE)
                facts.append((taken, data.draw(st.booleans())))
        states = set()
        for order in (facts, data.draw(st.permutations(facts))):
            with doors.app.app_context(), transactions.commit_on_success():
                db.session.execute(sa.delete(Scan))
            for one, north in order:
                doors.send(one, token=doors.other_token if north else doors.token)
            people = doors.get("/door/people?q=example").json["people"]
            shown = tuple((one["name"], one["admitted_at"], one["admitted_door"]) for one in people)
            with doors.app.app_context():
                figures = door_figures(doors.event_id, NOON.date(), rehearsal=False)
            assert figures.inside == doors.counts()[0] == sum(one["admitted_at"] is not None for one in people)
            states.add((shown, tuple(sorted(figures.by_checkpoint.items()))))
        databases.empty_all_tables(app)
    assert len(states) == 1


def at_once(acts) -> list:
    """Run in threads that start together; failures are raised."""
    barrier, results, errors = threading.Barrier(len(acts)), [None] * len(acts), []

    def run(place, act):
        try:
            barrier.wait(10)
            results[place] = act()
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return results


def poster(doors: Doors, body, token=None):
    """One request with a client of its own: threads share nothing."""
    return lambda: doors.app.test_client().post("/api/v1/scans", json=body, headers=doors.headers(token))


def test_fifteen_at_once_with_one_nonce_are_one_scan(app: Flask):
    doors = make_doors(app)
    one = batch(scan(doors.payloads["Ada"]))
    answers = at_once([poster(doors, one) for _ in range(15)])
    assert {answer.status_code for answer in answers} == {200}
    assert len({item(answer) for answer in answers}) == 1
    assert len(doors.scans()) == 1
    assert doors.counts() == (1, 1)


def test_fifteen_at_once_with_one_nonce_of_an_unknown_code(app: Flask):
    doors = make_doors(app)
    one = batch(scan("nonsense"))
    answers = at_once([poster(doors, one) for _ in range(15)])
    assert len({(answer.status_code, item(answer)) for answer in answers}) == 1
    assert len(doors.scans()) == 1


def test_one_ticket_at_two_doors_at_once_is_green_once(app: Flask):
    doors = make_doors(app)
    for number in range(8):
        doors.person(f"Person {number}")
    for number in range(8):
        payload = doors.payloads[f"Person {number}"]
        acts = [poster(doors, batch(scan(payload)), token) for token in (doors.token, doors.other_token)]
        outcomes = sorted(answer.json["results"][0]["outcome"] for answer in at_once(acts))
        assert outcomes == ["admitted", "already_admitted"]
    assert doors.counts() == (8, 9)


def test_batches_that_cross_neither_wait_for_each_other_nor_let_anybody_in_twice(app: Flask):
    doors = make_doors(app)
    people = [doors.person(f"Person {number}") for number in range(6)]
    bodies = [batch(*map(scan, order)) for order in itertools.islice(itertools.permutations(people), 0, 720, 120)]
    answers = at_once([poster(doors, body) for body in bodies])
    outcomes = [one["outcome"] for answer in answers for one in answer.json["results"]]
    assert outcomes.count("admitted") == 6
    assert doors.counts() == (6, 7)
