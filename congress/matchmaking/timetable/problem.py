"""What the engine is given and what it answers. Everything is numbered from 0, by its position in its tuple.

Sets of slots are masks: bit s stands for slot s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Priority(IntEnum):
    """How much a meeting matters: a lower number is placed at the expense of a higher one."""

    GUARANTEED = 0
    MUTUAL = 1
    ONE_SIDED = 2
    RECOMMENDED = 3


class Modality(StrEnum):
    """How a session's meetings take place: at tables, by video, or either, as the two people are there."""

    ON_SITE = "on_site"
    ONLINE = "online"
    HYBRID = "hybrid"


class Unplaced(StrEnum):
    """Why a meeting has no slot: the first that holds."""

    RULE = "rule"
    PERSON_FULL = "person_full"
    NO_COMMON_SLOT = "no_common_slot"
    TABLES_FULL = "tables_full"


@dataclass(frozen=True, slots=True)
class Slot:
    """A time for meetings, in minutes on one common clock; `session` groups slots without a pause."""

    starts: int
    ends: int
    session: int = 0
    modality: Modality = Modality.HYBRID


@dataclass(frozen=True, slots=True)
class Table:
    """A place for one meeting at a time; `reserved_for` (people) empty = for everybody. `closed` is a mask."""

    zone: int = 0
    reserved_for: frozenset[int] = frozenset()
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who meets. `blocked`: slots in which the person cannot; `remote`: slots in which only by video.

    `maximum` counts meetings in the whole timetable. `booth` is the table at which others visit the person.
    """

    blocked: int = 0
    remote: int = 0
    maximum: int | None = None
    booth: int | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """People (two or more, the one who asked first) who want one slot together.

    `allowed` is a mask of slots, None = all. `slot` and `table` are held: never moved by the engine (a held slot
    without a table is by video, or gets its table from the engine when both are on site). `interpreter` is the
    language pair that needs an interpreter. `after` names meetings that have to come earlier.
    """

    people: tuple[int, ...]
    priority: Priority = Priority.MUTUAL
    allowed: int | None = None
    slot: int | None = None
    table: int | None = None
    interpreter: str | None = None
    after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """One timetable to make.

    `walking` maps two zones (smaller first) to minutes: whoever meets in one and then in the other needs a pause of
    at least that long between the end of a slot and the start of the next. `excluded` are pairs of people (smaller
    first) who must not meet. `interpreters` says how many there are in each slot, by language pair. `videos` is how
    many video meetings there may be in one slot, None = any number.
    """

    slots: tuple[Slot, ...]
    people: tuple[Person, ...]
    tables: tuple[Table, ...]
    meetings: tuple[Meeting, ...]
    walking: Mapping[tuple[int, int], int] = field(default_factory=dict)
    excluded: frozenset[tuple[int, int]] = frozenset()
    interpreters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    videos: int | None = None
    longest_run: int = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where a meeting is put; `table` None = by video."""

    slot: int
    table: int | None


@dataclass(frozen=True, slots=True)
class Timetable:
    """An answer: a place for each meeting, or the reason why there is none (`unplaced`, by meeting).

    `proven` says that no timetable has fewer breaks.
    """

    places: tuple[Place | None, ...]
    unplaced: Mapping[int, Unplaced] = field(default_factory=dict)
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: meetings placed, idle gaps so far, seconds since its start, and the share done (0 to 1)."""

    placed: int
    breaks: int
    seconds: float
    share: float
