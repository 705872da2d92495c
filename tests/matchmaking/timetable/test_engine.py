"""The engine as a whole: everything placed, held meetings kept, reasons for the rest, progress and cancelling."""

from __future__ import annotations

from dataclasses import replace

import pytest

from congress.matchmaking.timetable import generator
from congress.matchmaking.timetable.checker import count_breaks, violations
from congress.matchmaking.timetable.engine import solve
from congress.matchmaking.timetable.figures import figures
from congress.matchmaking.timetable.problem import (
    Meeting,
    Modality,
    Person,
    Place,
    Priority,
    Problem,
    Progress,
    Slot,
    Table,
    Timetable,
    Unplaced,
)
from congress.matchmaking.timetable.twins import APART, merit

FAST = 5


def _problem(meetings: list[Meeting], slots: int = 3, people: int = 4, tables: int = 2, **more: object) -> Problem:
    return Problem(
        slots=tuple(Slot(number * 30, number * 30 + 20) for number in range(slots)),
        people=more.pop("persons", (Person(),) * people),  # type: ignore[arg-type]
        tables=more.pop("places", (Table(),) * tables),  # type: ignore[arg-type]
        meetings=tuple(meetings),
        **more,  # type: ignore[arg-type]
    )


def _solved(problem: Problem, rounds: int = FAST) -> Timetable:
    timetable = solve(problem, seconds=1, seed=1, rounds=rounds)
    assert violations(problem, timetable) == []
    return timetable


def test_a_congress_is_placed_whole_and_people_hardly_wait() -> None:
    problem = generator.congress(60, 300, 24, 16, seed=4)
    timetable = _solved(problem, rounds=300)
    assert None not in timetable.places
    assert timetable.unplaced == {}
    assert count_breaks(problem, timetable) <= 10
    assert figures(problem, timetable).spread <= 2


def test_improvement_makes_people_wait_less() -> None:
    problem = generator.congress(60, 300, 24, 16, seed=4)
    assert count_breaks(problem, _solved(problem, 100)) < count_breaks(problem, _solved(problem, 0)) / 2


def test_everybody_meets_everybody_in_the_fewest_slots_there_are() -> None:
    """Six people, five slots: only a perfect answer is one, and nobody is ever free."""
    pairs = [Meeting((one, other)) for one in range(6) for other in range(one)]
    timetable = _solved(_problem(pairs, slots=5, people=6, tables=3))
    assert None not in timetable.places


@pytest.mark.parametrize("seed", range(5))
def test_more_than_two_people_meet(seed: int) -> None:
    meetings = [
        Meeting((0, 1, 2)),
        Meeting((0, 3)),
        Meeting((1, 3)),
        Meeting((2, 3)),
        Meeting((3, 4, 5)),
        Meeting((0, 4)),
    ]
    problem = _problem(meetings, slots=5, people=6)
    timetable = solve(problem, seconds=1, seed=seed, rounds=30)
    assert violations(problem, timetable) == []
    assert None not in timetable.places


def test_held_slots_and_tables_stay() -> None:
    meetings = [Meeting((0, 1), slot=2, table=1), Meeting((0, 2)), Meeting((1, 2)), Meeting((2, 3), slot=2)]
    timetable = _solved(_problem(meetings), rounds=50)
    assert timetable.places[0] == Place(2, 1)
    assert timetable.places[3] == Place(2, 0)
    assert None not in timetable.places


def test_what_comes_before_comes_before() -> None:
    meetings = [Meeting((0, 1), after=frozenset({1})), Meeting((2, 3), after=frozenset({2})), Meeting((0, 2))]
    slots = [place.slot for place in _solved(_problem(meetings), rounds=50).places if place is not None]
    assert slots == [2, 1, 0]


