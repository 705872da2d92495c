"""Who may do what with sessions and proposals, beyond the roles of the team."""

from __future__ import annotations

import datetime as dt

from congress.programme.enums import SESSION_TRANSITIONS, SessionState
from congress.programme.models import Call


def can_become(now: SessionState, wanted: SessionState) -> bool:
    """Whether a session may go from one state to another."""
    return wanted in SESSION_TRANSITIONS[now]


def is_open(call: Call, now: dt.datetime) -> bool:
    """Whether a call takes proposals at `now`: from its opening to its deadline, the deadline itself excluded."""
    return call.published_at is not None and call.opens_at <= now < call.closes_at
