"""Reading the mail log: always through an event, so that its organisers see its own mails and no others."""

from __future__ import annotations

import sqlalchemy as sa

from congress.core.addresses import address_key
from congress.extensions import db
from congress.mail.enums import MailState
from congress.mail.models import Mail, MailEvent


def mails_of_event(event_id: int, *, search: str = "", state: MailState | None = None) -> sa.Select[Mail]:
    """The mails that an event's organisers may see, newest first."""
    statement = (
        sa.select(Mail)
        .join(MailEvent, MailEvent.mail_id == Mail.id)
        .where(MailEvent.event_id == event_id)
        .order_by(Mail.id.desc())
    )
    if state is not None:
        statement = statement.where(Mail.state == state)
    for word in address_key(search).split()[:5]:
        statement = statement.where(
            Mail.recipient_key.contains(word, autoescape=True)
            | sa.func.lower(Mail.subject).contains(word, autoescape=True)
        )
    return statement


def mail_of_event(event_id: int, mail_id: int) -> tuple[Mail, MailEvent] | None:
    """One mail of an event's log, with its place in it."""
    row = db.session.execute(
        sa.select(Mail, MailEvent)
        .join(MailEvent, MailEvent.mail_id == Mail.id)
        .where(Mail.id == mail_id, MailEvent.event_id == event_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def count_by_state(event_id: int | None = None) -> dict[MailState, int]:
    """How many mails stand where, of one event or of all."""
    statement = sa.select(Mail.state, sa.func.count()).group_by(Mail.state)
    if event_id is not None:
        statement = statement.join(MailEvent, MailEvent.mail_id == Mail.id).where(MailEvent.event_id == event_id)
    return {row[0]: row[1] for row in db.session.execute(statement).all()}


def delivered(search: str = "") -> sa.Select[Mail]:
    """Every mail that left, newest first; for the demo's mailbox only."""
    statement = sa.select(Mail).where(Mail.state == MailState.SENT).order_by(Mail.id.desc())
    if search:
        statement = statement.where(Mail.recipient_key.contains(address_key(search), autoescape=True))
    return statement


def delivered_mail(message_id: str) -> Mail | None:
    """One mail that left; for the demo's mailbox only."""
    return db.session.scalar(sa.select(Mail).where(Mail.message_id == message_id, Mail.state == MailState.SENT))
