"""Why somebody is suggested: the terms that counted most, for the reader of the list."""

from __future__ import annotations

import math
from collections.abc import Iterator

from congress.matchmaking.enums import ReasonKind
from congress.matchmaking.suggestions import weights
from congress.matchmaking.suggestions.market import Person, Reason
from congress.matchmaking.suggestions.tags import WANTED, Match
from congress.matchmaking.suggestions.terms import TYPES, Terms

Counted = tuple[float, Reason]
_ORDER = {kind: number for number, kind in enumerate(ReasonKind)}
_MARGIN = 1e-5
"""Single additions and those of whole arrays differ by less."""


class Explaining:
    """Takes a pair's score apart again, term by term."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def reasons(self, row: int, other: int) -> tuple[Reason, ...]:
        """One to three, the weightiest first; what the other one seeks counts when the reader's side says little."""
        found = [*self._tags(row, other), *self._types(row, other), *self._text(row, other)]
        found += [*self._behaviour(row, other), *self._languages(row, other)]
        best = sorted(found, key=lambda one: (-round(one[0], weights.DIGITS), _ORDER[one[1].kind]))
        return tuple(reason for _counts, reason in best[: weights.REASONS])

    def _tags(self, row: int, other: int) -> Iterator[Counted]:
        fit = self._terms.fit
        for looked_for, had, weight, kind in WANTED:
            matches = fit.matches(row, looked_for, other, had)
            if matches:
                counts = weight * sum(value for value, _tag in matches) / float(fit.total[row])
                yield weights.TAGS * math.sqrt(counts), Reason(kind, tags=_weightiest(matches))

    def _types(self, row: int, other: int) -> Iterator[Counted]:
        one, them = self._terms.people[row], self._terms.people[other]
        for looking, seen, kind in ((one, them, ReasonKind.TYPE_SOUGHT), (them, one, ReasonKind.YOUR_TYPE_SOUGHT)):
            if _names(looking, seen):
                asked = self._terms.asked_types[self._terms.row[looking.id], TYPES[seen.type]]
                yield weights.TYPE * float(asked), Reason(kind)

    def _text(self, row: int, other: int) -> Iterator[Counted]:
        alike, words = self._terms.texts.shared(row, other)
        if alike >= weights.FAINT - _MARGIN:
            yield weights.TEXT * alike, Reason(ReasonKind.SAME_WORDS, words=words)

    def _behaviour(self, row: int, other: int) -> Iterator[Counted]:
        if other in self._terms.bookmarked.get(row, ()):
            yield weights.BEHAVIOUR, Reason(ReasonKind.YOU_BOOKMARKED)
            return
        like = float(self._terms.taste[row] @ self._terms.fit.profiles[other])
        if like >= weights.RESEMBLES - _MARGIN:
            yield weights.BEHAVIOUR * like, Reason(ReasonKind.LIKE_ACCEPTED)

    def _languages(self, row: int, other: int) -> Iterator[Counted]:
        shared = self._terms.people[row].languages & self._terms.people[other].languages
        if shared:
            counts = weights.PRACTICAL * (1 - weights.SLOTS_SHARE)
            yield counts, Reason(ReasonKind.COMMON_LANGUAGE, words=tuple(sorted(shared)))


def _weightiest(matches: list[Match]) -> tuple[int, ...]:
    """The other one's tags, those first that count most, each once."""
    ordered = [tag for _value, tag in sorted(matches, key=lambda match: (-match[0], match[1]))]
    return tuple(dict.fromkeys(ordered))[: weights.TAGS_SHOWN]


def _names(looking: Person, seen: Person) -> bool:
    return any(seen.type in wish.partner_types for wish in looking.wishes)
