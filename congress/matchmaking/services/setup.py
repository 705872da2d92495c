"""The settings of matchmaking: begin, change, open to participants, close again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import clock
from congress.events.errors import ChangedMeanwhile
from congress.events.models import Event
from congress.events.services.pages import lock_event, note
from congress.extensions import db
from congress.matchmaking.enums import MeetingState, RequestMode, SchedulingMode
from congress.matchmaking.mode_changes import Open, consequences
from congress.matchmaking.models import Matchmaking, Meeting
from congress.matchmaking.queries.setup import matchmaking_of
from congress.matchmaking.services.holding import hold
from congress.matchmaking.setup_errors import NeedsAgreement

SHORTEST_WINDOW = dt.timedelta(days=1)


def begin(event: Event) -> Matchmaking:
    """Matchmaking with what most congresses choose: requests from now to the event's start, agreed by those asked,
    slots chosen by the participants. Beginning twice changes nothing.
    """
    lock_event(event)
    found = matchmaking_of(event)
    if found is not None:
        return found
    now = clock.now().replace(second=0, microsecond=0)
    matchmaking = Matchmaking(
        event_id=event.id,
        booking_opens_at=now,
        booking_closes_at=max(event.starts_at, now + SHORTEST_WINDOW),
        request_mode=RequestMode.APPROVAL,
        scheduling_mode=SchedulingMode.PARTICIPANTS,
        introduction={},
        created_at=now,
        changed_at=now,
    )
    db.session.add(matchmaking)
    db.session.flush()
    note("matchmaking.begun", event)
    return matchmaking


def change_settings(event: Event, opened_at: dt.datetime, values: Mapping[str, Any], *, agreed: bool = False) -> None:
    """Write the settings. `opened_at` is the `changed_at` that the page was opened with.

    Raises `ChangedMeanwhile`, and `NeedsAgreement` for a change of mode that touches requests which exist until its
    consequences were agreed to.
    """
    matchmaking = hold(event.id)
    if matchmaking.changed_at != opened_at:
        raise ChangedMeanwhile
    if not agreed and consequences(matchmaking, values, open_meetings(event)):
        raise NeedsAgreement
    before, after = apply_changes(matchmaking, values)
    if after:
        _touch(matchmaking)
        note("matchmaking.changed", event, before=before, after=after)


def open_to_participants(event: Event) -> None:
    """Participants see it from now on."""
    matchmaking = hold(event.id)
    if matchmaking.opened_at is None:
        matchmaking.opened_at = clock.now()
        _touch(matchmaking)
        note("matchmaking.opened", event)


def close_to_participants(event: Event) -> None:
    """Participants no longer see it; what they wrote and agreed stays."""
    matchmaking = hold(event.id)
    if matchmaking.opened_at is not None:
        matchmaking.opened_at = None
        _touch(matchmaking)
        note("matchmaking.closed", event)


def open_meetings(event: Event) -> Open:
    """How many requests and meetings a change of mode would touch."""
    states = (MeetingState.PENDING, MeetingState.UNSCHEDULED, MeetingState.SCHEDULED)
    rows = db.session.execute(
        sa.select(Meeting.state, sa.func.count())
        .where(Meeting.event_id == event.id, Meeting.state.in_(states))
        .group_by(Meeting.state)
    )
    count = dict(rows.all())
    return Open(*(count.get(state, 0) for state in states))


def _touch(matchmaking: Matchmaking) -> None:
    matchmaking.changed_at = clock.now()
    db.session.flush()
