"""Small problems with every rule in them, and the fewest breaks found by trying everything."""

from __future__ import annotations

import random
from dataclasses import replace

from congress.matchmaking.timetable.checker import count_breaks, violations
from congress.matchmaking.timetable.problem import (
    Meeting,
    Modality,
    Person,
    Place,
    Problem,
    Slot,
    Table,
    Timetable,
    Unplaced,
)


def fewest_breaks(problem: Problem) -> int | None:
    """The optimum with every meeting placed, None when that is not possible."""
    tables = [None, *range(len(problem.tables))]
    choices = [Place(slot, table) for slot in range(len(problem.slots)) for table in tables]
    best: list[int | None] = [None]

    def extend(places: tuple[Place, ...]) -> None:
        left = len(problem.meetings) - len(places)
        timetable = Timetable(
            (*places, *(None,) * left), {len(places) + number: Unplaced.RULE for number in range(left)}
        )
        if violations(problem, timetable):
            return
        if not left:
            breaks = count_breaks(problem, timetable)
            best[0] = breaks if best[0] is None else min(best[0], breaks)
            return
        for choice in choices:
            extend((*places, choice))

    extend(())
    return best[0]


def plain_problem(rng: random.Random, slots: int = 5) -> Problem:
    """As in the published format."""
    people = rng.randint(4, 6)
    pairs = [tuple(rng.sample(range(people), 2)) for _ in range(rng.randint(3, 6))]
    return Problem(
        tuple(Slot(at * 30, at * 30 + 30, modality=Modality.ON_SITE) for at in range(slots)),
        tuple(Person(blocked=rng.choice([0, 0, 1 << rng.randrange(slots)])) for _ in range(people)),
        (Table(),) * rng.randint(1, 2),
        tuple(
            Meeting(pair, slot=rng.choice([None] * 5 + [rng.randrange(slots)]), after=_earlier(rng, number))
            for number, pair in enumerate(pairs)
        ),
    )


def rich_problem(rng: random.Random, slots: int = 4) -> Problem:
    """With everything that the product adds, walking apart."""
    plain = plain_problem(rng, slots)
    tables = tuple(
        Table(
            reserved_for=frozenset(rng.sample(range(len(plain.people)), 2)) if rng.random() < 0.3 else frozenset(),
            closed=1 << rng.randrange(slots) if rng.random() < 0.3 else 0,
        )
        for _ in range(rng.randint(2, 3))
    )
    people = tuple(
        replace(
            person,
            remote=rng.choice([0, 0, 0, 0, 0b1, (1 << slots) - 1]),
            booth=rng.randrange(len(tables)) if rng.random() < 0.15 else None,
            maximum=rng.choice([None, None, None, 3]),
        )
        for person in plain.people
    )
    meetings = tuple(
        replace(
            meeting,
            people=(*meeting.people, _third(rng, meeting, len(people))) if rng.random() < 0.15 else meeting.people,
            allowed=rng.choice([None, None, None, rng.randrange(1, 1 << slots)]),
            table=rng.randrange(len(tables)) if rng.random() < 0.1 else None,
            interpreter=rng.choice([None, None, None, "de-fr"]),
        )
        for meeting in plain.meetings[:4]
    )
    modes = [Modality.HYBRID] * 4 + [Modality.ON_SITE, Modality.ONLINE]
    return replace(
        plain,
        slots=tuple(
            replace(slot, modality=rng.choice(modes), session=at * 2 // slots if rng.random() < 0.9 else 1)
            for at, slot in enumerate(plain.slots)
        ),
        people=people,
        tables=tables,
        meetings=meetings,
        interpreters={"de-fr": tuple(rng.randint(0, 2) for _ in range(slots - rng.randint(0, 1)))},
        excluded=frozenset({tuple(sorted(rng.sample(range(len(people)), 2)))})
        if rng.random() < 0.05
        else frozenset(),
        videos=rng.choice([None, 1]),
    )


def _earlier(rng: random.Random, number: int) -> frozenset[int]:
    return frozenset({rng.randrange(number)}) if number and rng.random() < 0.2 else frozenset()


def _third(rng: random.Random, meeting: Meeting, people: int) -> int:
    return rng.choice([number for number in range(people) if number not in meeting.people])
