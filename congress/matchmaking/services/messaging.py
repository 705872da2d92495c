"""Writing to each other, reading, blocking, reporting. Addresses of mail are never part of it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.audit.services import record
from congress.core import clock
from congress.core.actors import current_actor
from congress.core.upserts import insert_unless_there
from congress.extensions import db
from congress.matchmaking import guards
from congress.matchmaking.errors import MayNotWrite, WritesTooFast
from congress.matchmaking.models import Block, Message, Profile, Thread, ThreadReport
from congress.matchmaking.queries import threads
from congress.matchmaking.services import suggesting
from congress.matchmaking.services.cancelling import close_between
from congress.matchmaking.services.holding import hold
from congress.matchmaking.signals import message_sent

SHORT, PER_SHORT = dt.timedelta(minutes=10), 30
"""So many messages within so much time."""
LONG, NEW_PER_LONG = dt.timedelta(days=1), 30
"""So many people written to for the first time within so much time: enough to be polite, too few to be a mailing."""


def send(sender: Profile, recipient: Profile, text: str) -> Message:
    """Send a message. Refused alike whether the rule forbids it, one blocked the other, or somebody has left."""
    if not guards.may_chat(sender, recipient):
        raise MayNotWrite
    now = clock.now()
    db.session.scalar(sa.select(Profile.id).where(Profile.id == sender.id).with_for_update())
    if threads.sent_since(sender, now - SHORT) >= PER_SHORT:
        raise WritesTooFast
    there = threads.thread_between(sender.id, recipient.id)
    if there is None and threads.begun_since(sender, now - LONG) >= NEW_PER_LONG:
        raise WritesTooFast
    message = Message(thread_id=_thread_id(sender, recipient, now), sender_id=sender.id, text=text, at=now)
    db.session.add(message)
    db.session.execute(sa.update(Thread).where(Thread.id == message.thread_id).values(last_message_at=now))
    read(sender.id, recipient.id)
    db.session.flush()
    message_sent.send(None, message=message, recipient=recipient)
    return message


def read(reader_id: int, other_id: int) -> int:
    """What the other one wrote is read by now; gives how many messages were new."""
    thread = threads.thread_between(reader_id, other_id)
    if thread is None:
        return 0
    fresh = db.session.execute(
        sa.update(Message)
        .where(Message.thread_id == thread.id, Message.sender_id == other_id, Message.read_at.is_(None))
        .values(read_at=clock.now())
    )
    return int(fresh.rowcount)  # type: ignore[attr-defined]


def block(profile: Profile, other: Profile) -> None:
    """Hear nothing more of somebody: no messages, requests or suggestions, both ways. Open requests end.

    Agreed meetings stay: they are cancelled by who does not want to come.
    """
    hold(profile.event_id)
    made = insert_unless_there(
        Block,
        {"profile_id": profile.id, "other_id": other.id, "created_at": clock.now()},
        ("profile_id", "other_id"),
    )
    if made is not None:
        close_between(profile, other)
        _forget_each_other(profile, other)
        record("profile.blocked", "profile", profile.id, event_id=profile.event_id)


def unblock(profile: Profile, other: Profile) -> None:
    """Take a block back; what ended stays ended."""
    statement = sa.delete(Block).where(Block.profile_id == profile.id, Block.other_id == other.id)
    taken = db.session.execute(statement)
    if taken.rowcount:  # type: ignore[attr-defined]
        _forget_each_other(profile, other)
        record("profile.unblocked", "profile", profile.id, event_id=profile.event_id)


def report(reporter: Profile, other: Profile, reason: str) -> ThreadReport:
    """Show a thread to the organisers, as far as it goes now; asking again while it is open adds nothing."""
    thread = threads.thread_between(reporter.id, other.id)
    if thread is None:
        raise MayNotWrite
    last = db.session.scalar(sa.select(sa.func.max(Message.id)).where(Message.thread_id == thread.id)) or 0
    there = db.session.scalar(
        sa.select(ThreadReport).where(
            ThreadReport.thread_id == thread.id,
            ThreadReport.reporter_id == reporter.id,
            ThreadReport.handled_at.is_(None),
        )
    )
    if there is not None:
        there.last_message_id = max(there.last_message_id, last)
        return there
    made = ThreadReport(
        thread_id=thread.id, reporter_id=reporter.id, reason=reason, last_message_id=last, created_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    record("thread.reported", "thread_report", made.id, event_id=thread.event_id)
    return made


def settle(found: ThreadReport, decision: str) -> None:
    """Note what the organisers decided on a report; it is closed then."""
    found.handled_at, found.handled_by_id, found.decision = clock.now(), current_actor().account_id, decision
    record("thread.settled", "thread_report", found.id, event_id=found.thread.event_id)


def _thread_id(one: Profile, other: Profile, now: dt.datetime) -> int:
    low, high = sorted((one.id, other.id))
    values = {
        "event_id": one.event_id,
        "low_id": low,
        "high_id": high,
        "created_at": now,
        "last_message_at": now,
    }
    made = insert_unless_there(Thread, values, ("low_id", "high_id"))
    if made is not None:
        return made
    return db.session.scalars(sa.select(Thread.id).where(Thread.low_id == low, Thread.high_id == high)).one()


def _forget_each_other(one: Profile, other: Profile) -> None:
    for profile in (one, other):
        suggesting.ask_for_one(profile)
