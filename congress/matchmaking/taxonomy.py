"""The taxonomy as a tree: who stands above, below and beside whom, what a tag is called, and how it is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from congress.core.languages import LANGUAGES, translated
from congress.core.text import search_key
from congress.events.models import Event
from congress.matchmaking.models import Tag
from congress.matchmaking.queries.taxonomy import active_ids, tags_of_series

PATH = " › "
"""Stands between the labels of a path."""


@dataclass(frozen=True, slots=True)
class Term:
    """One tag of the tree. `is_active`: people of the event can choose it."""

    id: int
    parent_id: int | None
    label: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    position: int = 0
    is_active: bool = True

    def name(self, language: str | None = None) -> str:
        """What it is called in a language; in the other one when there is no such label."""
        return translated(self.label, language)

    def words(self) -> Iterator[str]:
        """Everything by which it is found: labels and synonyms in both languages."""
        yield from self.label.values()
        for synonyms in self.synonyms.values():
            yield from synonyms


class Taxonomy:
    """A tree of terms. A term whose parent is unknown stands at the top."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.by_id: Mapping[int, Term] = {term.id: term for term in terms}
        below: dict[int | None, list[Term]] = defaultdict(list)
        for term in self.by_id.values():
            below[term.parent_id if term.parent_id in self.by_id else None].append(term)
        self._below: Mapping[int | None, list[Term]] = {
            parent: sorted(children, key=lambda term: (term.position, term.id)) for parent, children in below.items()
        }

    def __iter__(self) -> Iterator[Term]:
        """Every term in the order of the page: each one before those below it."""
        return (term for term, _ in self.walk())

    def __len__(self) -> int:
        return len(self.by_id)

    def __contains__(self, tag_id: int) -> bool:
        return tag_id in self.by_id

    @property
    def roots(self) -> list[Term]:
        """What stands at the top."""
        return self.children(None)

    def walk(self, parent_id: int | None = None, depth: int = 0) -> Iterator[tuple[Term, int]]:
        """Every term below one, or all of them, each with its depth (0 at the beginning)."""
        for term in self.children(parent_id):
            yield term, depth
            yield from self.walk(term.id, depth + 1)

    def children(self, tag_id: int | None) -> list[Term]:
        """What stands directly below; with None what stands at the top."""
        return list(self._below.get(tag_id, ()))

    def parent(self, tag_id: int) -> Term | None:
        """What stands directly above; None at the top, and for a tag that does not exist."""
        term = self.by_id.get(tag_id)
        return self.by_id.get(term.parent_id) if term and term.parent_id is not None else None

    def ancestors(self, tag_id: int) -> list[Term]:
        """What stands above, the nearest first."""
        above: list[Term] = []
        parent = self.parent(tag_id)
        while parent is not None and parent not in above:
            above.append(parent)
            parent = self.parent(parent.id)
        return above

    def descendants(self, tag_id: int) -> list[Term]:
        """Everything below, in the order of the page."""
        return [term for term, _ in self.walk(tag_id)]

    def siblings(self, tag_id: int) -> list[Term]:
        """What stands below the same parent, without the tag itself; at the top there are no siblings."""
        parent = self.parent(tag_id)
        return [term for term in self.children(parent.id) if term.id != tag_id] if parent else []

    def is_within(self, tag_id: int | None, branch_id: int) -> bool:
        """Whether a tag is `branch_id` itself or stands below it."""
        return tag_id is not None and (
            tag_id == branch_id or branch_id in {term.id for term in self.ancestors(tag_id)}
        )

    def depth(self, tag_id: int) -> int:
        """How many stand above it."""
        return len(self.ancestors(tag_id))

    def path(self, tag_id: int, language: str | None = None) -> str:
        """The labels from the top down to the tag: "Bioprocess › Downstream › Filtration"."""
        term = self.by_id.get(tag_id)
        if term is None:
            return ""
        return PATH.join(one.name(language) for one in [*reversed(self.ancestors(tag_id)), term])

    def active(self) -> Taxonomy:
        """The tree of what people of the event can choose; whose parent is not active stands at the top."""
        return Taxonomy(term for term in self.by_id.values() if term.is_active)

    def search(self, text: str) -> list[Term]:
        """The tags in whose labels or synonyms every word stands, whatever the language, accents and capitals.

        Those with the whole text as a label come first, then those that begin with it, then the others.
        """
        wanted = search_key(text).split()
        if not wanted:
            return []
        whole = " ".join(wanted)
        found = [
            (_rank(keys, whole), order, self.by_id[tag_id])
            for order, (tag_id, keys) in enumerate(self._keys.items())
            if all(any(word in key for key in keys) for word in wanted)
        ]
        return [term for _, _, term in sorted(found, key=lambda one: one[:2])]

    @cached_property
    def _keys(self) -> Mapping[int, tuple[str, ...]]:
        return {term.id: tuple(" ".join(search_key(word).split()) for word in term.words()) for term in self}


def term_of(tag: Tag, *, is_active: bool = True) -> Term:
    """A row of the tree."""
    synonyms = {language: tuple(tag.synonyms.get(language, ())) for language in LANGUAGES}
    return Term(tag.id, tag.parent_id, tag.label, synonyms, tag.position, is_active)


def taxonomy_of(event: Event) -> Taxonomy:
    """The whole tree of the event's series; `is_active` says what the event uses. Two queries."""
    active = active_ids(event)
    return Taxonomy(term_of(tag, is_active=tag.id in active) for tag in tags_of_series(event.series_id))


def _rank(keys: tuple[str, ...], whole: str) -> int:
    if whole in keys:
        return 0
    return 1 if any(key.startswith(whole) for key in keys) else 2
