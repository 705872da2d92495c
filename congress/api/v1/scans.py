"""POST /api/v1/scans: what a door saw, in batches that may be sent again."""

from __future__ import annotations

from flask import Response

from congress.api.v1.blueprint import DEVICE, blueprint, current_caller, json_response, read_body
from congress.api.v1.languages import language_of_caller
from congress.api.v1.schema import ScanIn, ScansIn
from congress.checkin.services.scans import Observation, receive_scans
from congress.core.access import access


@blueprint.post("/scans")
@access(DEVICE)
def create_scans() -> Response:
    """Keep scans and answer each; the same nonce always gets the same answer."""
    caller, body = current_caller(), read_body(ScansIn)
    seen = [_observation(scan) for scan in body.scans]
    results, counts = receive_scans(
        caller.door, body.device_time, seen, now=caller.now, language=language_of_caller()
    )
    return json_response({"results": results, "counts": {"inside": counts.inside, "expected": counts.expected}})


def _observation(scan: ScanIn) -> Observation:
    return Observation(
        scan.nonce,
        scan.scanned_at,
        scan.action,
        scan.method,
        scan.payload or None,
        scan.reference or None,
        scan.registration or None,
        scan.undoes or None,
    )
