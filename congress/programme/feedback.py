"""When a session takes feedback: from the end of its first time until some weeks after the event."""

from __future__ import annotations

import datetime as dt

from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.programme.snapshot import Programme, Session

WEEKS = dt.timedelta(weeks=8)


def feedback_window(event: Event, programme: Programme, session: Session) -> tuple[dt.datetime, dt.datetime] | None:
    """From when to when (excluded) people can say what they think; None when it does not take place."""
    slots = programme.slots_by_session.get(session.id, ())
    if not slots or session.dropped_at is not None or event.status is EventStatus.CANCELLED:
        return None
    last = max(slot.ends_at for slot in slots)
    return slots[0].ends_at, max(last, event.ends_at) + WEEKS


def takes_feedback(event: Event, programme: Programme, session: Session, now: dt.datetime) -> bool:
    """Whether somebody may say now what they think of a session."""
    window = feedback_window(event, programme, session)
    return window is not None and window[0] <= now < window[1]
