"""Writing the audit log: part of each service, in its transaction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core import clock
from congress.core.actors import current_actor
from congress.extensions import db


def record(
    action: str,
    target_type: str,
    target_id: int | None,
    *,
    event_id: int | None = None,
    series_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note that the current actor did `action` ("registration.cancelled") to a row.

    `before` and `after` hold changed values only, never secrets.
    """
    actor = current_actor()
    db.session.execute(
        sa.insert(AuditEntry).values(
            at=clock.now(),
            actor_kind=actor.kind,
            actor_id=actor.id,
            event_id=event_id,
            series_id=series_id,
            action=action,
            target_type=target_type,
            target_id=target_id,
            before=before,
            after=after,
        )
    )
