"""Suggestions follow what people say of themselves and what becomes of their meetings."""

from __future__ import annotations

from collections.abc import Sequence

from congress.extensions import db
from congress.matchmaking.enums import MeetingEvent
from congress.matchmaking.models import Meeting, MeetingChange, Profile
from congress.matchmaking.queries.profiles import by_ids
from congress.matchmaking.queries.suggestions import people_of
from congress.matchmaking.services import suggesting

FOLLOWED = frozenset({MeetingEvent.REQUEST, MeetingEvent.ACCEPT, MeetingEvent.DECLINE, MeetingEvent.CANCEL})
"""What changes whom people should meet. That a pair is no longer suggested is seen when lists are read, too."""
MANY = 50
"""More people than that are not asked for one by one: everybody's lists are made anew, within the same time."""


def follow_profile(_sender: object, *, profile: Profile) -> None:
    """A change is in the lists within seconds; who withdraws leaves them in the same transaction."""
    if not profile.is_listed:
        suggesting.forget(profile.id)
        return
    suggesting.ask_for_one(profile)
    suggesting.ask_for_all(profile.event_id, suggesting.LATER)


def follow_meetings(_sender: object, *, changes: Sequence[tuple[Meeting, MeetingChange]]) -> None:
    """Who agreed, refused or was cancelled should see others; of many at once, everybody should."""
    followed = [meeting for meeting, change in changes if change.event in FOLLOWED]
    if not followed:
        return
    db.session.flush()
    people = people_of([one.id for one in followed])
    if len(people) > MANY:
        for event_id in sorted({one.event_id for one in followed}):
            suggesting.ask_for_all(event_id)
        return
    for profile in by_ids(people):
        suggesting.ask_for_one(profile, suggesting.SOON)
