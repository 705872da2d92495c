"""Queuing a mail: a row in the log and a job, in the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.addresses import address_key
from congress.core.logs import redact
from congress.core.upserts import insert
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.mail.enums import MailState
from congress.mail.models import Mail, MailEvent

SEND = "mail.send"
MAX_ATTEMPTS = 14
MAX_ERROR_LENGTH = 500


def queue(
    template: str,
    recipient: str,
    language: str,
    context: dict[str, Any],
    *,
    shown_in: Iterable[tuple[int, int | None]] = (),
    lane: Lane = Lane.URGENT,
) -> int:
    """Ask for one mail to one person; returns the id of its row in the log.

    `context` holds ids, never text or tokens. `shown_in` lists (event id, registration id or None): whose organisers
    see the mail in their log.
    """
    values = {
        "template": template,
        "recipient": recipient,
        "recipient_key": address_key(recipient),
        "language": language,
        "context": context,
        "message_id": uuid.uuid4().hex,
        "state": MailState.QUEUED,
        "attempts": 0,
        "created_at": clock.now(),
    }
    mail_id = insert(Mail, values)
    rows = [{"mail_id": mail_id, "event_id": event, "registration_id": reg} for event, reg in shown_in]
    if rows:
        db.session.execute(sa.insert(MailEvent), rows)
    enqueue(SEND, {"mail_id": mail_id}, lane=lane, max_attempts=MAX_ATTEMPTS)
    return mail_id


def send_again(mail: Mail, recipient: str, shown_in: Iterable[tuple[int, int | None]]) -> int:
    """Ask for the same message once more, as a mail of its own in the log; to the address that is true now."""
    return queue(mail.template, recipient, mail.language, mail.context, shown_in=shown_in)


def mark_sent(mail_id: int, subject: str, attempts: int) -> None:
    """A mail server has taken it."""
    _mark(mail_id, state=MailState.SENT, subject=subject, attempts=attempts, sent_at=clock.now(), last_error=None)


def mark_deferred(mail_id: int, subject: str, attempts: int, reason: str) -> None:
    """It is tried again later."""
    _mark(mail_id, state=MailState.DEFERRED, subject=subject, attempts=attempts, last_error=_short(reason))


def mark_failed(mail_id: int, attempts: int, reason: str) -> None:
    """It is given up; the reason is what the mail server said, without addresses."""
    _mark(mail_id, state=MailState.FAILED, attempts=attempts, last_error=_short(reason))


def mark_cancelled(mail_id: int) -> None:
    """What it would say is not true any more, so it never leaves."""
    _mark(mail_id, state=MailState.CANCELLED)


def _short(reason: str) -> str:
    return redact(reason)[:MAX_ERROR_LENGTH]


def _mark(mail_id: int, **values: Any) -> None:
    db.session.execute(
        sa.update(Mail).where(Mail.id == mail_id).values(**values).execution_options(synchronize_session=False)
    )
