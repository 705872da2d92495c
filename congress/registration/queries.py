"""Reading one registration for its organisers: always through its event."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.accounts.models import Account
from congress.audit.models import AuditEntry
from congress.audit.queries import entries_about
from congress.events.models import Event
from congress.extensions import db
from congress.mail.models import Mail, MailEvent
from congress.registration.models import Consent, Registration

LATEST = 50


def registration_of(event: Event, public_id: str) -> Registration | None:
    """One registration of the event with its category, tickets and consents."""
    return db.session.scalar(
        sa.select(Registration)
        .where(Registration.event_id == event.id, Registration.public_id == public_id)
        .options(
            joinedload(Registration.category, innerjoin=True),
            selectinload(Registration.tickets),
            selectinload(Registration.consents).joinedload(Consent.text, innerjoin=True),
        )
        .execution_options(populate_existing=True)
    )


def others_of(event: Event, registration: Registration) -> Sequence[Registration]:
    """What else there is of this person at the same event: sent in the same form, or with the same address.

    Never those of another event: another team looks after them.
    """
    return db.session.scalars(
        sa.select(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.id != registration.id,
            sa.or_(Registration.group_id == registration.group_id, Registration.email_key == registration.email_key),
        )
        .options(joinedload(Registration.category, innerjoin=True))
        .order_by(Registration.id.desc())
        .limit(LATEST)
    ).all()


def mails_about(event: Event, registration: Registration) -> Sequence[Mail]:
    """The latest mails about a registration that the event's organisers may see."""
    return db.session.scalars(
        sa.select(Mail)
        .join(MailEvent, MailEvent.mail_id == Mail.id)
        .where(MailEvent.event_id == event.id, MailEvent.registration_id == registration.id)
        .order_by(Mail.id.desc())
        .limit(LATEST)
    ).all()


def acts_on(event: Event, registration: Registration) -> Sequence[AuditEntry]:
    """The latest acts on a registration."""
    return db.session.scalars(entries_about(event.id, "registration", registration.id).limit(LATEST)).all()


def names_of_actors(entries: Sequence[AuditEntry]) -> dict[int, str]:
    """What the accounts that acted are called today."""
    ids = {entry.actor_id for entry in entries if entry.actor_kind == "account"}
    rows = db.session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}
