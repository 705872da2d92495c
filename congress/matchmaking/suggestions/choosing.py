"""Filling the lists from the best pair on, so that nobody stands in all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from congress.matchmaking.suggestions.weights import EXPOSURE, FIRST_ROUND, LIST, PER_ORGANISATION

Candidate = tuple[int, int, float]
"""Whose list, who, score."""


class Lists:
    """The lists while they fill. `organisations` are those of the people, "" for none; `seen` how often people
    stand in lists that are not filled here.
    """

    def __init__(self, organisations: Sequence[str], seen: Mapping[int, int] | None = None) -> None:
        self.of: dict[int, list[Candidate]] = defaultdict(list)
        self._organisations = organisations
        self._seen = Counter(seen or {})
        self._colleagues: Counter[tuple[int, str]] = Counter()

    def fill(self, candidates: Iterable[Candidate]) -> None:
        """Take from candidates, best first, in two rounds."""
        left = self._round(candidates, FIRST_ROUND)
        self._round(left, LIST)
        for entries in self.of.values():
            entries.sort(key=lambda entry: -entry[2])

    def _round(self, candidates: Iterable[Candidate], size: int) -> list[Candidate]:
        left = []
        for candidate in candidates:
            owner, other, _score = candidate
            organisation = self._organisations[other]
            if self._seen[other] >= EXPOSURE or self._colleagues[owner, organisation] >= PER_ORGANISATION:
                continue
            if len(self.of[owner]) >= size:
                left.append(candidate)
                continue
            self.of[owner].append(candidate)
            self._seen[other] += 1
            self._colleagues[owner, organisation] += bool(organisation)
        return left
