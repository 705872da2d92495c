"""Reading the audit log."""

from __future__ import annotations

import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.extensions import db


def entries_of_event(event_id: int) -> sa.Select[AuditEntry]:
    """What happened in an event, newest first."""
    return sa.select(AuditEntry).where(AuditEntry.event_id == event_id).order_by(AuditEntry.id.desc())


def entries_about(event_id: int, target_type: str, target_id: int) -> sa.Select[AuditEntry]:
    """What happened to one row of an event, newest first."""
    return entries_of_event(event_id).where(AuditEntry.target_type == target_type, AuditEntry.target_id == target_id)


def last_entry_about(event_id: int, target_type: str, target_id: int) -> AuditEntry | None:
    """The latest act on one row of an event."""
    return db.session.scalar(entries_about(event_id, target_type, target_id).limit(1))