def test_somebody_remote_meets_by_video_and_not_on_site() -> None:
    slots = (Slot(0, 20, modality=Modality.ON_SITE), Slot(30, 50), Slot(60, 80, modality=Modality.ONLINE))
    people = (Person(remote=0b111), Person(), Person(), Person())
    problem = Problem(slots, people, (Table(),), (Meeting((0, 1)), Meeting((0, 2)), Meeting((1, 3))), videos=1)
    timetable = _solved(problem, rounds=30)
    assert {place.slot for place in timetable.places[:2] if place} == {1, 2}
    assert [place.table for place in timetable.places[:2] if place] == [None, None]
    assert timetable.places[2] is not None


def test_a_booth_is_visited_and_is_nobody_elses() -> None:
    people = (Person(booth=1), Person(), Person(), Person())
    meetings = [Meeting((1, 0)), Meeting((2, 0)), Meeting((3, 0)), Meeting((1, 2)), Meeting((2, 3)), Meeting((1, 3))]
    timetable = _solved(_problem(meetings, persons=people), rounds=30)
    assert [place.table for place in timetable.places if place] == [1, 1, 1, 0, 0, 0]


def test_two_who_share_a_booth_do_not_need_it_at_once() -> None:
    people = (Person(booth=0), Person(booth=0), Person(), Person())
    meetings = [Meeting((2, 0)), Meeting((3, 1)), Meeting((3, 0)), Meeting((2, 1))]
    timetable = _solved(_problem(meetings, slots=4, persons=people), rounds=30)
    assert sorted(place.slot for place in timetable.places if place) == [0, 1, 2, 3]


def test_reserved_tables_leave_the_others_to_the_others() -> None:
    places = (Table(), Table(reserved_for=frozenset({0})))
    timetable = _solved(_problem([Meeting((0, 1)), Meeting((2, 3))], slots=1, places=places))
    assert [place.table for place in timetable.places if place] == [1, 0]


def test_a_walk_that_takes_longer_than_the_pause_is_not_asked_of_anybody() -> None:
    people = (Person(booth=0), Person(booth=1), Person())
    tables = (Table(zone=0), Table(zone=1))
    problem = _problem([Meeting((2, 0)), Meeting((2, 1))], persons=people, places=tables, walking={(0, 1): 15})
    slots = sorted(place.slot for place in _solved(problem, rounds=50).places if place)
    assert slots == [0, 2]


def test_interpreters_are_counted() -> None:
    meetings = [Meeting((0, 1), interpreter="en-fr"), Meeting((2, 3), interpreter="en-fr")]
    timetable = _solved(_problem(meetings, interpreters={"en-fr": (1, 0, 1)}))
    assert sorted(place.slot for place in timetable.places if place) == [0, 2]


@pytest.mark.parametrize(
    ("meetings", "more", "reason"),
    [
        ([Meeting((0, 1))], {"excluded": frozenset({(0, 1)})}, Unplaced.RULE),
        ([Meeting((0, 1), slot=0)], {"persons": (Person(blocked=1), Person())}, Unplaced.RULE),
        ([Meeting((0, 1), after=frozenset({0}))], {}, Unplaced.RULE),
        ([Meeting((0, 1), slot=0), Meeting((2, 3), after=frozenset({0}), slot=0)], {}, Unplaced.RULE),
        ([Meeting((0, 1))], {"persons": (Person(maximum=0), Person())}, Unplaced.PERSON_FULL),
        ([Meeting((0, 1)), *(Meeting((0, 2), slot=slot) for slot in range(3))], {}, Unplaced.PERSON_FULL),
        ([Meeting((0, 1))], {"persons": (Person(blocked=0b011), Person(blocked=0b100))}, Unplaced.NO_COMMON_SLOT),
        ([Meeting((0, 1)), *(Meeting((2, 3), slot=slot) for slot in range(3))], {"tables": 1}, Unplaced.TABLES_FULL),
    ],
)
def test_the_first_reason_that_holds_is_given(
    meetings: list[Meeting], more: dict[str, object], reason: Unplaced
) -> None:
    timetable = _solved(_problem(meetings, **more))  # type: ignore[arg-type]
    assert set(timetable.unplaced.values()) == {reason}
    assert len(timetable.unplaced) == 1


