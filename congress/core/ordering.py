"""Putting rows that have a `position` into another order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from congress.core.errors import Missing


class Placed(Protocol):
    """A row that has a place in a list."""

    position: int


Row = TypeVar("Row", bound=Placed)


def move(rows: Iterable[Row], row: Row | None, step: int) -> list[Row]:
    """Move a row up (-1) or down (+1), number the positions from 1, and return the new order.

    At an end it stays where it is. `Missing` when it is not in the list.
    """
    ordered = list(rows)
    if row is None or row not in ordered:
        raise Missing
    place = ordered.index(row)
    ordered.insert(max(0, min(len(ordered) - 1, place + step)), ordered.pop(place))
    for position, one in enumerate(ordered, start=1):
        one.position = position
    return ordered
