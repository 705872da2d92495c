"""How near two tags are in the tree, and how much of what people look for others have."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from congress.matchmaking.enums import OpportunityKind, ReasonKind
from congress.matchmaking.suggestions.market import Person
from congress.matchmaking.suggestions.weights import PARENT, SAME, SIBLING, TOPIC

Matrix = npt.NDArray[np.float32]
Match = tuple[float, int]
"""What a tag that was met counts, and the tag that meets it."""
WANTED = (
    (OpportunityKind.NEED, OpportunityKind.OFFER, 1.0, ReasonKind.THEY_OFFER),
    (OpportunityKind.OFFER, OpportunityKind.NEED, 1.0, ReasonKind.THEY_NEED),
    (OpportunityKind.TOPIC, OpportunityKind.TOPIC, TOPIC, ReasonKind.SAME_TOPIC),
)
"""What of one person is held against what of the other, how much it counts, and what it is called as a reason."""


class Tree:
    """The tree of tags, as far as closeness goes."""

    def __init__(self, parents: Mapping[int, int | None]) -> None:
        self._parents = parents
        self._children: dict[int, list[int]] = defaultdict(list)
        for tag, parent in parents.items():
            if parent is not None:
                self._children[parent].append(tag)

    def closeness(self, one: int, other: int) -> float:
        """1 for the same tag, then parent or child, then siblings; 0 for all others."""
        if one == other:
            return SAME
        parent, other_parent = self._parents.get(one), self._parents.get(other)
        if parent == other or other_parent == one:
            return PARENT
        return SIBLING if parent is not None and parent == other_parent else 0.0

    def around(self, tag: int) -> Iterator[tuple[int, float]]:
        """Every tag that is close to this one, with how close."""
        yield tag, SAME
        parent = self._parents.get(tag)
        if parent is not None:
            yield parent, PARENT
            yield from ((sibling, SIBLING) for sibling in self._children[parent] if sibling != tag)
        yield from ((child, PARENT) for child in self._children.get(tag, ()))


class Fit:
    """What people look for and what they have, as rows over (kind, tag): their product is what meets."""

    def __init__(self, people: Sequence[Person], tree: Tree) -> None:
        self.tree, self.rarity = tree, rarity_of(people)
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


def rarity_of(people: Sequence[Person]) -> dict[int, float]:
    """The idf of every tag that somebody uses."""
    users = Counter(tag for person in people for tag in {tag for wish in person.wishes for tag in wish.tags})
    return {tag: 1 + math.log((1 + len(people)) / (1 + count)) for tag, count in users.items()}
