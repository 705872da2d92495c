"""The document of the API is true: its schemas hold for real answers, and a fuzzer that reads it finds nothing."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema.validators import Draft202012Validator

from congress.checkin.enums import RefusalReason, ScanOutcome
from congress.core.access import declared
from tests.factories.doors import batch, scan
from tests.support.door import Doors


@pytest.fixture
def document(doors: Doors) -> dict[str, Any]:
    answer = doors.client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return dict(answer.json)


def holds(document: dict[str, Any], name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    jsonschema.validate(value, schema, cls=Draft202012Validator)


def test_every_route_of_the_api_is_in_the_document(doors: Doors, document):
    routes = {
        (route.rule, method.lower())
        for route, method, _rule in declared(doors.app)
        if route.rule.startswith("/api/v1/") and route.endpoint != "api_v1.openapi"
    }
    assert routes == {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert document["openapi"].startswith("3.1")
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert all(one["security"] == [{"device": []}] and "401" in one["responses"] for one in operations)


def test_every_schema_is_a_schema(document):
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_real_answers_are_as_documented(doors: Doors, document):
    doors.admit("Ada")
    holds(document, "DoorOut", doors.get("/door").json)
    holds(document, "CountsOut", doors.get("/door/counts").json)
    holds(document, "PeopleOut", doors.get("/door/people?q=ada").json)
    body = batch(scan(doors.payloads["Ada"]), scan("x"), scan(action="undo", payload=doors.payloads["Ada"]))
    holds(document, "ScansIn", body)
    holds(document, "ScansOut", doors.post(body).json)
    holds(document, "Problem", doors.post({}).json)
    holds(document, "Problem", doors.get("/door", "unknown").json)


def test_what_is_refused_is_refused_by_the_document_too(document):
    for wrong in (scan(), scan("a", reference="b"), scan("a", nonce="1"), scan(undoes=scan()["nonce"])):
        with pytest.raises(jsonschema.ValidationError):
            holds(document, "ScansIn", batch(wrong))


def test_the_words_of_the_document_are_those_of_the_door(document):
    schemas = document["components"]["schemas"]
    assert schemas["ScanOutcome"]["enum"] == [one.value for one in ScanOutcome]
    assert schemas["RefusalReason"]["enum"] == [one.value for one in RefusalReason]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_fuzzer_that_reads_the_document_finds_nothing(doors: Doors, document):
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", doors.app)
    assert json.loads(json.dumps(api.raw_schema)) == document
    for found in api.get_all_operations():
        operation = found.ok()

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def attack(case):
            case.call_and_validate(headers=doors.headers())

        attack()
