"""What organisers promise: a guaranteed meeting is placed before all others."""

from __future__ import annotations

from congress.audit.services import record
from congress.extensions import db
from congress.matchmaking.enums import LIVE
from congress.matchmaking.errors import NotPossibleNow
from congress.matchmaking.models import Meeting
from congress.matchmaking.services.holding import hold_meeting


def guarantee(meeting: Meeting, *, wanted: bool) -> Meeting:
    """Promise a meeting, or take the promise back; only what may still take place can be promised."""
    _held, one = hold_meeting(meeting)
    if one.state not in LIVE:
        raise NotPossibleNow
    if one.is_guaranteed is not wanted:
        one.is_guaranteed = wanted
        db.session.flush()
        action = "meeting.guaranteed" if wanted else "meeting.not_guaranteed"
        record(action, "meeting", one.id, event_id=one.event_id)
    return one
