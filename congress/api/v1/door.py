"""What a device asks about its own door: where it stands, how many are inside, who somebody is."""

from __future__ import annotations

import base64

from flask import Response, request

from congress.api.v1.blueprint import DEVICE, blueprint, current_caller, json_response
from congress.api.v1.languages import language_of_caller
from congress.checkin.attendance import Counts, counts
from congress.checkin.devices import Door
from congress.checkin.queries import door as door_queries
from congress.checkin.search import find_people
from congress.checkin.verdicts import utc
from congress.core.access import access
from congress.core.languages import translated


@blueprint.get("/door")
@access(DEVICE)
def show_door() -> Response:
    """The device, its door, its event and the keys of its tickets."""
    caller = current_caller()
    door, language = caller.door, language_of_caller()
    return json_response(
        {
            "device": {"id": f"d_{door.device_id}", "label": door.label},
            "checkpoint": {
                "id": f"c_{door.checkpoint_id}",
                "name": door.checkpoint_name,
                "rehearsal": door.rehearsal,
            },
            "event": _event(door, language),
            "keys": [_key(key_id, public_key) for key_id, public_key in door_queries.keys_of(door.event_id)],
            "counts": _counts(counts(door, caller.now)),
            "server_time": utc(caller.now),
            "language": language,
        }
    )


@blueprint.get("/door/counts")
@access(DEVICE)
def show_counts() -> Response:
    """How many are inside and expected; with If-None-Match, 304 while nothing changed."""
    caller = current_caller()
    found = counts(caller.door, caller.now)
    tag = f"{found.inside}-{found.expected}"
    response = json_response({**_counts(found), "changed": found.changed_at and utc(found.changed_at)})
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


@blueprint.get("/door/people")
@access(DEVICE)
def list_people() -> Response:
    """People of this event by name, organisation or reference: `q`, two characters at least."""
    caller = current_caller()
    people = find_people(caller.door, request.args.get("q", ""), caller.now, language_of_caller())
    return json_response({"people": people})


def _counts(found: Counts) -> dict[str, int]:
    return {"inside": found.inside, "expected": found.expected}


def _event(door: Door, language: str) -> dict[str, str | None]:
    return {
        "id": f"e_{door.event_id}",
        "name": translated(door.event_name, language),
        "zone": door.zone,
        "starts_on": door.days.first.isoformat(),
        "ends_on": door.days.last.isoformat(),
        "colour": door.colour,
    }


def _key(key_id: int, public_key: bytes) -> dict[str, str | int]:
    return {"key_id": key_id, "public_key": base64.urlsafe_b64encode(public_key).decode().rstrip("=")}
