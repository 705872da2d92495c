"""How much of what people look for others have, by tags."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from congress.matchmaking.enums import OpportunityKind, ReasonKind
from congress.matchmaking.suggestions.market import Person, Population
from congress.matchmaking.suggestions.tree import Tree
from congress.matchmaking.suggestions.weights import TOPIC

Matrix = npt.NDArray[np.float32]
Match = tuple[float, int]
"""What a tag that was met counts, and the tag that meets it."""
WANTED = (
    (OpportunityKind.NEED, OpportunityKind.OFFER, 1.0, ReasonKind.THEY_OFFER),
    (OpportunityKind.OFFER, OpportunityKind.NEED, 1.0, ReasonKind.THEY_NEED),
    (OpportunityKind.TOPIC, OpportunityKind.TOPIC, TOPIC, ReasonKind.SAME_TOPIC),
)
"""What of one person is held against what of the other, how much it counts, and what it is called as a reason."""


class Fit:
    """What people look for and what they have, as rows over (kind, tag): their product is what meets."""

    def __init__(self, people: Sequence[Person], tree: Tree, population: Population | None = None) -> None:
        self.tree, self.rarity = tree, rarity_of(people, population)
        self._tags = [{kind: sorted(person.tags(kind)) for kind in OpportunityKind} for person in people]
        columns = {tag: number for number, tag in enumerate(sorted(self.rarity))}
        shape = (len(people), len(WANTED) * len(columns))
        self.wanted: Matrix = np.zeros(shape, np.float32)
        self.given: Matrix = np.zeros(shape, np.float32)
        self.profiles: Matrix = np.zeros((len(people), len(columns)), np.float32)
        for row in range(len(people)):
            self._fill(row, columns)
        self.total = np.maximum(self.wanted.sum(axis=1), np.float32(1e-9))
        norms = np.linalg.norm(self.profiles, axis=1, keepdims=True)
        self.profiles /= np.where(norms > 0, norms, 1)

    def met(self, rows: Any, columns: Any) -> Matrix:
        """The square root of the share of what `rows` look for that `columns` have."""
        share = (self.wanted[rows] @ self.given[columns].T) / self.total[rows, None]
        met: Matrix = np.sqrt(np.minimum(share, 1))
        return met

    def _fill(self, row: int, columns: Mapping[int, int]) -> None:
        for part, (looked_for, had, weight, _reason) in enumerate(WANTED):
            offset = part * len(columns)
            for tag in self._tags[row][looked_for]:
                self.wanted[row, offset + columns[tag]] = weight * self.rarity[tag]
                self.profiles[row, columns[tag]] += self.rarity[tag]
            for tag in self._tags[row][had]:
                for near, closeness in self.tree.around(tag):
                    if near in columns:
                        at = offset + columns[near]
                        self.given[row, at] = max(self.given[row, at], closeness)

    def matches(self, row: int, looked_for: OpportunityKind, other: int, had: OpportunityKind) -> list[Match]:
        """For each tag looked for the closest one that there is, with what it counts; the same as in the rows."""
        offered, found = self._tags[other][had], []
        if not offered:
            return []
        for tag in self._tags[row][looked_for]:
            closeness, best = max((self.tree.closeness(tag, one), -one) for one in offered)
            if closeness:
                found.append((closeness * self.rarity[tag], -best))
        return found


def rarity_of(people: Sequence[Person], population: Population | None = None) -> dict[int, float]:
    """The idf of every tag that somebody uses; counted over the whole market where only a part of it is here."""
    users = Counter(tag for person in people for tag in {tag for wish in person.wishes for tag in wish.tags})
    size, counted = (population.people, population.tag_users) if population else (len(people), users)
    return {tag: 1 + math.log((1 + size) / (1 + counted.get(tag, count))) for tag, count in users.items()}
