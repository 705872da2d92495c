"""Leaving the directory at once, by the person or by organisers on the person's behalf."""

from __future__ import annotations

import contextlib

from congress.core import clock
from congress.extensions import db
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.errors import RequestExpired
from congress.matchmaking.models import Profile
from congress.matchmaking.queries import meetings
from congress.matchmaking.services import answering, requesting
from congress.matchmaking.services.holding import hold
from congress.matchmaking.services.profiles import locked, note
from congress.matchmaking.signals import profile_changed


def withdraw(profile: Profile) -> None:
    """Nobody sees the person any more, from now on. Agreed meetings stay until they are cancelled.

    Requests that wait end: the person's own are withdrawn, those of others are declined without a reason.
    """
    hold(profile.event_id)
    own = locked(profile.id)
    if not own.is_listed:
        return
    _end_requests(own)
    own.listed_at, own.withdrawn_at, own.changed_at = None, clock.now(), clock.now()
    note("profile.withdrawn", own)
    db.session.flush()
    profile_changed.send(None, profile=own)


def _end_requests(profile: Profile) -> None:
    for meeting in meetings.live_of(profile.id):
        if meeting.state is not MeetingState.PENDING:
            continue
        if meeting.requester_id == profile.id:
            requesting.withdraw(meeting, profile)
        elif meeting.target_id == profile.id:
            with contextlib.suppress(RequestExpired):  # nobody has noticed yet, and then there is nothing to decline
                answering.decline(meeting, profile)
