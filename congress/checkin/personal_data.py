"""Personal data of the doors: when somebody came in. Scans stay, so that counts stay true; the names in them go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from congress.checkin.models import Checkpoint, Scan
from congress.extensions import db
from congress.registration.models import Registration


def export(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """Every scan of the person's tickets."""
    doors = {row.id: row.name for row in db.session.execute(sa.select(Checkpoint.id, Checkpoint.name))}
    return {
        "scans": [
            {
                "at": one.scanned_at.isoformat(),
                "door": doors.get(one.checkpoint_id, ""),
                "action": one.action,
                "method": one.method,
                "outcome": one.outcome,
                "rehearsal": one.rehearsal,
            }
            for one in _scans(address_key, event_id)
        ]
    }


def erase(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Take the person out of the answers that are kept for devices that ask again."""
    scans = _scans(address_key, event_id)
    for scan in scans:
        result = scan.answer.get("result") or {}
        scan.answer = {**scan.answer, "result": {**result, "person": None}}
    db.session.flush()
    return {"scans": len(scans)}


def _scans(address_key: str, event_id: int | None) -> Sequence[Scan]:
    theirs = sa.select(Registration.id).where(Registration.email_key == address_key)
    if event_id is not None:
        theirs = theirs.where(Registration.event_id == event_id)
    return db.session.scalars(sa.select(Scan).where(Scan.registration_id.in_(theirs)).order_by(Scan.id)).all()
