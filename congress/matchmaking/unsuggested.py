"""For the organisers: when suggestions were last computed, and who has none and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from congress.core.languages import lazy_gettext as _l
from congress.events.models import Event
from congress.matchmaking.enums import OpportunityKind
from congress.matchmaking.models import Profile
from congress.matchmaking.queries import suggestions as queries
from congress.matchmaking.queries.directory import whole

SHOWN = 100
"""So many people are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class State:
    """`people` are those without a suggestion, each with the reason; `left` how many more there are."""

    last_run: dt.datetime | None
    is_waiting: bool
    listed: int
    people: Sequence[tuple[Profile, object]]
    left: int


def state_of(event: Event) -> State:
    """How the suggestions of an event stand; a constant number of queries."""
    without = queries.without_suggestions(event)
    return State(
        queries.last_run(event),
        queries.is_full_run_waiting(event),
        len(queries.ids_of(event.id)),
        [(profile, why(profile)) for profile in whole(without[:SHOWN])],
        max(0, len(without) - SHOWN),
    )


def why(profile: Profile) -> object:
    """What is missing first; what somebody answered may still fit nobody."""
    if not profile.opportunities:
        return _l("Named neither a need nor an offer nor a topic")
    if not any(one.tags for one in profile.opportunities):
        return _l("Chose no tags")
    if all(one.kind is OpportunityKind.TOPIC for one in profile.opportunities):
        return _l("Named topics only, neither a need nor an offer")
    return _l("Nobody fits, or nobody who fits has a free time in common")