@pytest.mark.parametrize("seed", range(4))
def test_the_more_important_are_placed_first(seed: int) -> None:
    """Somebody wanted by six in three slots."""
    order = [
        Priority.RECOMMENDED,
        Priority.GUARANTEED,
        Priority.ONE_SIDED,
        Priority.MUTUAL,
        Priority.MUTUAL,
        Priority.ONE_SIDED,
    ]
    meetings = [Meeting((0, number), priority) for number, priority in enumerate(order, 1)]
    timetable = solve(_problem(meetings, people=7), seconds=1, seed=seed, rounds=3)
    assert [place is not None for place in timetable.places] == [False, True, False, True, True, False]


def test_who_wants_most_does_not_get_all() -> None:
    """Six meetings at one table in four slots: two people want three each, and both get two."""
    meetings = [Meeting((person, 2 + 3 * person + number)) for person in range(2) for number in range(3)]
    problem = _problem(meetings, slots=4, people=8, tables=1)
    assert figures(problem, _solved(problem)).meetings_of[:2] == (2, 2)


def test_the_same_seed_and_work_give_the_same_answer() -> None:
    problem = generator.congress(40, 120, 12, 12, seed=2)
    first, again, other = (solve(problem, seconds=1, seed=seed, rounds=20) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_progress_is_told_from_the_first_complete_state_to_the_end() -> None:
    problem = generator.congress(60, 300, 24, 16, seed=4)
    told: list[Progress] = []
    timetable = solve(problem, seconds=1, seed=1, rounds=20, on_progress=told.append)
    assert told[0].placed == 300
    assert told[0].share == 0
    assert told[-1].share == 1
    assert told[-1].breaks == count_breaks(problem, timetable)
    assert told[0].breaks > told[-1].breaks


@pytest.mark.parametrize("asked", [0, 1, 5])
def test_a_cancelled_run_answers_with_what_it_has(asked: int) -> None:
    problem = generator.congress(60, 300, 24, 16, seed=4)
    questions: list[bool] = []

    def is_cancelled() -> bool:
        questions.append(True)
        return len(questions) > asked

    timetable = solve(problem, seconds=3600, seed=1, is_cancelled=is_cancelled)
    assert violations(problem, timetable) == []
    assert None not in timetable.places


def test_nothing_to_do_is_done() -> None:
    assert solve(Problem((), (), (), ()), seconds=1, seed=1) == Timetable((), proven=True)
    nowhere = Problem((), (Person(), Person()), (), (Meeting((0, 1)),))
    assert solve(nowhere, seconds=1, seed=1).unplaced == {0: Unplaced.PERSON_FULL}


def test_without_any_break_nothing_can_be_better() -> None:
    slots = tuple(Slot(number, number + 1) for number in range(3))
    everybody = (Person(), Person(), Person())
    easy = Problem(slots, everybody, (Table(),), (Meeting((0, 1)), Meeting((1, 2))))
    assert solve(easy, seconds=1, seed=1, rounds=5).proven
    full = replace(easy, meetings=(*easy.meetings, Meeting((0, 2)), Meeting((0, 1))))
    assert not solve(full, seconds=1, seed=1, rounds=5).proven
    waiting = replace(easy, people=(Person(), Person(blocked=0b010), Person()))
    assert not solve(waiting, seconds=1, seed=1, rounds=5).proven


def test_two_processes_give_the_better_of_two_answers_and_the_same_again() -> None:
    problem = generator.congress(40, 120, 12, 12, seed=2)
    both, again = (solve(problem, seconds=1, seed=7, rounds=5, processes=2) for _ in range(2))
    alone = [solve(problem, seconds=1, seed=seed, rounds=5) for seed in (7, 7 + APART)]
    assert both == again == max(alone, key=lambda answer: merit(problem, answer))
    assert alone[0] != alone[1]
