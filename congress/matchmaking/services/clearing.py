"""Making way for a request: what stands between two people without their knowing, or no longer counts, goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from congress.matchmaking.enums import MeetingEvent, MeetingState
from congress.matchmaking.guards import is_live
from congress.matchmaking.models import Delegation, Meeting, Profile
from congress.matchmaking.queries import meetings
from congress.matchmaking.services.transitions import Step, change_all


def clear_way(requester: Profile, target: Profile | Delegation, now: dt.datetime) -> bool:
    """End lapsed requests, and drafts that organisers never published; gives whether one of these was guaranteed."""
    if isinstance(target, Delegation):
        past = list(meetings.requests_between(requester.id, target.id))
    else:
        past = [meeting for _other, meeting in meetings.between(requester.id, [target.id])]
    drafts = [one for one in past if one.state is MeetingState.DRAFT]
    lapsed = [one for one in past if one.state is MeetingState.PENDING and not is_live(one, now)]
    change_all([*_steps(drafts, MeetingEvent.DISCARD), *_steps(lapsed, MeetingEvent.EXPIRE)])
    return any(one.is_guaranteed for one in drafts)


def _steps(found: Iterable[Meeting], event: MeetingEvent) -> list[Step]:
    to = MeetingState.DISCARDED if event is MeetingEvent.DISCARD else MeetingState.EXPIRED
    return [Step(meetings.by_id(one.id), event, to) for one in found]
