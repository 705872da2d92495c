"""Putting rows with a `position` into another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from congress.core.errors import Missing


class Placed(Protocol):
    """A row that has a place in a list."""

    id: int
    position: int


Row = TypeVar("Row", bound=Placed)


def move(rows: Sequence[Row], row_id: int, step: int) -> None:
    """Move a row up (-1) or down (+1); `Missing` when it is not in the list."""
    ordered = list(rows)
    place = next((index for index, row in enumerate(ordered) if row.id == row_id), None)
    if place is None:
        raise Missing
    ordered.insert(max(0, min(len(ordered) - 1, place + step)), ordered.pop(place))
    for position, row in enumerate(ordered, start=1):
        row.position = position
