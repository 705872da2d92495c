"""Personal data in the audit log: the acts stay, with their time and actor; values that name the person go."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.extensions import db

ERASED = "[erased]"
REGISTRATION = "registration"


def export(event_id: int | None, registration_ids: Collection[int]) -> dict[str, Any]:
    """What was done to the registrations, by which kind of actor."""
    return {
        "acts": [
            {
                "at": one.at.isoformat(),
                "by": one.actor_kind,
                "action": one.action,
                "before": one.before,
                "after": one.after,
            }
            for one in _entries(event_id, registration_ids, ())
        ]
    }


def erase(event_id: int | None, registration_ids: Collection[int], literals: Collection[str]) -> dict[str, int]:
    """Replace every value that contains one of `literals` (address, names); returns how many rows."""
    changed = 0
    for entry in _entries(event_id, registration_ids, literals):
        before, after = _scrubbed(entry.before, literals), _scrubbed(entry.after, literals)
        if (before, after) != (entry.before, entry.after):
            entry.before, entry.after = before, after
            changed += 1
    db.session.flush()
    return {"acts": changed}


def _entries(
    event_id: int | None, registration_ids: Collection[int], literals: Collection[str]
) -> Sequence[AuditEntry]:
    about = sa.and_(AuditEntry.target_type == REGISTRATION, AuditEntry.target_id.in_(registration_ids))
    columns = (sa.cast(AuditEntry.before, sa.Text), sa.cast(AuditEntry.after, sa.Text))
    addresses = [json.dumps(text)[1:-1] for text in literals if "@" in text]
    naming = [column.contains(text, autoescape=True) for text in addresses for column in columns]
    within = AuditEntry.event_id == event_id if event_id is not None else sa.true()
    statement = sa.select(AuditEntry).where(sa.or_(about, sa.and_(within, sa.or_(sa.false(), *naming))))
    return db.session.scalars(statement.order_by(AuditEntry.id)).all()


def _scrubbed(value: Any, literals: Collection[str]) -> Any:
    if isinstance(value, str):
        lowered = value.casefold()
        return ERASED if any(text.casefold() in lowered for text in literals) else value
    if isinstance(value, dict):
        return {key: _scrubbed(one, literals) for key, one in value.items()}
    if isinstance(value, list):
        return [_scrubbed(one, literals) for one in value]
    return value
