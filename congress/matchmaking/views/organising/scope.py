"""What these screens share: the rules, the settings of the event, one meeting of it."""

from __future__ import annotations

from congress.core.access import Rule
from congress.core.errors import Missing
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access
from congress.matchmaking.models import Matchmaking, Meeting
from congress.matchmaking.queries.meetings import by_code
from congress.matchmaking.queries.setup import matchmaking_of

READ: Rule = event_access(Capability.READ_MATCHMAKING)
EDIT: Rule = event_access(Capability.EDIT_MATCHMAKING)


def may_edit() -> bool:
    """Whether the reader may change meetings."""
    return can(current_roles(), Capability.EDIT_MATCHMAKING)


def current_matchmaking() -> Matchmaking:
    """The settings; before there are any, these pages do not exist."""
    found = matchmaking_of(current_event())
    if found is None:
        raise Missing
    return found


def meeting_of(code: str) -> Meeting:
    """A meeting of this event."""
    found = by_code(current_event(), code)
    if found is None:
        raise Missing
    return found
