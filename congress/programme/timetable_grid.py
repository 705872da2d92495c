"""A day as a grid: rooms side by side, time downwards in steps of five minutes, nothing on top of anything else.

Positions are classes of one style sheet that is the same for every programme (`stylesheet`), because the content
policy forbids styles in a page. Rows and columns count from 1. Hours in which nothing happens are left out, and rows
count time as it passes: a day on which the clocks change has an hour less or more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from congress.programme.days import bounds
from congress.programme.snapshot import Programme, Room
from congress.programme.timetable import Entry

STEP = dt.timedelta(minutes=5)
STEPS_AN_HOUR = 12
ROWS = 25 * STEPS_AN_HOUR + 1
COLUMNS = 120
"""A day with more rooms side by side is shown as a list only."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry at its place."""

    entry: Entry
    row: int
    end_row: int
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class Hour:
    """A full hour on the axis; `follows_gap` when hours were left out before it."""

    instant: dt.datetime
    row: int
    follows_gap: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A room; None holds what concerns all rooms (`is_for_all`), or has no room yet."""

    room: Room | None
    is_for_all: bool
    items: Sequence[Item]
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A day. `across`: breaks over the whole width; `width`: the columns beside the axis, which is column 1."""

    hours: Sequence[Hour]
    across: Sequence[Item]
    columns: Sequence[Column]
    width: int


Span = tuple[int, int]


def grid_of(programme: Programme, entries: Sequence[Entry], day: dt.date, zone: str) -> Grid | None:
    """The grid of a day; None when there is nothing to show side by side, or too much."""
    if not any(entry.session for entry in entries):
        return None
    axis = _Axis(entries, day, zone)
    across, groups = _grouped(programme, entries, axis)
    columns: list[Column] = []
    column = 2
    for room, is_for_all, own in groups:
        lanes, width = _lanes([axis.span(entry) for entry in own])
        items = [
            Item(entry, *axis.span(entry), column + lane, lane_width)
            for entry, (lane, lane_width) in zip(own, lanes, strict=True)
        ]
        columns.append(Column(room, is_for_all, items, column, width))
        column += width
    total = column - 2
    if total > COLUMNS:
        return None
    return Grid(axis.hours, [Item(one, *axis.span(one), 2, total) for one in across], columns, total)


class _Axis:
    """Where an instant of the day is, in rows."""

    def __init__(self, entries: Sequence[Entry], day: dt.date, zone: str) -> None:
        self._begin, self._end = bounds(day, zone)
        used: set[int] = set()
        for first, last in map(self._steps, entries):
            used |= set(range(first // STEPS_AN_HOUR, last // STEPS_AN_HOUR + 1))
        order = sorted(used)
        self._place: Mapping[int, int] = {hour: place for place, hour in enumerate(order)}
        self.hours = [
            Hour(
                self._begin + dt.timedelta(hours=hour),
                place * STEPS_AN_HOUR + 1,
                follows_gap=place > 0 and order[place - 1] != hour - 1,
            )
            for place, hour in enumerate(order)
        ]

    def span(self, entry: Entry) -> Span:
        """The first row of an entry and the one after its last."""
        first, last = self._steps(entry)
        return self._row(first), self._row(last) + 1

    def _row(self, step: int) -> int:
        return self._place[step // STEPS_AN_HOUR] * STEPS_AN_HOUR + step % STEPS_AN_HOUR + 1

    def _steps(self, entry: Entry) -> Span:
        """The first and the last step that an entry touches; the night after the day's end is cut off."""
        first = (entry.slot.starts_at - self._begin) // STEP
        last = -((self._begin - min(entry.slot.ends_at, self._end)) // STEP) - 1
        return first, max(first, last)


def _grouped(
    programme: Programme, entries: Sequence[Entry], axis: _Axis
) -> tuple[list[Entry], list[tuple[Room | None, bool, list[Entry]]]]:
    """Breaks over the whole width, and the columns. A break beside which something happens gets a column."""
    across: list[Entry] = []
    beside: list[Entry] = []
    for entry in entries:
        if entry.is_for_all:
            alone = all(other is entry or not _overlap(axis.span(entry), axis.span(other)) for other in entries)
            (across if alone else beside).append(entry)
    order: list[Room | None] = [*programme.rooms, None]
    groups: list[tuple[Room | None, bool, list[Entry]]] = [(None, True, beside)] if beside else []
    for room in order:
        own = [one for one in entries if not one.is_for_all and _is_in(one, room)]
        if own:
            groups.append((room, False, own))
    return across, groups


def _is_in(entry: Entry, room: Room | None) -> bool:
    return entry.room is None if room is None else entry.room is not None and entry.room.id == room.id


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _lanes(spans: Sequence[Span]) -> tuple[list[Span], int]:
    """For spans in the order of their starts: lane and width of each, and how many lanes the room needs.

    What overlaps stands side by side; the last lane of such a crowd takes what is left of the width.
    """
    crowds = [(crowd, _lanes_of_crowd(spans, crowd)) for crowd in _crowds(spans)]
    total = max((max(lanes) + 1 for _crowd, lanes in crowds), default=1)
    placed = [(0, 1)] * len(spans)
    for crowd, lanes in crowds:
        for number, lane in zip(crowd, lanes, strict=True):
            placed[number] = (lane, total - lane if lane == max(lanes) else 1)
    return placed, total


def _crowds(spans: Sequence[Span]) -> list[list[int]]:
    """The numbers of spans that hang together by overlapping."""
    crowds: list[list[int]] = []
    end_of_crowd = 0
    for number, (start, end) in enumerate(spans):
        if not crowds or start >= end_of_crowd:
            crowds.append([])
        crowds[-1].append(number)
        end_of_crowd = max(end_of_crowd, end)
    return crowds


def _lanes_of_crowd(spans: Sequence[Span], crowd: Sequence[int]) -> list[int]:
    """For each of a crowd the first lane that is free when it begins."""
    ends: list[int] = []
    lanes = []
    for number in crowd:
        lane = next((free for free, end in enumerate(ends) if end <= spans[number][0]), len(ends))
        ends[lane : lane + 1] = [spans[number][1]]
        lanes.append(lane)
    return lanes


@cache
def stylesheet() -> str:
    """The classes of positions: b7 begins in row 7, e9 ends before row 9, c2 is column 2, w3 is three columns wide.

    The first row of the grid holds the names of rooms.
    """
    rules = [f".b{row}{{grid-row-start:{row + 1}}}.e{row}{{grid-row-end:{row + 1}}}" for row in range(1, ROWS + 1)]
    rules += [
        f".c{number}{{grid-column-start:{number}}}.w{number}{{grid-column-end:span {number}}}"
        for number in range(1, COLUMNS + 2)
    ]
    return "\n".join(rules) + "\n"
