"""Who gets what when each wants one of a few: a largest matching by augmenting paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def match(wishes: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """What each gets of what it wishes, as many as possible. Who got something never loses all."""
    taken: dict[int, int] = {}
    for one in wishes:
        _augment(one, wishes, taken)
    return {one: thing for thing, one in taken.items()}


def unmatched(wishes: Mapping[int, Sequence[int]]) -> list[int]:
    """Who gets nothing."""
    got = match(wishes)
    return [one for one in wishes if one not in got]


def _augment(start: int, wishes: Mapping[int, Sequence[int]], taken: dict[int, int]) -> bool:
    """A chain of exchanges, looked for breadth first, after which `start` has something, too."""
    came_from: dict[int, int] = {}
    queue = [start]
    for one in queue:
        for thing in wishes[one]:
            if thing in came_from:
                continue
            came_from[thing] = one
            if thing not in taken:
                _exchange(thing, start, came_from, taken)
                return True
            queue.append(taken[thing])
    return False


def _exchange(thing: int, start: int, came_from: Mapping[int, int], taken: dict[int, int]) -> None:
    """Everybody on the chain passes on what they had; `start` is at its end."""
    chain = [thing]
    if came_from[thing] != start:
        had = {one: other for other, one in taken.items()}
        while came_from[chain[-1]] != start:
            chain.append(had[came_from[chain[-1]]])
    for link in chain:
        taken[link] = came_from[link]
