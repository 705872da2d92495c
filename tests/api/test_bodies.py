"""Whatever is sent to the API is answered with a document that says what is wrong, and is never half done."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.factories.doors import batch, scan
from tests.support.door import Doors

PROBLEM = "application/problem+json"


def send(doors: Doors, body: bytes | str, content_type: str = "application/json") -> TestResponse:
    headers = {**doors.headers(), "Content-Type": content_type}
    return doors.client.post("/api/v1/scans", data=body, headers=headers)


def refused(doors: Doors, answer: TestResponse, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.content_type) == (status, PROBLEM), answer.text
    problem = answer.json
    assert problem["status"] == status
    assert {"type", "title", "detail"} <= set(problem)
    assert problem["title"]
    assert doors.scans() == []
    return problem


def text_of(doors: Doors, **values: Any) -> str:
    return json.dumps(batch(scan(doors.payloads["Ada"], **values)))


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "nonsense", "NaN", '{"a":NaN}', '{"a":Infinity}', "\ufeff{}", "[" * 60_000, '{"a":' * 12_000,
        '{"a":1,"a":1}', '{"device_time":"2027-03-10T11:00:00Z","scans":[],"scans":[]}',
        '{"a":9223372036854775808}', '{"a":-99999999999999999999999999}', '{"a":"\\u0000"}', '{"a":"\\ud800"}',
        '{"\\u0000":1}',
    ],
)  # fmt: skip
def test_what_is_not_bounded_json_is_not_understood(doors: Doors, body):
    refused(doors, send(doors, body), 400)


@pytest.mark.parametrize("raw", [b"\xff\xfe", b'{"a":"\xff"}', b"\x00", b"\x80abc", '{"a":1}'.encode("utf-16")])
def test_what_is_not_text_is_not_understood(doors: Doors, raw):
    refused(doors, send(doors, raw), 400)


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "\\udfff x"])
def test_no_text_deep_inside_holds_nul_or_lone_surrogates(doors: Doors, text):
    body = text_of(doors).replace(doors.payloads["Ada"], text)
    refused(doors, send(doors, body), 400)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_another_content_type_is_refused(doors: Doors, content_type):
    refused(doors, send(doors, text_of(doors), content_type), 415)


def test_a_body_that_is_too_large_is_refused(doors: Doors):
    refused(doors, send(doors, text_of(doors) + " " * 70_000), 413)


VALUES = [None, 1, 1.5, True, "", [], {}, [{}], "x", ["x"]]


@pytest.mark.parametrize("name", ["nonce", "scanned_at", "action", "method", "payload"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_field_has_its_type(doors: Doors, name, value):
    if name == "payload" and value == "x":
        return
    answer = send(doors, text_of(doors, **{name: value}))
    assert refused(doors, answer, 422)["errors"][0]["at"].startswith("scans/0")


@pytest.mark.parametrize("value", [*VALUES, "2027-03-10", "2027-03-10T11:00:00", "1e3", "0"], ids=repr)
def test_the_time_of_the_device_is_an_instant(doors: Doors, value):
    body = {**batch(scan(doors.payloads["Ada"])), "device_time": value}
    assert refused(doors, doors.post(body), 422)["errors"][0]["at"] == "device_time"


@pytest.mark.parametrize("scans", [None, {}, "x", [], [[]], [None], [{}] * 51])
def test_there_are_one_to_fifty_scans(doors: Doors, scans):
    refused(doors, doors.post({**batch(), "scans": scans}), 422)


def test_fifty_scans_are_accepted(doors: Doors):
    assert len(doors.send(*(scan("x") for _ in range(50)))) == 50


@pytest.mark.parametrize("name", ["event_id", "registration_id", "outcome", "valid", "rehearsal", "x"])
def test_nothing_else_is_accepted(doors: Doors, name):
    extra = {name: 1}
    refused(doors, doors.post(batch(scan(doors.payloads["Ada"], **extra))), 422)
    refused(doors, doors.post({**batch(scan(doors.payloads["Ada"])), **extra}), 422)


@pytest.mark.parametrize(
    "what",
    [
        {}, {"payload": "a", "reference": "b"}, {"reference": "a", "registration": "b"}, {"payload": "a" * 201},
        {"reference": "a" * 65}, {"registration": "a" * 65}, {"undoes": str(uuid.uuid4())}, {"payload": ""},
        {"action": "undo"}, {"action": "undo", "undoes": "x"}, {"action": "undo", "undoes": None},
        {"action": "undo", "undoes": str(uuid.uuid4()), "payload": "a"},
    ],
)  # fmt: skip
def test_a_scan_says_whose_in_exactly_one_way(doors: Doors, what):
    refused(doors, doors.post(batch(scan(**what))), 422)


NONCE = "6f1c2b7e-3d4a-4b5c-8d6e-7f8091a2b3c4"


@pytest.mark.parametrize("nonce", ["1", "x" * 36, f"{{{NONCE}}}", NONCE.replace("-", ""), f"{NONCE} "])
def test_a_nonce_is_a_uuid(doors: Doors, nonce):
    refused(doors, doors.post(batch(scan(doors.payloads["Ada"], nonce=nonce))), 422)


def test_one_bad_scan_keeps_the_others_out_too_so_that_nothing_is_half_done(doors: Doors):
    refused(doors, doors.post(batch(scan(doors.payloads["Ada"]), scan(nonce="1", payload="x"))), 422)


def test_a_problem_never_repeats_what_was_sent(doors: Doors):
    answer = doors.post(batch(scan("secret-canary", method="canary", nonce="canary")))
    assert "canary" not in answer.text


@pytest.mark.parametrize("year", ["0001", "1969", "9999"])
def test_a_device_whose_clock_is_nonsense_still_admits_today(doors: Doors, year):
    for offset in ("+14:00", "-12:00", "Z"):
        instant = f"{year}-01-01T00:00:00{offset}"
        body = batch(scan(doors.payloads["Ada"], scanned_at=instant))
        result = doors.post({**body, "device_time": instant})
        assert (result.status_code, result.json["results"][0]["person"]["name"]) == (200, "Ada Example")


def test_the_language_of_a_problem_is_the_one_asked_for(doors: Doors):
    answer = doors.post({}, **{"Accept-Language": "fr"})
    assert answer.json["detail"] == "Les données envoyées n’ont pas la forme documentée."


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(anything, st.sampled_from(["body", "scan", "scans", "device_time", "payload", "nonce", "undoes"]))
def test_no_json_whatever_makes_an_error_of_ours(doors: Doors, value, place):
    body: Any = batch(scan("x"))
    if place == "body":
        body = value
    elif place == "scan":
        body["scans"] = [value]
    elif place in {"scans", "device_time"}:
        body[place] = value
    else:
        body["scans"][0][place] = value
    answer = send(doors, json.dumps(body))
    assert answer.status_code in {200, 400, 415, 422}


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=200))
def test_no_code_whatever_makes_an_error_of_ours(doors: Doors, text):
    answer = send(doors, json.dumps(batch(scan(text))))
    assert answer.status_code in {200, 400, 422}
    assert answer.status_code != 200 or answer.json["results"][0]["reason"] == "unknown"
