"""Personal data in the mail log: who was written to, when, about what; and the files of the demo's mailbox."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from congress.core.transactions import after_commit
from congress.extensions import db
from congress.jobs.models import Job
from congress.mail.models import Mail, MailEvent
from congress.mail.services import SEND
from congress.mail.transports import mailbox_file


def export(address_key: str, event_id: int | None, registration_ids: Collection[int]) -> dict[str, Any]:
    """The mails to this address, or about these registrations."""
    mails = db.session.scalars(
        sa.select(Mail).where(Mail.id.in_(_mail_ids(address_key, event_id, registration_ids))).order_by(Mail.id)
    )
    return {
        "mails": [
            {
                "template": one.template,
                "recipient": one.recipient,
                "subject": one.subject,
                "state": one.state,
                "created_at": one.created_at.isoformat(),
                "sent_at": one.sent_at.isoformat() if one.sent_at else None,
            }
            for one in mails
        ]
    }


def erase(address_key: str, event_id: int | None, registration_ids: Collection[int]) -> dict[str, int]:
    """Take the mails out of this event's log; one that no other event has a part in is deleted, with its file."""
    ids = _mail_ids(address_key, event_id, registration_ids)
    if event_id is not None:
        _delete(MailEvent, MailEvent.mail_id.in_(ids), MailEvent.event_id == event_id)
    shared = set(db.session.scalars(sa.select(MailEvent.mail_id).where(MailEvent.mail_id.in_(ids))))
    gone = [mail_id for mail_id in ids if event_id is None or mail_id not in shared]
    names = db.session.scalars(sa.select(Mail.message_id).where(Mail.id.in_(gone))).all()
    _delete(Mail, Mail.id.in_(gone))
    _forget_errors(gone)
    for path in [mailbox_file(name) for name in names]:
        after_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
    return {"mails": len(ids), "deleted": len(gone)}


def forget_names(event_id: int | None, names: Collection[str]) -> None:
    """Blank the subjects of mails to others that name the person (Meeting with Zoé Martin), and drop their files."""
    if not names:
        return
    naming = sa.select(Mail.id, Mail.message_id).where(
        sa.or_(*(Mail.subject.contains(name, autoescape=True) for name in names))
    )
    if event_id is not None:
        naming = naming.where(Mail.id.in_(sa.select(MailEvent.mail_id).where(MailEvent.event_id == event_id)))
    found = dict(db.session.execute(naming).all())
    statement = sa.update(Mail).where(Mail.id.in_(found)).values(subject=None)
    db.session.execute(statement.execution_options(synchronize_session=False))
    for path in map(mailbox_file, found.values()):
        after_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]


def _mail_ids(address_key: str, event_id: int | None, registration_ids: Collection[int]) -> list[int]:
    statement = (
        sa.select(Mail.id)
        .outerjoin(MailEvent, MailEvent.mail_id == Mail.id)
        .where(sa.or_(Mail.recipient_key == address_key, MailEvent.registration_id.in_(registration_ids)))
        .distinct()
    )
    if event_id is not None:
        statement = statement.where(MailEvent.event_id == event_id)
    return list(db.session.scalars(statement))


def _forget_errors(mail_ids: list[int]) -> None:
    """What a mail server said in refusal often quotes the address."""
    payloads = [json.dumps({"mail_id": mail_id}) for mail_id in mail_ids]
    db.session.execute(
        sa.update(Job)
        .where(Job.kind == SEND, sa.cast(Job.payload, sa.Text).in_(payloads), Job.error.is_not(None))
        .values(error=None)
        .execution_options(synchronize_session=False)
    )


def _delete(table: type[Any], *conditions: sa.ColumnElement[bool]) -> None:
    db.session.execute(sa.delete(table).where(*conditions).execution_options(synchronize_session=False))
