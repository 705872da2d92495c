"""Making and ending tickets of registrations, signed with the event's key."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.core.upserts import insert, insert_unless_there, loaded
from congress.extensions import db
from congress.registration import tickets
from congress.registration.enums import TicketState
from congress.registration.models import EventKey, Registration, Ticket

_NEWEST_KEY = (
    sa.select(EventKey.key_id, EventKey.sealed_private_key)
    .where(EventKey.event_id == sa.bindparam("event_id"), EventKey.retired_at.is_(None))
    .order_by(EventKey.key_id.desc())
    .limit(1)
)


def issue(registration_id: int, event_id: int, now: dt.datetime) -> Ticket:
    """A valid ticket for a registration that has none."""
    key_id, sealed = _signing_key(event_id) or _make_signing_key(event_id, now)
    code = tickets.new_code()
    values = {
        "event_id": event_id,
        "registration_id": registration_id,
        "key_id": key_id,
        "code": code,
        "payload": tickets.sign(sealed, key_id, event_id, code),
        "state": TicketState.VALID,
        "created_at": now,
    }
    return loaded(Ticket, insert(Ticket, values), values)


def end(registration: Registration, state: TicketState, now: dt.datetime) -> None:
    """End the valid ticket of a registration: it opens no door any more."""
    db.session.execute(
        sa.update(Ticket)
        .where(Ticket.registration_id == registration.id, Ticket.state == TicketState.VALID)
        .values(state=state, ended_at=now)
    )


def _signing_key(event_id: int) -> tuple[int, bytes] | None:
    row = db.session.execute(_NEWEST_KEY, {"event_id": event_id}).one_or_none()
    return (row.key_id, row.sealed_private_key) if row else None


def _make_signing_key(event_id: int, now: dt.datetime) -> tuple[int, bytes]:
    """The event's first key, or the next one when all are retired; two at once end up with the same one."""
    last = db.session.scalar(sa.select(sa.func.max(EventKey.key_id)).where(EventKey.event_id == event_id))
    public, sealed = tickets.new_key_pair()
    values = {
        "event_id": event_id,
        "key_id": (last or 0) + 1,
        "public_key": public,
        "sealed_private_key": sealed,
        "created_at": now,
    }
    insert_unless_there(EventKey, values, ("event_id", "key_id"))
    found = _signing_key(event_id)
    if found is None:
        raise RuntimeError("the event has no signing key")
    return found
