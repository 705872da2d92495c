"""Made-up problems from a seed: large ones like those of real congresses to measure with, small ones with every rule.

In a congress some people are wanted much more than others: how much somebody is wanted is drawn from a gamma
distribution (shape 6: the busiest are wanted about twice as much as the mean), and each meeting is a pair drawn by
these weights, never the same pair twice. Nobody has more meetings than fit into all slots but `SPARE`, and tables are
only as scarce as the numbers given make them: everything can be placed, but not by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from congress.matchmaking.timetable.problem import Meeting, Modality, Person, Priority, Problem, Slot, Table

SHAPE = 6.0
SPARE = 4
# Of all the meetings that people could have at most; drawing pairs at random would not find the last ones.
FULLEST = 0.9
LENGTH, CHANGE = 20, 5
SESSION = 6
PAUSE = 60


def congress(people: int, meetings: int, slots: int, tables: int, seed: int, *, session: int = SESSION) -> Problem:
    """A problem of this size: half-days of so many slots, tables of any kind, everybody there all the time."""
    random = Random(seed)  # noqa: S311 - chance, not a secret
    pairs = _pairs(people, meetings, slots - SPARE, random)
    return Problem(
        slots=tuple(_slot(number, session) for number in range(slots)),
        people=(Person(),) * people,
        tables=(Table(),) * tables,
        meetings=tuple(Meeting(pair) for pair in pairs),
    )


def _slot(number: int, length: int, modality: Modality = Modality.HYBRID) -> Slot:
    session = number // length
    starts = number * (LENGTH + CHANGE) + session * PAUSE
    return Slot(starts, starts + LENGTH, session, modality)


def _pairs(people: int, meetings: int, most: int, random: Random) -> list[tuple[int, int]]:
    if meetings > FULLEST * people * min(most, people - 1) / 2:
        message = f"{meetings} meetings are too many for {people} people with {most} each."
        raise ValueError(message)
    weights = [random.gammavariate(SHAPE, 1) for _ in range(people)]
    numbers, met = range(people), [0] * people
    pairs: dict[tuple[int, int], tuple[int, int]] = {}
    while len(pairs) < meetings:
        one, other = random.choices(numbers, weights, k=2)
        key = (min(one, other), max(one, other))
        if one == other or key in pairs or met[one] >= most or met[other] >= most:
            continue
        pairs[key] = (one, other)
        met[one] += 1
        met[other] += 1
    return list(pairs.values())


def small(seed: int) -> Problem:
    """A few people and meetings with a little of every rule; whether all can be placed is left to chance."""
    random = Random(seed)  # noqa: S311 - chance, not a secret
    slots, people, tables = random.randint(2, 6), random.randint(3, 7), random.randint(1, 4)
    languages = {"en-fr": tuple(random.randint(0, 1) for _ in range(slots))}
    meetings = random.randint(1, 9)
    kinds = random.choice([(Modality.HYBRID,), tuple(Modality)])
    return Problem(
        slots=tuple(_slot(number, SESSION, random.choice(kinds)) for number in range(slots)),
        people=tuple(_person(slots, tables, random) for _ in range(people)),
        tables=tuple(_table(slots, people, random) for _ in range(tables)),
        meetings=tuple(_meeting(number, slots, people, tables, random) for number in range(meetings)),
        walking=random.choice([{}, {(0, 1): random.choice([CHANGE, LENGTH])}]),
        excluded=frozenset([(0, 1)] if random.random() < RARE else []),
        interpreters=languages,
        videos=random.choice([None, None, 0, 1]),
        longest_run=random.choice([2, 6]),
    )


RARE, FAIR = 0.15, 0.3


def _mask(slots: int, share: float, random: Random) -> int:
    return sum(1 << slot for slot in range(slots) if random.random() < share)


def _person(slots: int, tables: int, random: Random) -> Person:
    return Person(
        blocked=_mask(slots, RARE, random),
        remote=_mask(slots, FAIR, random) if random.random() < RARE else 0,
        maximum=random.randint(0, slots) if random.random() < RARE else None,
        booth=random.randrange(tables) if random.random() < RARE else None,
    )


def _table(slots: int, people: int, random: Random) -> Table:
    reserved: Sequence[int] = random.sample(range(people), 2) if random.random() < RARE else ()
    closed = _mask(slots, FAIR, random) if random.random() < RARE else 0
    return Table(random.randint(0, 1), frozenset(reserved), closed)


def _meeting(number: int, slots: int, people: int, tables: int, random: Random) -> Meeting:
    slot = random.randrange(slots) if random.random() < RARE else None
    table = random.randrange(tables) if random.random() < RARE else None
    return Meeting(
        people=tuple(random.sample(range(people), 3 if random.random() < RARE else 2)),
        priority=random.choice(list(Priority)),
        allowed=_mask(slots, 1 - FAIR, random) if random.random() < FAIR else None,
        slot=slot,
        table=table,
        interpreter=random.choice(["en-fr", "en-fr", "de-en"]) if random.random() < RARE else None,
        after=frozenset([random.randrange(number)]) if number and random.random() < RARE else frozenset(),
    )
