"""Holding the meetings of an event still: the first thing that every write to a meeting does."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from congress.core.errors import Missing
from congress.events.models import Event
from congress.extensions import Model, db
from congress.matchmaking.models import (
    Delegation,
    Matchmaking,
    Meeting,
    MeetingPerson,
    MeetingSlot,
    MeetingTable,
    Profile,
)
from congress.matchmaking.queries import meetings
from congress.matchmaking.queries.profiles import WITH_PERSON
from congress.registration.models import Registration

CHANGING: tuple[type[Model], ...] = (
    Event,
    Registration,
    Matchmaking,
    MeetingSlot,
    MeetingTable,
    Profile,
    Delegation,
    Meeting,
    MeetingPerson,
)
"""What others may change before it is held."""


def hold(event_id: int) -> Matchmaking:
    """Lock the event's matchmaking until the end of the transaction, and read it as it is now.

    One lock for all meetings of an event, taken before any other row of matchmaking, so that no two acts wait for
    each other, guards stay true until the commit, and the last table of a slot goes to one pair. What is in memory
    about meetings and their people may be older: its values are read again when they are next asked for. Raises
    `Missing` when the event has no matchmaking.
    """
    # The event first, as everywhere: who changes it holds it, and meetings refer to it.
    db.session.execute(sa.select(Event.id).where(Event.id == event_id).with_for_update(read=True, key_share=True))
    _forget_values()
    held = db.session.scalar(sa.select(Matchmaking).where(Matchmaking.event_id == event_id).with_for_update())
    if held is None:
        raise Missing
    return held


def _forget_values() -> None:
    """Let go of values that others may have changed, and of nothing else: callers go on with what they loaded."""
    db.session.flush()
    for row in list(db.session.identity_map.values()):
        kind = type(row)
        if kind in CHANGING:
            db.session.expire(row, sa.inspect(kind).column_attrs.keys())


def hold_meeting(meeting: Meeting) -> tuple[Matchmaking, Meeting]:
    """Hold the event's meetings, and read this one as it is now, with its people."""
    held = hold(meeting.event_id)
    return held, meetings.by_id(meeting.id)


def fresh_profiles(ids: Collection[int]) -> Sequence[Profile]:
    """These profiles as they are now, with their registrations, in the order of the ids given; hold first."""
    found = db.session.scalars(sa.select(Profile).where(Profile.id.in_(ids)).options(*WITH_PERSON))
    by_id = {one.id: one for one in found}
    return [by_id[profile_id] for profile_id in ids if profile_id in by_id]
