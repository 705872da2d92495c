"""The checker notices every rule that is broken, and nothing where none is."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.matchmaking.timetable import checker
from congress.matchmaking.timetable import problem as problem_module
from congress.matchmaking.timetable.checker import Rule, breaks_of_people, count_breaks, violations
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

SLOTS = tuple(Slot(at * 30, at * 30 + 25) for at in range(6))
PEOPLE = (Person(),) * 6
TABLES = (Table(), Table(), Table(zone=1), Table(zone=2))


def one(place: Place | None, meeting: Meeting | None = None, **changes) -> tuple[Problem, Timetable]:
    """A single meeting of the first two people, at this place."""
    values = {"slots": SLOTS, "people": PEOPLE, "tables": TABLES} | changes
    unplaced = {} if place else {0: Unplaced.RULE}
    return Problem(meetings=(meeting or Meeting((0, 1)),), **values), Timetable((place,), unplaced)


def several(*pieces: tuple[Meeting, Place], **changes) -> tuple[Problem, Timetable]:
    values = {"slots": SLOTS, "people": PEOPLE, "tables": TABLES} | changes
    meetings, places = zip(*pieces, strict=True)
    return Problem(meetings=meetings, **values), Timetable(places)


def person(number: int, **changes) -> tuple[Person, ...]:
    return tuple(Person(**changes) if at == number else Person() for at in range(len(PEOPLE)))


def modes(modality: Modality) -> tuple[Slot, ...]:
    return tuple(replace(slot, modality=modality) for slot in SLOTS)


A, B, C, D = Meeting((0, 1)), Meeting((1, 2)), Meeting((2, 3)), Meeting((4, 5))
WRONG = {
    "a slot that does not exist": (Rule.NUMBER, one(Place(6, 0))),
    "a slot below the first": (Rule.NUMBER, one(Place(-1, 0))),
    "a table that does not exist": (Rule.NUMBER, one(Place(0, 4))),
    "a table below the first": (Rule.NUMBER, one(Place(0, -1))),
    "too few places": (Rule.NUMBER, (one(None)[0], Timetable(()))),
    "a reason for a meeting that does not exist": (
        Rule.NUMBER,
        (one(None)[0], Timetable((None,), {7: Unplaced.RULE})),
    ),
    "neither place nor reason": (Rule.NO_ANSWER, (one(None)[0], Timetable((None,)))),
    "place and reason": (Rule.TWO_ANSWERS, (one(None)[0], Timetable((Place(0, 0),), {0: Unplaced.RULE}))),
    "a person twice": (Rule.PERSON_TWICE, several((A, Place(1, 0)), (B, Place(1, 1)))),
    "a person in slots that overlap": (
        Rule.PERSON_TWICE,
        several((A, Place(0, 0)), (B, Place(1, 1)), slots=(Slot(0, 30), Slot(20, 50))),
    ),
    "a table twice": (Rule.TABLE_TWICE, several((A, Place(1, 0)), (C, Place(1, 0)))),
    "blocked, the one who asked": (Rule.BLOCKED, one(Place(2, 0), people=person(0, blocked=0b100))),
    "blocked, the one who was asked": (Rule.BLOCKED, one(Place(2, 0), people=person(1, blocked=0b100))),
    "a slot that is not allowed": (Rule.NOT_ALLOWED, one(Place(2, 0), replace(A, allowed=0b11))),
    "no slot allowed at all": (Rule.NOT_ALLOWED, one(Place(2, 0), replace(A, allowed=0))),
    "a held slot moved": (Rule.SLOT_MOVED, one(Place(2, 0), replace(A, slot=3))),
    "the first slot held": (Rule.SLOT_MOVED, one(Place(2, 0), replace(A, slot=0))),
    "a held table moved": (Rule.TABLE_MOVED, one(Place(2, 1), replace(A, table=0))),
    "a held table lost": (Rule.TABLE_MOVED, one(Place(2, None), replace(A, table=0), people=person(0, remote=0b100))),
    "more than the maximum": (
        Rule.MAXIMUM,
        several((A, Place(0, 0)), (B, Place(1, 0)), people=person(1, maximum=1)),
    ),
    "a maximum of none": (Rule.MAXIMUM, one(Place(0, 0), people=person(1, maximum=0))),
    "an excluded pair": (Rule.EXCLUDED, one(Place(0, 0), Meeting((1, 0)), excluded=frozenset({(0, 1)}))),
    "an excluded pair among three": (
        Rule.EXCLUDED,
        one(Place(0, 0), Meeting((4, 2, 3)), excluded=frozenset({(3, 4)})),
    ),
    "a table in an online slot": (Rule.NO_TABLES_ONLINE, one(Place(0, 0), slots=modes(Modality.ONLINE))),
    "a video in a slot on site": (Rule.NO_VIDEO_ON_SITE, one(Place(0, None), slots=modes(Modality.ON_SITE))),
    "a table for somebody remote": (Rule.REMOTE_AT_TABLE, one(Place(1, 0), people=person(1, remote=0b10))),
    "a video where both are present": (Rule.VIDEO_AMONG_PRESENT, one(Place(1, None), people=person(1, remote=0b1))),
    "too many videos": (
        Rule.VIDEOS,
        several((A, Place(0, None)), (C, Place(0, None)), slots=modes(Modality.ONLINE), videos=1),
    ),
    "a closed table": (Rule.CLOSED, one(Place(2, 0), tables=(Table(closed=0b100),))),
    "a table reserved for others": (Rule.RESERVED, one(Place(2, 0), tables=(Table(reserved_for=frozenset({2, 3})),))),
    "beside the booth": (Rule.BOOTH, one(Place(2, 0), people=person(0, booth=1))),
    "at somebody else's booth": (Rule.BOOTH, one(Place(2, 1), people=person(3, booth=1))),
    "the first booth of two": (Rule.BOOTH, one(Place(2, 0), people=(Person(booth=0), Person(booth=1)))),
    "an interpreter too few": (
        Rule.INTERPRETERS,
        several(
            (replace(A, interpreter="de-fr"), Place(1, 0)),
            (replace(C, interpreter="de-fr"), Place(1, 1)),
            interpreters={"de-fr": (2, 1)},
        ),
    ),
    "an interpreter nobody has": (Rule.INTERPRETERS, one(Place(0, 0), replace(A, interpreter="de-fr"))),
    "an interpreter who has gone": (
        Rule.INTERPRETERS,
        one(Place(1, 0), replace(A, interpreter="de-fr"), interpreters={"de-fr": (1,)}),
    ),
    "too far to walk": (
        Rule.WALKING,
        several((A, Place(1, 0)), (B, Place(2, 2)), walking={(0, 1): 6}),
    ),
    "too far to walk back": (
        Rule.WALKING,
        several((A, Place(1, 2)), (B, Place(2, 0)), walking={(0, 1): 6}),
    ),
    "too far with an idle slot between": (
        Rule.WALKING,
        several((A, Place(1, 0)), (B, Place(3, 2)), walking={(0, 1): 36}),
    ),
    "too far with a video between": (
        Rule.WALKING,
        several(
            (A, Place(1, 0)),
            (Meeting((1, 4)), Place(2, None)),
            (B, Place(3, 2)),
            walking={(0, 1): 36},
            people=person(4, remote=0b100),
        ),
    ),
    "before what comes before": (
        Rule.ORDER,
        several((A, Place(3, 0)), (replace(D, after=frozenset({0})), Place(1, 0))),
    ),
    "at the same time as what comes before": (
        Rule.ORDER,
        several((A, Place(3, 0)), (replace(D, after=frozenset({0})), Place(3, 1))),
    ),
}

RIGHT = {
    "nothing to do": (Problem(SLOTS, PEOPLE, TABLES, ()), Timetable(())),
    "one meeting": one(Place(5, 3)),
    "not placed, with a reason": one(None),
    "everything at its edge": several(
        (replace(A, allowed=0b10, interpreter="de-fr", slot=1, table=0), Place(1, 0)),
        (replace(B, after=frozenset({0})), Place(2, 2)),
        (Meeting((0, 5)), Place(2, None)),
        people=(Person(maximum=2), Person(blocked=0b111001), *PEOPLE[2:5], Person(remote=0b100)),
        walking={(0, 1): 5},
        interpreters={"de-fr": (0, 1)},
        excluded=frozenset({(0, 2)}),
        videos=1,
    ),
    "at the booth of the one who was asked": one(Place(2, 1), people=(Person(booth=0), Person(booth=1))),
    "held beside the booth": one(Place(2, 0), replace(A, table=0), people=(Person(booth=0), Person(booth=1))),
    "held at somebody else's booth": one(Place(2, 1), replace(A, table=1), people=person(3, booth=1)),
    "by video in spite of a booth": one(Place(2, None), people=(Person(booth=0), Person(remote=0b100))),
    "one of two has the table reserved": one(Place(2, 0), tables=(Table(reserved_for=frozenset({1})),)),
    "closed at another time": one(Place(2, 0), tables=(Table(closed=0b11011),)),
    "what comes before has no place": (
        Problem(SLOTS, PEOPLE, TABLES, (A, replace(D, after=frozenset({0})))),
        Timetable((None, Place(0, 0)), {0: Unplaced.TABLES_FULL}),
    ),
    "two tables of one zone": several((A, Place(1, 0)), (B, Place(2, 1)), walking={(0, 0): 99, (0, 1): 99}),
    "by video on site and online": one(Place(0, None), slots=modes(Modality.ONLINE)),
}


@pytest.mark.parametrize(("rule", "case"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found(rule, case):
    assert rule in {violation.rule for violation in violations(*case)}


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_left_alone(case):
    assert violations(*case) == []


def test_every_rule_has_a_case():
    assert {rule for rule, _ in WRONG.values()} == set(Rule)


def test_it_shares_nothing_with_the_engines():
    tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module for module in modules if module.startswith("congress")} == {problem_module.__name__}


@pytest.mark.parametrize("left_out", checker.RULES, ids=lambda rule: rule.__name__)
def test_no_check_stands_in_for_another(left_out, monkeypatch):
    monkeypatch.setattr(checker, "RULES", tuple(rule for rule in checker.RULES if rule is not left_out))
    missed = [name for name, (rule, case) in WRONG.items() if rule not in {one.rule for one in violations(*case)}]
    assert missed


def test_a_violation_says_what_it_is_about():
    (found,) = violations(*several((A, Place(1, 0)), (B, Place(1, 1))))
    assert (found.meeting, found.others, found.person, found.slot) == (0, (1,), 1, 1)


@pytest.mark.parametrize(
    ("busy", "expected"),
    [((), 0), ((3,), 0), ((1, 2, 3), 0), ((0, 2), 1), ((0, 5), 1), ((0, 2, 4), 2), ((0, 1, 3, 5), 2), ((5, 0), 1)],
)
def test_breaks_are_runs_of_idle_slots(busy, expected):
    problem = Problem(SLOTS, PEOPLE[:2], TABLES, (A,) * len(busy))
    timetable = Timetable(tuple(Place(slot, 0) for slot in busy))
    assert breaks_of_people(problem, timetable) == (expected, expected)
    assert count_breaks(problem, timetable) == 2 * expected


def test_the_pause_between_sessions_is_no_break():
    slots = tuple(replace(slot, session=at // 3) for at, slot in enumerate(SLOTS))
    problem = Problem(slots, PEOPLE[:2], TABLES, (A, A, A))
    assert count_breaks(problem, Timetable((Place(0, 0), Place(2, 0), Place(5, 0)))) == 2


def test_an_unplaced_meeting_is_idle_time():
    problem = Problem(SLOTS, PEOPLE[:2], TABLES, (A, A))
    assert count_breaks(problem, Timetable((Place(0, 0), None), {1: Unplaced.RULE})) == 0


@st.composite
def valid_timetables(draw):
    """A round of meetings drawn so that nobody and no table is used twice, with rules that fit around it."""
    people = draw(st.integers(4, 9))
    tables = tuple(Table(zone=draw(st.integers(0, 2))) for _ in range(people // 2))
    meetings, places = [], []
    for slot in range(len(SLOTS)):
        order = draw(st.permutations(range(people)))
        for table in range(draw(st.integers(1, people // 2))):
            meetings.append(Meeting((order[2 * table], order[2 * table + 1])))
            places.append(Place(slot, table))
    counts = [sum(number in meeting.people for meeting in meetings) for number in range(people)]
    problem = Problem(
        SLOTS,
        tuple(Person(maximum=count) for count in counts),
        tables,
        tuple(
            replace(meeting, allowed=1 << place.slot, slot=place.slot)
            for meeting, place in zip(meetings, places, strict=True)
        ),
    )
    return problem, Timetable(tuple(places))


def move(problem, timetable, number, place):
    meetings = (*problem.meetings[:number], replace(problem.meetings[number], allowed=None, slot=None))
    freed = replace(problem, meetings=meetings + problem.meetings[number + 1 :])
    places = (*timetable.places[:number], place, *timetable.places[number + 1 :])
    return freed, replace(timetable, places=places)


@given(valid_timetables(), st.data())
def test_one_thing_broken_is_noticed(made, data):
    problem, timetable = made
    assert violations(problem, timetable) == []
    number = data.draw(st.integers(0, len(problem.meetings) - 1))
    place, meeting = timetable.places[number], problem.meetings[number]
    other = data.draw(st.integers(0, len(SLOTS) - 1))
    moved = violations(*move(problem, timetable, number, replace(place, slot=other)))
    clash = any(
        at.slot == other and (at.table == place.table or set(meeting.people) & set(problem.meetings[index].people))
        for index, at in enumerate(timetable.places)
        if index != number
    )
    assert bool(moved) is clash
    held = replace(timetable, places=move(problem, timetable, number, replace(place, slot=other))[1].places)
    assert bool(violations(problem, held)) is (other != place.slot)


BROKEN_PEOPLE = {
    "blocked": lambda person, slot: replace(person, blocked=1 << slot),
    "maximum": lambda person, slot: replace(person, maximum=person.maximum - 1),
    "remote": lambda person, slot: replace(person, remote=1 << slot),
}


@given(valid_timetables(), st.sampled_from(sorted(BROKEN_PEOPLE)), st.data())
def test_a_person_who_changes_is_noticed(made, change, data):
    problem, timetable = made
    number = data.draw(st.integers(0, len(problem.meetings) - 1))
    who = data.draw(st.sampled_from(problem.meetings[number].people))
    people = list(problem.people)
    people[who] = BROKEN_PEOPLE[change](people[who], timetable.places[number].slot)
    assert violations(replace(problem, people=tuple(people)), timetable)


@given(valid_timetables(), st.data())
def test_breaks_agree_with_a_drawing(made, data):
    problem, timetable = made
    expected = 0
    for number in range(len(problem.people)):
        busy = {
            place.slot for place, one in zip(timetable.places, problem.meetings, strict=True) if number in one.people
        }
        drawing = "".join("x" if slot in busy else " " for slot in range(len(SLOTS)))
        expected += max(0, len(drawing.split()) - 1)
    assert count_breaks(problem, timetable) == expected
