"""The page "For you": whom somebody is suggested and why, whom the person noted, and what would find more people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from congress.core.languages import lazy_gettext as _l
from congress.events.models import Event
from congress.matchmaking.directory import viewer_of
from congress.matchmaking.enums import Mark, OpportunityKind
from congress.matchmaking.models import Profile
from congress.matchmaking.queries import suggestions as queries
from congress.matchmaking.queries.directory import whole
from congress.matchmaking.suggestion_words import still_shown, told
from congress.matchmaking.taxonomy import taxonomy_of
from congress.matchmaking.visibility import Seen, seen_by

FEW = 5
"""With fewer suggestions, the page says what would find more."""


class Show(StrEnum):
    """Which people the page shows."""

    SUGGESTED = "suggested"
    BOOKMARKED = "bookmarked"
    NOT_INTERESTED = "not_interested"


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody on the page; `reasons` are an icon and a sentence each."""

    seen: Seen
    reasons: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """An answer that is missing: what it would do, and the page where it is given."""

    sentence: object
    endpoint: str


@dataclass(frozen=True, slots=True)
class ForYou:
    """What the page shows. `counts` are the numbers of the three lists."""

    show: Show
    cards: Sequence[Card]
    counts: dict[Show, int]
    is_being_computed: bool
    advice: Sequence[Advice]


def for_you(event: Event, profile: Profile, show: Show) -> ForYou:
    """The page of one person; a constant number of queries."""
    viewer = viewer_of(profile)
    suggested = queries.list_of(profile)
    lists = {
        Show.SUGGESTED: [one.other_id for one in suggested],
        Show.BOOKMARKED: _visible(queries.marked_by(profile, Mark.BOOKMARKED), viewer.hidden),
        Show.NOT_INTERESTED: _visible(queries.marked_by(profile, Mark.NOT_INTERESTED), viewer.hidden),
    }
    taxonomy = taxonomy_of(event)
    reasons = {one.other_id: one.reasons for one in suggested}
    cards = [
        Card(
            seen_by(viewer, other),
            told(still_shown(reasons.get(other.id, ()), other), taxonomy, profile.type, other.type),
        )
        for other in whole(lists[show])
    ]
    few = show is Show.SUGGESTED and len(cards) < FEW
    return ForYou(
        show,
        cards,
        {one: len(ids) for one, ids in lists.items()},
        few and queries.is_being_computed(profile),
        advice_for(profile) if few else (),
    )


def advice_for(profile: Profile) -> Sequence[Advice]:
    """Which answers are missing, the most useful one first."""
    kinds = {one.kind for one in profile.opportunities}
    new, own, about = "matchmaking_opportunities.new", "matchmaking_profile.index", "matchmaking_profile.about"
    found = []
    if OpportunityKind.NEED not in kinds:
        found.append(Advice(_l("Say what you look for: you are shown to those who offer it."), new))
    if OpportunityKind.OFFER not in kinds:
        found.append(Advice(_l("Say what you offer: you are shown to those who look for it."), new))
    if kinds and not any(one.tags for one in profile.opportunities):
        found.append(Advice(_l("Choose tags for your needs and offers: they count most."), own))
    if not profile.pitch:
        found.append(Advice(_l("Present yourself in a few sentences: their words are compared, too."), about))
    if not profile.languages:
        found.append(Advice(_l("Say which languages you speak."), about))
    found.append(
        Advice(_l("Check when you are there: people need a free time in common."), "matchmaking_profile.availability")
    )
    return found[:3]


def _visible(ids: Sequence[int], hidden: frozenset[int]) -> list[int]:
    return [one for one in ids if one not in hidden]
