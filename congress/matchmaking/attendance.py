"""Whom a delegation could send: how many meetings each has, and when each is free for a partner."""

from __future__ import annotations

from dataclasses import dataclass

from congress.events.models import Event
from congress.matchmaking.guards import takes_part
from congress.matchmaking.models import Profile
from congress.matchmaking.names import name_of
from congress.matchmaking.places import Board
from congress.matchmaking.queries import meetings
from congress.matchmaking.queries.shown import members_of


@dataclass(frozen=True, slots=True)
class Attendee:
    """A member, the load so far, and in how many slots the person could meet the partner, or anybody."""

    profile: Profile
    agreed: int
    open_slots: int

    @property
    def name(self) -> str:
        """Zoé Martin."""
        return name_of(self.profile)


def attendees_for(event: Event, delegation_id: int, partner: Profile | None = None) -> list[Attendee]:
    """The members who take part, those with the fewest meetings first."""
    members = [one for one in members_of(delegation_id) if takes_part(one)]
    if not members:
        return []
    board = Board(event, [*members, *([partner] if partner else [])])
    agreed = meetings.agreed_counts([one.id for one in members])
    found = [
        Attendee(one, agreed[one.id], len(board.common([one, partner] if partner else [one]))) for one in members
    ]
    return sorted(found, key=lambda one: (one.open_slots == 0, one.agreed, one.name))
