"""The engine in a process of its own: news, stop, silence, death."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from itertools import combinations
from random import Random

import pytest

from congress.matchmaking.engine_process import EngineFailed, EngineTooSlow, run_engine, solve_apart
from congress.matchmaking.timetable import checker
from congress.matchmaking.timetable.problem import Meeting, Person, Problem, Slot, Table
from tests.matchmaking import engines

PROBLEM = Problem(
    slots=(Slot(0, 20), Slot(25, 45)),
    people=(Person(), Person(), Person()),
    tables=(Table(),),
    meetings=(Meeting((0, 1)), Meeting((1, 2))),
)


def hard() -> Problem:
    """Work for minutes: forty people with eleven meetings each in sixteen slots, and few tables."""
    chance = Random(5)
    pairs = chance.sample(list(combinations(range(40), 2)), 220)
    return Problem(
        slots=tuple(Slot(number * 25, number * 25 + 20) for number in range(16)),
        people=tuple(Person() for _ in range(40)),
        tables=tuple(Table() for _ in range(14)),
        meetings=tuple(Meeting(one) for one in pairs),
    )


def no_news(_latest):
    return False


@pytest.fixture
def engines_left() -> Callable[[], list[object]]:
    """The processes that were begun since; those in which other tests draw documents are none of this file's."""
    others = {one.pid for one in multiprocessing.active_children()}
    return lambda: [one for one in multiprocessing.active_children() if one.pid not in others]


def test_the_engine_answers_what_the_checker_accepts(engines_left):
    timetable = solve_apart(PROBLEM, seconds=1, seed=1, on_progress=no_news)
    assert all(timetable.places)
    assert checker.violations(PROBLEM, timetable) == []
    assert engines_left() == []


def test_news_arrive_and_stop_brings_the_best_so_far():
    news = []

    def look(latest):
        news.append(latest)
        return latest is not None

    timetable = solve_apart(PROBLEM, seconds=60, seed=1, on_progress=look, work=engines.obedient)
    assert timetable == engines.nothing(PROBLEM)
    assert (news[-1].placed, news[-1].breaks) == (3, 1)


def test_an_engine_that_does_not_answer_is_killed(engines_left):
    with pytest.raises(EngineTooSlow):
        solve_apart(PROBLEM, seconds=0.2, seed=1, on_progress=no_news, work=engines.endless, grace=0.5)
    assert engines_left() == []


def test_an_engine_that_dies_is_noticed_at_once(engines_left):
    with pytest.raises(EngineFailed):
        solve_apart(PROBLEM, seconds=60, seed=1, on_progress=no_news, work=engines.suicidal)
    assert engines_left() == []


def test_the_engine_itself_stops_when_it_is_told():
    timetable = solve_apart(hard(), seconds=900, seed=1, on_progress=lambda latest: latest is not None, grace=0)
    assert checker.violations(hard(), timetable) == []
    assert sum(place is not None for place in timetable.places) > 200


@pytest.mark.timeout(60)
def test_the_child_ends_when_nobody_listens():
    """What a worker leaves behind that was killed: the pipe breaks, and the child goes by itself."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=run_engine, args=(there, hard(), 900.0, 1), daemon=True)
    child.start()
    there.close()
    here.recv()
    assert child.is_alive()
    here.close()
    child.join(timeout=20)
    assert child.exitcode == 1
