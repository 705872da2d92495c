"""Personal data of badges: files of print runs hold names, so a file with an erased person goes as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from congress.badges.models import PrintRun
from congress.badges.services import discard_print_run
from congress.extensions import db
from congress.registration.models import Registration


def export(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """When a badge was drawn."""
    return {"print_runs": [{"created_at": one.created_at.isoformat()} for one in _runs(address_key, event_id)]}


def erase(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Discard the print runs with the person on them; the others' badges can be printed again."""
    runs = _runs(address_key, event_id)
    for run in runs:
        discard_print_run(run)
    db.session.flush()
    return {"print_runs": len(runs)}


def _runs(address_key: str, event_id: int | None) -> Sequence[PrintRun]:
    theirs = sa.select(Registration.id, Registration.event_id).where(Registration.email_key == address_key)
    if event_id is not None:
        theirs = theirs.where(Registration.event_id == event_id)
    rows = db.session.execute(theirs).all()
    ids = {row.id for row in rows}
    runs = db.session.scalars(sa.select(PrintRun).where(PrintRun.event_id.in_({row.event_id for row in rows})))
    return [run for run in runs if ids.intersection(run.registration_ids)]
