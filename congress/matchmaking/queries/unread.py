"""How much somebody has not read yet."""

from __future__ import annotations

import sqlalchemy as sa

from congress.extensions import db
from congress.matchmaking.models import Message, Profile, Thread


def unread_messages(profile: Profile) -> int:
    """How many messages to this person were not opened."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Message)
        .join(Thread, Thread.id == Message.thread_id)
        .where(
            sa.or_(Thread.low_id == profile.id, Thread.high_id == profile.id),
            Message.sender_id != profile.id,
            Message.read_at.is_(None),
        )
    )
    return db.session.scalar(statement) or 0
