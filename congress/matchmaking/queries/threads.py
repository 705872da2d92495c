"""Reading threads: each through one of its two people, or through a report for the organisers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import Notices
from congress.matchmaking.models import Block, Message, Profile, Thread, ThreadReport
from congress.matchmaking.queries import meetings
from congress.matchmaking.queries.profiles import WITH_PERSON

PAGE = 50


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread in the list of one person: with whom, the last message, how many are unread."""

    thread: Thread
    other: Profile
    last: Message
    unread: int


def thread_between(one_id: int, other_id: int) -> Thread | None:
    """What two people wrote to each other, if they ever did."""
    low, high = sorted((one_id, other_id))
    return db.session.scalar(sa.select(Thread).where(Thread.low_id == low, Thread.high_id == high))


def threads_of(profile: Profile) -> list[ThreadRow]:
    """A person's threads, the latest first. Two queries."""
    other_id = sa.case((Thread.low_id == profile.id, Thread.high_id), else_=Thread.low_id)
    last_id = (
        sa.select(sa.func.max(Message.id)).where(Message.thread_id == Thread.id).correlate(Thread).scalar_subquery()
    )
    unread = (
        sa.select(sa.func.count())
        .select_from(Message)
        .where(Message.thread_id == Thread.id, Message.sender_id != profile.id, Message.read_at.is_(None))
        .correlate(Thread)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(Thread, Profile, Message, unread)
        .join(Profile, Profile.id == other_id)
        .join(Message, Message.id == last_id)
        .where(sa.or_(Thread.low_id == profile.id, Thread.high_id == profile.id))
        .options(*WITH_PERSON)
        .order_by(Thread.last_message_at.desc(), Thread.id.desc())
    )
    return [ThreadRow(*row) for row in rows]


def messages_of(thread: Thread, *, before: int | None = None) -> Sequence[Message]:
    """The last messages of a thread, or those before one of them, in the order of time; `PAGE` at most."""
    statement = sa.select(Message).where(Message.thread_id == thread.id)
    if before is not None:
        statement = statement.where(Message.id < before)
    return db.session.scalars(statement.order_by(Message.id.desc()).limit(PAGE)).all()[::-1]


def has_earlier(thread: Thread, message: Message) -> bool:
    """Whether there is something before this message."""
    earlier = sa.select(Message.id).where(Message.thread_id == thread.id, Message.id < message.id)
    return bool(db.session.scalar(sa.select(earlier.exists())))


def has_blocked(profile_id: int, other_id: int) -> bool:
    """Whether the first blocked the second."""
    return db.session.get(Block, (profile_id, other_id)) is not None


def has_ties(profile_id: int, other_id: int) -> bool:
    """Whether the two know of each other already: a thread, a block of the first one, or a meeting."""
    if thread_between(profile_id, other_id) is not None or has_blocked(profile_id, other_id):
        return True
    return bool(meetings.between(profile_id, [other_id]))


def blocked_by(profile: Profile) -> Sequence[Profile]:
    """Whom somebody blocked, by name."""
    blocked = sa.select(Block.other_id).where(Block.profile_id == profile.id)
    statement = sa.select(Profile).where(Profile.id.in_(blocked)).options(*WITH_PERSON)
    return sorted(db.session.scalars(statement), key=lambda one: (one.registration.family_name, one.id))


def sent_since(sender: Profile, moment: dt.datetime) -> int:
    """How many messages somebody sent since then."""
    statement = sa.select(sa.func.count(Message.id)).where(Message.sender_id == sender.id, Message.at >= moment)
    return db.session.scalar(statement) or 0


def begun_since(sender: Profile, moment: dt.datetime) -> int:
    """To how many people somebody wrote for the first time since then."""
    first = sa.select(sa.func.min(Message.id)).group_by(Message.thread_id)
    statement = sa.select(sa.func.count(Message.id)).where(
        Message.sender_id == sender.id, Message.at >= moment, Message.id.in_(first)
    )
    return db.session.scalar(statement) or 0


def reports_of(event: Event) -> Sequence[ThreadReport]:
    """What was reported at an event, what is open first, the latest first."""
    statement = (
        sa.select(ThreadReport)
        .join(ThreadReport.thread)
        .where(Thread.event_id == event.id)
        .options(joinedload(ThreadReport.thread, innerjoin=True))
        .order_by(ThreadReport.handled_at.is_not(None), ThreadReport.id.desc())
    )
    return db.session.scalars(statement).all()


def open_reports(event: Event) -> int:
    """How many reports nobody has handled yet."""
    statement = sa.select(sa.func.count(ThreadReport.id)).join(ThreadReport.thread)
    return db.session.scalar(statement.where(Thread.event_id == event.id, ThreadReport.handled_at.is_(None))) or 0


def report_of(event: Event, report_id: int) -> ThreadReport | None:
    """One of them."""
    statement = sa.select(ThreadReport).join(ThreadReport.thread).where(Thread.event_id == event.id)
    statement = statement.where(ThreadReport.id == report_id)
    return db.session.scalar(statement.options(joinedload(ThreadReport.thread, innerjoin=True)))


def reported_messages(report: ThreadReport) -> Sequence[Message]:
    """What organisers may read of a reported thread: everything up to the message that was the last one then."""
    statement = sa.select(Message).where(Message.thread_id == report.thread_id, Message.id <= report.last_message_id)
    return db.session.scalars(statement.order_by(Message.id)).all()


def waiting_for_digest(before: dt.datetime) -> Sequence[tuple[int, int]]:
    """(profile, event) of those who want a daily mail, have something unread that was not announced, and got none
    since `before`.
    """
    sender = aliased(Profile)
    statement = (
        sa.select(Profile.id, Profile.event_id)
        .join(Thread, sa.or_(Thread.low_id == Profile.id, Thread.high_id == Profile.id))
        .join(Message, Message.thread_id == Thread.id)
        .join(sender, sender.id == Message.sender_id)
        .where(
            Profile.notices == Notices.DAILY,
            sa.or_(Profile.digest_sent_at.is_(None), Profile.digest_sent_at <= before),
            sender.id != Profile.id,
            Message.read_at.is_(None),
            Message.announced_at.is_(None),
        )
        .distinct()
        .order_by(Profile.id)
    )
    return [(profile_id, event_id) for profile_id, event_id in db.session.execute(statement)]
