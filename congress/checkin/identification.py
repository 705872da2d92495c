"""What was shown at a door: whose ticket it is at this event, or why it is nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from congress.checkin.enums import RefusalReason
from congress.checkin.queries import door as queries
from congress.registration import tickets
from congress.registration.enums import TicketState


@dataclass(frozen=True, slots=True)
class Found:
    """A registration of this event; without a ticket when it was found by name or reference."""

    row: Any
    ticket_id: int | None = None
    ticket_state: TicketState | None = None


def by_payload(event_id: int, nonce: str, text: str) -> Found | RefusalReason:
    """The holder of a scanned code.

    A genuine code of another event is told apart from a forged one; whose it is stays with that event.
    """
    payload = tickets.parse(text)
    if payload is None:
        return RefusalReason.UNKNOWN
    if payload.event_id != event_id:
        return RefusalReason.OTHER_EVENT if _is_genuine(payload) else RefusalReason.FORGED
    row = queries.person_by_code(event_id, nonce, payload.code)
    if row is None:
        return RefusalReason.UNKNOWN if _is_genuine(payload) else RefusalReason.FORGED
    # What we signed is stored, so that the usual case needs no arithmetic on curves.
    as_issued = row.payload == text.strip().upper()
    genuine = row.retired_at is None if as_issued else _is_genuine(payload)
    return Found(row, row.ticket_id, row.ticket_state) if genuine else RefusalReason.FORGED


def by_reference(event_id: int, nonce: str, typed: str) -> Found | RefusalReason:
    """The person with a reference as typed."""
    row = queries.person_by_reference(event_id, nonce, tickets.clean_reference(typed))
    return RefusalReason.UNKNOWN if row is None else Found(row)


def by_public_id(event_id: int, nonce: str, public_id: str) -> Found | RefusalReason:
    """The person chosen in a search."""
    row = queries.person_by_public_id(event_id, nonce, public_id)
    return RefusalReason.UNKNOWN if row is None else Found(row)


def _is_genuine(payload: tickets.TicketPayload) -> bool:
    key = queries.public_key(payload.event_id, payload.key_id)
    return key is not None and payload.is_genuine(key)
