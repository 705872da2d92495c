"""What the pages about people share."""

from __future__ import annotations

from congress.core.errors import Missing
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.matchmaking.models import Profile
from congress.matchmaking.queries.profiles import by_code

READ, EDIT = event_access(Capability.READ_MATCHMAKING), event_access(Capability.EDIT_MATCHMAKING)
blueprint = event_blueprint("matchmaking_people", __name__, "/matchmaking/people")


def may_edit() -> bool:
    """Whether the reader may change anything."""
    return can(current_roles(), Capability.EDIT_MATCHMAKING)


def may_open_registrations() -> bool:
    """Whether the reader may open the person's registration."""
    return can(current_roles(), Capability.READ_REGISTRATIONS)


def profile_by_code(code: str) -> Profile:
    """A profile of this event, listed or not."""
    found = by_code(current_event(), code)
    if found is None:
        raise Missing
    return found
