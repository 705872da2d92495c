"""Who is told of a message: at once, once a day, or not at all, as its reader chose."""

from __future__ import annotations

import datetime as dt

from congress.core import clock
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.matchmaking.enums import Notices
from congress.matchmaking.models import Message, Profile
from congress.matchmaking.queries.threads import waiting_for_digest
from congress.notifications.jobs.messages import TELL_DIGEST, TELL_MESSAGE

A_DAY = dt.timedelta(days=1)
GRACE = dt.timedelta(minutes=2)
"""Whoever reads it on the page within this time needs no mail."""


def announce_message(_sender: object, *, message: Message, recipient: Profile) -> None:
    """A mail for those who want one for each message."""
    if recipient.notices is Notices.EACH:
        payload = {"message_id": message.id, "profile_id": recipient.id}
        key = f"{TELL_MESSAGE}:{message.id}"
        enqueue(TELL_MESSAGE, payload, lane=Lane.NORMAL, run_at=clock.now() + GRACE, unique_key=key)


def announce_digests(_sender: object) -> None:
    """Once a day for those who want it so; every hour asks who is due."""
    now = clock.now()
    for profile_id, _event_id in waiting_for_digest(now - A_DAY):
        key = f"{TELL_DIGEST}:{profile_id}:{now:%Y-%m-%dT%H}"
        enqueue(TELL_DIGEST, {"profile_id": profile_id}, lane=Lane.BULK, unique_key=key)
