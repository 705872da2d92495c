"""Writing the audit log: part of each service, in its transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from congress.audit.models import AuditEntry
from congress.core import clock
from congress.core.actors import current_actor
from congress.core.upserts import insert


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
    values = {
        "at": clock.now(),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "event_id": event_id,
        "series_id": series_id,
        "action": action,
        "target_type": target_type,
        "target_id": target_id,
        "before": before,
        "after": after,
    }
    insert(AuditEntry, values)


def apply_changes(
    row: object, values: Mapping[str, Any], hidden: Collection[str] = ()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set `values` on a row and return what changed, as `before` and `after` for `record`.

    Of a `hidden` field (a secret address) the log learns only whether it was filled in.
    """
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, new in values.items():
        old = getattr(row, name)
        if old != new:
            setattr(row, name, new)
            before[name] = bool(old) if name in hidden else _plain(old)
            after[name] = bool(new) if name in hidden else _plain(new)
    return before, after


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
