"""GET /api/v1/openapi.json: the API described by the routes and classes that are the API."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any

from flask import Response, current_app
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from congress.api.v1 import schema
from congress.api.v1.blueprint import DEVICE, blueprint, json_response
from congress.checkin.search import LONGEST, SHORTEST
from congress.core.access import PUBLIC, access, declared

BODIES: dict[str, type[BaseModel]] = {"api_v1.create_scans": schema.ScansIn}
ANSWERS: dict[str, type[BaseModel]] = {
    "api_v1.create_scans": schema.ScansOut,
    "api_v1.show_door": schema.DoorOut,
    "api_v1.show_counts": schema.CountsOut,
    "api_v1.list_people": schema.PeopleOut,
}
TWO_SIGNS_WITHOUT_NUL = r"^[^\x00]*[^\s\x00][^\x00]*[^\s\x00][^\x00]*$"
PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "api_v1.list_people": [
        {
            "name": "q",
            "in": "query",
            "required": True,
            "description": "Part of a name or organisation, or the beginning of a reference.",
            "schema": {
                "type": "string",
                "minLength": SHORTEST,
                "maxLength": LONGEST,
                "pattern": TWO_SIGNS_WITHOUT_NUL,
            },
        }
    ],
}
REF = "#/components/schemas/{model}"
PROBLEM = {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}}
REFUSALS = {
    "400": "Not JSON, or JSON beyond the bounds: too deep, duplicate keys, numbers over 63 bits, NUL",
    "401": "No device has this token, or it was withdrawn, or its event is over",
    "409": "A nonce came before with other content; nothing of the batch was kept",
    "413": "The body is larger than 64 KiB",
    "415": "The body is not application/json",
    "422": "What was sent does not have the documented form",
    "503": "Try again in a moment",
}
ALWAYS = ("400", "401", "503")
MORE: dict[str, tuple[str, ...]] = {
    "api_v1.create_scans": ("409", "413", "415", "422"),
    "api_v1.list_people": ("422",),
}


@blueprint.get("/openapi.json")
@access(PUBLIC)
def openapi() -> Response:
    """This document."""
    response = json_response(_document())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    models: list[type[BaseModel]] = [*BODIES.values(), *ANSWERS.values(), schema.Problem]
    _, definitions = models_json_schema([(model, "validation") for model in models], ref_template=REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Congress",
            "version": "1",
            "description": "For devices at doors. Times are ISO 8601 with an offset; errors are RFC 9457 documents.",
        },
        "paths": _paths(),
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route, method, rule in declared(current_app):
        if route.endpoint in ANSWERS:
            operation = _operation(route.endpoint)
            operation["security"] = [{"device": []}] if rule is DEVICE else []
            paths.setdefault(route.rule, {})[method.lower()] = operation
    return paths


def _operation(endpoint: str) -> dict[str, Any]:
    view = current_app.view_functions[endpoint]
    body = BODIES.get(endpoint)
    responses: dict[str, Any] = {
        "200": {"description": "Done", "content": _json(ANSWERS[endpoint])},
    }
    if endpoint == "api_v1.show_counts":
        responses["304"] = {"description": "Nothing changed"}
    for status, text in REFUSALS.items():
        if status in (*ALWAYS, *MORE.get(endpoint, ())):
            responses[status] = {"description": text, "content": PROBLEM}
    operation = {
        "operationId": endpoint.partition(".")[2],
        "summary": inspect.getdoc(view),
        "responses": responses,
        "parameters": PARAMETERS.get(endpoint, []),
    }
    if body:
        operation["requestBody"] = {"required": True, "content": _json(body)}
    return operation


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}
