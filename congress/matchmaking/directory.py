"""The directory: what it is searched for and narrowed to, how many each choice would leave, and one page of people.

All rows are narrowed here and not by the database: every count needs its own narrowing, and 3,000 rows are few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Any

from congress.core.pagination import Page
from congress.core.text import search_key
from congress.events.models import Event
from congress.matchmaking.models import Profile
from congress.matchmaking.queries import directory as queries
from congress.matchmaking.queries.relations import blocked_either_way, bookmarked_by, partners_of
from congress.matchmaking.taxonomy import Taxonomy
from congress.matchmaking.visibility import Seen, Viewer, seen_by

PAGE_SIZE = 24
SEARCH_LENGTH = 200
MOST_WORDS = 8
MOST_CHOICES = 50
ON = "1"


class Order(StrEnum):
    """What the directory is sorted by."""

    NAME = "name"
    ORGANISATION = "organisation"
    NEWEST = "newest"


class Facet(StrEnum):
    """What the directory is narrowed by: several values of one are alternatives, several facets all hold."""

    TYPE = "type"
    COUNTRY = "country"
    LANGUAGE = "language"
    KIND = "kind"
    TAG = "tag"
    PRESENCE = "presence"
    DELEGATION = "delegation"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for, as the address of the page says."""

    q: str = ""
    chosen: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    only_bookmarked: bool = False
    sort: Order = Order.NAME

    @classmethod
    def of(cls, arguments: Any) -> Wanted:
        """Read the arguments of an address (`getlist`); what makes no sense finds nothing or is left out."""
        chosen = {facet: frozenset(arguments.getlist(facet.value)[:MOST_CHOICES]) - {""} for facet in Facet}
        asked = arguments.get("sort")
        return cls(
            q=" ".join(arguments.get("q", "").split())[:SEARCH_LENGTH],
            chosen={facet: values for facet, values in chosen.items() if values},
            only_bookmarked=arguments.get("bookmarked") == ON,
            sort=Order(asked) if asked in set(Order) else Order.NAME,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether anybody is left out."""
        return bool(self.q or self.chosen or self.only_bookmarked)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the address that shows this; defaults are left out."""
        found: dict[str, Any] = {facet.value: sorted(values) for facet, values in self.chosen.items()}
        found |= {"q": self.q} if self.q else {}
        found |= {"bookmarked": ON} if self.only_bookmarked else {}
        return found | ({"sort": self.sort.value} if self.sort is not Order.NAME else {})

    def without(self, facet: Facet, value: str) -> Wanted:
        """The same with one choice less."""
        left = {one: values - {value} if one is facet else values for one, values in self.chosen.items()}
        return replace(self, chosen={one: values for one, values in left.items() if values})


@dataclass(frozen=True, slots=True)
class Directory:
    """One page of people, and for each facet how many there are with each value under everything else chosen."""

    page: Page[Seen]
    counts: Mapping[Facet, Mapping[str, int]]
    delegations: Mapping[str, str]
    bookmarked: int


def viewer_of(profile: Profile) -> Viewer:
    """How somebody stands to everybody else. Three queries."""
    return Viewer(profile.id, partners_of(profile), blocked_either_way(profile), bookmarked_by(profile))


def directory_of(event: Event, taxonomy: Taxonomy, viewer: Viewer, wanted: Wanted, number: int) -> Directory:
    """Who is found; a constant number of queries, however many take part."""
    delegations = queries.delegation_names(event)
    rows = queries.rows_of(event, with_words=bool(wanted.q), with_times=wanted.sort is Order.NEWEST)
    lineages = {term.id: _lineage(term.id, taxonomy) for term in taxonomy}
    people = [
        _Row(one, lineages, delegations)
        for one in rows
        if one.id != viewer.profile_id and one.id not in viewer.hidden
    ]
    words = [(word, _tags_for(word, taxonomy)) for word in search_key(wanted.q).split()[:MOST_WORDS]]
    found = [one for one in people if one.matches(words)] if words else people
    if wanted.only_bookmarked:
        found = [one for one in found if one.id in viewer.bookmarked]
    narrowed = _narrowed(found, wanted)
    return Directory(
        _page(narrowed[None], wanted.sort, viewer, number),
        {facet: _counted(narrowed[facet], facet) for facet in Facet},
        dict(delegations.values()),
        sum(one.id in viewer.bookmarked for one in people),
    )


class _Row:
    """Somebody in the directory: the values of each facet, and what is sorted by."""

    __slots__ = ("id", "row", "tags", "values")

    def __init__(
        self, row: Any, lineages: Mapping[int, Sequence[str]], delegations: Mapping[int, tuple[str, str]]
    ) -> None:
        facets = row.facets
        delegation = delegations.get(row.delegation_id)
        self.id, self.row, self.tags = row.id, row, facets.get("tags", ())
        self.values: dict[Facet, Collection[str]] = {
            Facet.TYPE: (row.type,),
            Facet.COUNTRY: (facets["country"],) if facets.get("country") else (),
            Facet.LANGUAGE: facets.get("languages", ()),
            Facet.KIND: facets.get("kinds", ()),
            Facet.TAG: set().union(*[lineages.get(tag, ()) for tag in self.tags]),
            Facet.PRESENCE: facets.get("presence", ()),
            Facet.DELEGATION: (delegation[0],) if delegation else (),
        }

    def matches(self, words: Sequence[tuple[str, frozenset[int]]]) -> bool:
        """Whether each word stands in what everybody sees of the person, or for one of the person's tags."""
        return all(word in self.row.search_text or not tags.isdisjoint(self.tags) for word, tags in words)


def _counted(people: Sequence[_Row], facet: Facet) -> Counter[str]:
    return Counter(chain.from_iterable([one.values[facet] for one in people]))


def _lineage(tag_id: int, taxonomy: Taxonomy) -> Sequence[str]:
    """The tag and what stands above it: whoever is tagged with a child is found by its parent, too."""
    return (str(tag_id), *(str(above.id) for above in taxonomy.ancestors(tag_id)))


def _tags_for(word: str, taxonomy: Taxonomy) -> frozenset[int]:
    """The tags that a word names, in either language or as a synonym, and those below them."""
    found = {term.id for term in taxonomy.search(word)}
    return frozenset(found | {below.id for one in found for below in taxonomy.descendants(one)})


def _narrowed(people: list[_Row], wanted: Wanted) -> dict[Facet | None, list[_Row]]:
    """Who is left under all choices (None), and under all but those of each facet."""
    left: dict[Facet | None, list[_Row]] = {facet: [] for facet in wanted.chosen}
    all_hold = people if not wanted.chosen else []
    for one in people if wanted.chosen else ():
        failed = [facet for facet, values in wanted.chosen.items() if values.isdisjoint(one.values[facet])]
        if not failed:
            all_hold.append(one)
        if len(failed) <= 1:
            for facet in failed or wanted.chosen:
                left[facet].append(one)
    return {None: all_hold} | {facet: left.get(facet, all_hold) for facet in Facet}


def _page(people: list[_Row], sort: Order, viewer: Viewer, number: int) -> Page[Seen]:
    ordered = sorted(people, key=lambda one: _sort_key(one.row, sort))
    number = max(1, min(number, -(-len(ordered) // PAGE_SIZE)))
    ids = [one.id for one in ordered[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]]
    return Page([seen_by(viewer, one) for one in queries.whole(ids)], number, PAGE_SIZE, len(ordered))


def _sort_key(row: Any, sort: Order) -> tuple[Any, ...]:
    name = (row.facets.get("name", ""), row.id)
    if sort is Order.ORGANISATION:
        return (row.facets.get("organisation", ""), *name)
    return (-row.listed_at.timestamp(), *name) if sort is Order.NEWEST else name
