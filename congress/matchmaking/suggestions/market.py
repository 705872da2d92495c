"""What the suggestions are made from, and what they are: plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from congress.matchmaking.enums import OpportunityKind, OrganisationType, ReasonKind
from congress.matchmaking.suggestions.weights import LIST, PER_ORGANISATION

Pair = tuple[int, int]
"""Ids of two people; which of them comes first is said where it is used."""
Row = tuple[int, int, int, float, list[dict[str, Any]]]
"""A suggestion as it is stored: whose list, who, rank, score, reasons."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A need, an offer or a topic; `partner_types` empty = any."""

    kind: OpportunityKind
    tags: frozenset[int] = frozenset()
    partner_types: frozenset[OrganisationType] = frozenset()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part.

    `organisation` and `delegation` name what colleagues share; empty = nothing. `slots` has a bit for each open slot.
    """

    id: int
    type: OrganisationType
    organisation: str = ""
    delegation: int | None = None
    languages: frozenset[str] = frozenset()
    slots: int = 0
    wishes: tuple[Wish, ...] = ()
    pitch: str = ""
    accepts_requests: bool = True

    def tags(self, kind: OpportunityKind) -> frozenset[int]:
        """The tags of all wishes of one kind."""
        return frozenset().union(*(wish.tags for wish in self.wishes if wish.kind is kind))


@dataclass(frozen=True, slots=True)
class Population:
    """How many people take part at all, and how many of them use a tag."""

    people: int
    tag_users: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Market:
    """Everybody who takes part in the meetings of one event, and what is between them.

    `parents` is the tree of tags. `bookmarks` are (who, whom); `agreed` (people who agreed to meet) and `apart` (who
    must not be suggested to each other) have the smaller id first. `forbidden` are (asking type, asked type). Without
    `has_slots`, no times are known yet and nobody is left out for lack of a common one. Where only some people are
    here, `population` tells of all of them.
    """

    people: Sequence[Person]
    parents: Mapping[int, int | None] = field(default_factory=dict)
    bookmarks: frozenset[Pair] = frozenset()
    agreed: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()
    forbidden: frozenset[tuple[OrganisationType, OrganisationType]] = frozenset()
    has_slots: bool = True
    population: Population | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the kind, and the tags of the other person or the words and languages that both share."""

    kind: ReasonKind
    tags: tuple[int, ...] = ()
    words: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """As it is stored."""
        return {"kind": self.kind.value, "tags": list(self.tags), "words": list(self.words)}


@dataclass(frozen=True, slots=True)
class Suggested:
    """`other` stands in the list of `person`; ranks begin with 1."""

    person: int
    other: int
    rank: int
    score: float
    reasons: tuple[Reason, ...]

    def as_row(self) -> Row:
        """As it is stored."""
        return self.person, self.other, self.rank, self.score, [one.as_data() for one in self.reasons]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the lists of others, without the one who changed: how often people are in them; and of each
    list its length, its last score, and how many colleagues of the one who changed it holds.
    """

    seen: Mapping[int, int] = field(default_factory=dict)
    lengths: Mapping[int, int] = field(default_factory=dict)
    last_scores: Mapping[int, float] = field(default_factory=dict)
    colleagues: Mapping[int, int] = field(default_factory=dict)

    def has_room(self, owner: int, score: float) -> bool:
        """Whether somebody with this score gets into a list, perhaps in the place of its last one."""
        if self.colleagues.get(owner, 0) >= PER_ORGANISATION:
            return False
        return self.lengths.get(owner, 0) < LIST or score > self.last_scores[owner]


@dataclass(frozen=True, slots=True)
class Changed:
    """The own list of who changed, and that person's entries in the lists of others, where their rank is open."""

    own: list[Suggested]
    entries: list[Suggested]


def pair_of(one: int, other: int) -> Pair:
    """Both ids, the smaller one first."""
    return (one, other) if one < other else (other, one)
