"""Personal data of events: invitations to teams."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.events.models import Invitation
from congress.extensions import db


def export(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """The invitations that were sent to this address."""
    found = db.session.scalars(sa.select(Invitation).where(*_theirs(address_key, event_id)).order_by(Invitation.id))
    return {"invitations": [{"role": one.role, "created_at": one.created_at.isoformat()} for one in found]}


def erase(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Delete them; who accepted one is in the team by their account."""
    deleted: Any = db.session.execute(
        sa.delete(Invitation).where(*_theirs(address_key, event_id)).execution_options(synchronize_session=False)
    )
    return {"invitations": deleted.rowcount}


def _theirs(address_key: str, event_id: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    own = Invitation.email_key == address_key
    return (own,) if event_id is None else (own, Invitation.event_id == event_id)
