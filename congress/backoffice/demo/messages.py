"""What people of the demo wrote to each other: as many messages as the congress of 2021 is known for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from congress.backoffice.demo.facts import meetings
from congress.backoffice.demo.matchmaking import Made
from congress.core import clock
from congress.extensions import db
from congress.matchmaking.models import Message, Profile, Thread

MESSAGES_EACH = 4
Pair = tuple[Profile, Profile]


def write_messages(made: Made, pairs: Sequence[Pair]) -> None:
    """A thread for each of these pairs, who agreed to meet; some of the last messages are unread."""
    now = clock.now()
    threads = [
        {
            "event_id": made.event.id,
            "low_id": min(one.id, other.id),
            "high_id": max(one.id, other.id),
            "created_at": now - dt.timedelta(hours=number + 5),
            "last_message_at": now - dt.timedelta(hours=number),
        }
        for number, (one, other) in enumerate(pairs)
    ]
    ids = db.session.scalars(sa.insert(Thread).returning(Thread.id, sort_by_parameter_order=True), threads).all()
    rows = []
    for number, (thread_id, pair) in enumerate(zip(ids, pairs, strict=True)):
        lines = meetings()["messages"][pair[0].registration.language]
        for turn in range(MESSAGES_EACH):
            at = now - dt.timedelta(hours=number + MESSAGES_EACH - turn)
            is_last = turn == MESSAGES_EACH - 1
            rows.append(
                {
                    "thread_id": thread_id,
                    "sender_id": pair[turn % 2].id,
                    "text": lines[turn],
                    "at": at,
                    "read_at": None if is_last and number % 4 == 0 else at,
                    "announced_at": at,
                }
            )
    db.session.execute(sa.insert(Message), rows)
