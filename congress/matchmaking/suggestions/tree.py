"""How near two tags are in the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from congress.matchmaking.suggestions.weights import PARENT, SAME, SIBLING


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
