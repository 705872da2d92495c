"""Personal data of registrations: what is given out to the person, and what is left after an erasure.

Rows stay, so that counts and scans stay true; nothing in them points at a person any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.audit.services import record
from congress.core import clock
from congress.core.languages import translated
from congress.extensions import db
from congress.registration import issuing, links
from congress.registration.enums import RegistrationStatus, TicketState
from congress.registration.models import Consent, Registration, RegistrationGroup
from congress.registration.services.calendars import calendars_changed
from congress.registration.services.pages import places_changed

ERASED = "erased-"


def export(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """Everything stored here about an address, on one event or on all."""
    return {"registrations": [_exported(one) for one in _rows(address_key, event_id)]}


def erase(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Take the person out of their registrations; live ones of events to come are cancelled. Returns counts."""
    rows, now = _rows(address_key, event_id), clock.now()
    ids = [one.id for one in rows]
    consents: Any = db.session.execute(sa.delete(Consent).where(Consent.registration_id.in_(ids)))
    to_come = [one for one in rows if one.holds_place and one.event.ends_at > now]
    for registration in rows:
        _anonymise(registration, now)
    for registration in to_come:
        registration.status = RegistrationStatus.CANCELLED
        registration.cancelled_at = now
    db.session.flush()
    for group_id in {one.group_id for one in rows}:
        _withdraw_links(group_id)
    places_changed([one.event for one in rows])
    return {"registrations": len(rows), "consents": consents.rowcount, "cancelled": len(to_come)}


def addresses_past_retention(event_id: int) -> Sequence[str]:
    """The addresses still held on an event whose retention has ended; who calls decides when."""
    return db.session.scalars(
        sa.select(Registration.email_key)
        .where(Registration.event_id == event_id, Registration.email_key.not_like(f"{ERASED}%"))
        .distinct()
    ).all()


def _rows(address_key: str, event_id: int | None) -> Sequence[Registration]:
    statement = (
        sa.select(Registration)
        .where(Registration.email_key == address_key)
        .options(
            joinedload(Registration.event, innerjoin=True),
            joinedload(Registration.category, innerjoin=True),
            selectinload(Registration.tickets),
            selectinload(Registration.consents).joinedload(Consent.text, innerjoin=True),
        )
        .order_by(Registration.id)
        .execution_options(populate_existing=True)
    )
    if event_id is not None:
        statement = statement.where(Registration.event_id == event_id)
    return db.session.scalars(statement).all()


def _exported(registration: Registration) -> dict[str, Any]:
    return {
        "event": translated(registration.event.name),
        "category": translated(registration.category.name),
        "reference": registration.reference,
        "status": registration.status,
        "source": registration.source,
        "given_name": registration.given_name,
        "family_name": registration.family_name,
        "email": registration.email,
        "organisation": registration.organisation,
        "job_title": registration.job_title,
        "language": registration.language,
        "note": registration.note,
        "created_at": _instant(registration.created_at),
        "changed_at": _instant(registration.changed_at),
        "confirmed_at": _instant(registration.confirmed_at),
        "cancelled_at": _instant(registration.cancelled_at),
        "badge_printed_at": _instant(registration.badge_printed_at),
        "tickets": [
            {"state": one.state, "created_at": _instant(one.created_at), "ended_at": _instant(one.ended_at)}
            for one in registration.tickets
        ],
        "consents": [
            {
                "kind": one.text.kind,
                "version": one.text.version,
                "text": translated(one.text.text),
                "given": one.given,
                "at": _instant(one.at),
            }
            for one in registration.consents
        ],
    }


def _anonymise(registration: Registration, now: dt.datetime) -> None:
    for column in ("given_name", "family_name", "email", "organisation", "job_title", "search_text", "note"):
        setattr(registration, column, "")
    registration.email_key = f"{ERASED}{registration.public_id}"
    registration.changed_at = now
    calendars_changed([registration.group_id])
    issuing.end(registration, TicketState.CANCELLED, now)
    record("registration.erased", "registration", registration.id, event_id=registration.event_id)


def _withdraw_links(group_id: int) -> None:
    """The links die with the last registration that they open."""
    left = db.session.scalar(
        sa.select(Registration.id)
        .where(Registration.group_id == group_id, Registration.email_key.not_like(f"{ERASED}%"))
        .limit(1)
    )
    if left is None:
        links.renew(db.session.get_one(RegistrationGroup, group_id))
        db.session.flush()


def _instant(value: dt.datetime | None) -> str | None:
    return value.isoformat() if value else None
