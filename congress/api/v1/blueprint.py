"""The frame of the API: who calls, what a body may be, how an error looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from congress.checkin.devices import Door, door_of_token
from congress.checkin.errors import DeviceRevoked
from congress.core import clock
from congress.core.access import Rule
from congress.core.actors import Actor, set_actor
from congress.core.errors import Malformed
from congress.core.http import failure
from congress.core.languages import gettext
from congress.extensions import csrf

MAX_BODY = 64 * 1024
MAX_PROBLEMS = 20
UNPROCESSABLE = 422
Body = TypeVar("Body", bound=BaseModel)

blueprint = Blueprint("api_v1", __name__, url_prefix="/api/v1")
# A caller shows a bearer token, never a cookie, so that no other site can call in somebody's name.
csrf.exempt(blueprint)


@dataclass(frozen=True, slots=True)
class Caller:
    """The door at which the calling device stands, and when it called."""

    door: Door
    now: dt.datetime


def _device_must_be_live() -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise DeviceRevoked
    now = clock.now()
    door = door_of_token(token.strip(), now)
    g.caller = Caller(door, now)
    set_actor(Actor("device", door.device_id))


DEVICE = Rule("device", _device_must_be_live)


def current_caller() -> Caller:
    """Who calls; only in views under `DEVICE`."""
    caller: Caller = g.caller
    return caller


def read_body(model: type[Body]) -> Body:
    """The body of this request: JSON, bounded, without duplicate keys, of exactly this shape."""
    request.max_content_length = MAX_BODY
    if not request.is_json:
        raise UnsupportedMediaType
    raw = request.get_data(cache=False)
    try:
        current_app.json.loads(raw)
    except ValueError as error:
        raise Malformed from error
    return model.model_validate_json(raw)


def json_response(body: Any) -> Response:
    """200 with `body` as JSON, for this caller alone."""
    text = current_app.json.dumps(body, separators=(",", ":"))
    response = Response(text, content_type="application/json")
    response.headers["Vary"] = "Authorization, Accept-Language"
    return response


@blueprint.errorhandler(ValidationError)
def _wrong_shape(error: ValidationError) -> ResponseReturnValue:
    """Where the body differs from what is documented; never what was sent."""
    errors = [
        {"at": "/".join(str(part) for part in problem["loc"]), "problem": problem["type"]}
        for problem in error.errors(include_url=False, include_context=False, include_input=False)[:MAX_PROBLEMS]
    ]
    return failure(UNPROCESSABLE, gettext("The data sent do not have the documented form."), errors=errors)
