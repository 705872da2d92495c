"""Queuing a mail: a row in the log and a job, in the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.addresses import address_key
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.mail.enums import MailState
from congress.mail.models import Mail, MailEvent

SEND = "mail.send"
MAX_ATTEMPTS = 14


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
    mail_id = db.session.scalar(
        sa.insert(Mail)
        .values(
            template=template,
            recipient=recipient,
            recipient_key=address_key(recipient),
            language=language,
            context=context,
            message_id=uuid.uuid4().hex,
            state=MailState.QUEUED,
            attempts=0,
            created_at=clock.now(),
        )
        .returning(Mail.id)
    )
    rows = [{"mail_id": mail_id, "event_id": event, "registration_id": reg} for event, reg in shown_in]
    if rows:
        db.session.execute(sa.insert(MailEvent), rows)
    enqueue(SEND, {"mail_id": mail_id}, lane=lane, max_attempts=MAX_ATTEMPTS)
    return int(mail_id or 0)
