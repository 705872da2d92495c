"""Suggestions follow what people say of themselves and what becomes of their meetings."""

from __future__ import annotations

from congress.extensions import db
from congress.matchmaking.enums import MeetingEvent
from congress.matchmaking.models import Meeting, MeetingChange, Profile
from congress.matchmaking.queries.profiles import by_ids
from congress.matchmaking.queries.suggestions import people_of
from congress.matchmaking.services import suggesting

FOLLOWED = frozenset({MeetingEvent.REQUEST, MeetingEvent.ACCEPT, MeetingEvent.DECLINE, MeetingEvent.CANCEL})
"""What changes whom people should meet. That a pair is no longer suggested is seen when lists are read, too."""


def follow_profile(_sender: object, *, profile: Profile) -> None:
    """A change is in the lists within seconds; who withdraws leaves them in the same transaction."""
    if not profile.is_listed:
        suggesting.forget(profile.id)
        return
    suggesting.ask_for_one(profile)
    suggesting.ask_for_all(profile.event_id, suggesting.LATER)


def follow_meeting(_sender: object, *, meeting: Meeting, change: MeetingChange) -> None:
    """Who agreed, refused or was cancelled should see others."""
    if change.event in FOLLOWED:
        db.session.flush()
        for profile in by_ids(people_of(meeting)):
            suggesting.ask_for_one(profile, suggesting.SOON)
