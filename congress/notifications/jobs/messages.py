"""Mails about messages between participants, written in a transaction of their own."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.core import clock
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.handlers import handles
from congress.jobs.models import Job
from congress.mail.services import queue
from congress.matchmaking.models import Message, Profile, Thread
from congress.registration.models import Registration

TELL_MESSAGE = "notifications.tell_message"
TELL_DIGEST = "notifications.tell_digest"


@handles(TELL_MESSAGE)
def tell_message(job: Job) -> None:
    """One mail about one message, unless it was read meanwhile."""
    message = db.session.get(Message, job.payload["message_id"])
    person = _person(job.payload["profile_id"])
    if message is None or person is None or message.read_at is not None:
        return
    message.announced_at = clock.now()
    context = {"message_id": message.id, "profile_id": job.payload["profile_id"]}
    _queue("message_received", person, context, Lane.NORMAL)


@handles(TELL_DIGEST)
def tell_digest(job: Job) -> None:
    """One mail about everything that waits unread."""
    profile = db.session.get(Profile, job.payload["profile_id"])
    person = _person(job.payload["profile_id"])
    if profile is not None and person is not None:
        profile.digest_sent_at = clock.now()
        _note_announced(profile.id, profile.digest_sent_at)
        _queue("message_digest", person, {"profile_id": profile.id}, Lane.BULK)


def _note_announced(profile_id: int, now: dt.datetime) -> None:
    """What stays unread is told once: the next digest waits for something new."""
    own = sa.select(Thread.id).where(sa.or_(Thread.low_id == profile_id, Thread.high_id == profile_id))
    unread = (Message.thread_id.in_(own), Message.sender_id != profile_id, Message.read_at.is_(None))
    statement = sa.update(Message).where(*unread, Message.announced_at.is_(None)).values(announced_at=now)
    db.session.execute(statement.execution_options(synchronize_session=False))


def _person(profile_id: int) -> Registration | None:
    """The registration, as long as it has an address."""
    return db.session.scalar(
        sa.select(Registration)
        .join(Profile, Profile.registration_id == Registration.id)
        .where(Profile.id == profile_id, Registration.email != "")
    )


def _queue(template: str, person: Registration, context: dict[str, int], lane: Lane) -> None:
    queue(template, person.email, person.language, dict(context), shown_in=[(person.event_id, person.id)], lane=lane)
