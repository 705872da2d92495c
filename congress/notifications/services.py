"""Sending a mail again: for an organiser from the log, for a person who lost the link."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.audit.services import record
from congress.core import clock
from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.mail.models import Mail, MailEvent
from congress.mail.services import send_again
from congress.notifications.log import address_now
from congress.registration.enums import HOLDS_PLACE
from congress.registration.models import Registration

SEND_LINKS = "notifications.send_links"
STILL_OF_USE = dt.timedelta(days=30)
MAX_LINKS = 50


class NotRepeatable(DomainError):
    """A notice that belongs to one moment."""

    sentence = _l("This mail cannot be sent again.")


def resend(mail: Mail, place: MailEvent) -> int:
    """Queue the same message once more for this event, to the address that the registration has now."""
    address = address_now(mail, place)
    if address is None:
        raise NotRepeatable
    new_id = send_again(mail, address, [(place.event_id, place.registration_id)])
    record("mail.resent", "mail", mail.id, event_id=place.event_id, after={"mail_id": new_id})
    return new_id


def ask_for_links(address_key: str) -> None:
    """Send somebody the links to what they registered for; for a stranger the same rows are written, for nothing."""
    ids = db.session.scalars(
        sa.select(Registration.id)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.email_key == address_key,
            Registration.status.in_(HOLDS_PLACE),
            Event.ends_at > clock.now() - STILL_OF_USE,
        )
        .order_by(Registration.id)
        .limit(MAX_LINKS)
    ).all()
    enqueue(SEND_LINKS, {"registration_ids": list(ids)}, lane=Lane.URGENT)
