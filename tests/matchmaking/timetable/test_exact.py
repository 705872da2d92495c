"""The prover finds the same optimum as trying everything, and says so only when it is proven."""

from __future__ import annotations

import multiprocessing
import random
from dataclasses import replace
from pathlib import Path

import pytest

from congress.matchmaking.timetable import dzn
from congress.matchmaking.timetable.checker import count_breaks, violations
from congress.matchmaking.timetable.exact import prove as proving
from congress.matchmaking.timetable.exact.bounds import lowest_breaks
from congress.matchmaking.timetable.exact.formula import ask
from congress.matchmaking.timetable.exact.model import CannotProveError, Model, ProverMissingError, model_of
from congress.matchmaking.timetable.exact.prove import prove
from congress.matchmaking.timetable.exact.race import STRATEGIES, Racer, Strategy
from congress.matchmaking.timetable.problem import Meeting, Person, Place, Problem, Slot, Table, Timetable, Unplaced
from tests.matchmaking.timetable.small import fewest_breaks, plain_problem, rich_problem

INSTANCES = Path(__file__).parent / "instances"
OPTIMA = {"lunch": 3, "crowded": 3, "quiet": 0, "ordered": 1}


def instance(name: str) -> Problem:
    return dzn.read((INSTANCES / f"{name}.dzn").read_text(encoding="utf-8"))


def asked(model: Model, breaks: int, strategy) -> Timetable | None:
    found = ask(model, breaks, strategy.solver, strategy.tables)
    return None if found is None else Timetable(proving._with_tables(model, found))


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.solver)
@pytest.mark.parametrize("kind", [plain_problem, rich_problem])
@pytest.mark.parametrize("seed", range(25))
def test_the_optimum_is_that_of_trying_everything(kind, seed, strategy):
    problem = kind(random.Random(seed), 4)
    model, best = model_of(problem), fewest_breaks(problem)
    if best is None:
        assert asked(model, 100, strategy) is None
        return
    assert lowest_breaks(model) <= best
    timetable = asked(model, best, strategy)
    assert violations(problem, timetable) == []
    assert count_breaks(problem, timetable) == best == model.breaks_of(timetable.places)
    assert best == 0 or asked(model, best - 1, strategy) is None


def test_some_of_them_can_be_placed_and_some_cannot():
    placed = [fewest_breaks(rich_problem(random.Random(seed), 4)) is not None for seed in range(25)]
    assert 5 <= sum(placed) <= 20


@pytest.mark.parametrize(("name", "optimum"), OPTIMA.items())
def test_the_optimum_of_an_instance_is_proven(name, optimum):
    problem = instance(name)
    timetable = prove(problem, seconds=120)
    assert timetable.proven
    assert violations(problem, timetable) == []
    assert None not in timetable.places
    assert count_breaks(problem, timetable) == optimum


def test_counting_alone_shows_missing_places():
    assert lowest_breaks(model_of(instance("crowded"))) == OPTIMA["crowded"]


SLOTS = tuple(Slot(at * 30, at * 30 + 30) for at in range(3))
TWO = Problem(SLOTS, (Person(), Person(blocked=0b10)), (Table(),), (Meeting((0, 1)), Meeting((0, 1))))


def test_a_start_that_counting_proves_is_kept():
    start = Timetable((Place(0, 0), Place(2, 0)))
    assert prove(TWO, seconds=60, start=start) == replace(start, proven=True)


def test_without_time_the_start_is_not_proven():
    problem = instance("quiet")
    start = replace(prove(problem, seconds=120), proven=False)
    worse = next(one for one in _moved(problem, start) if count_breaks(problem, one))
    assert prove(problem, seconds=0, start=worse) == worse
    assert prove(problem, seconds=60, start=worse, is_cancelled=lambda: True) == worse


def test_no_process_is_left_behind():
    others = {one.pid for one in multiprocessing.active_children()}
    racers = [Racer(model_of(instance("quiet")), strategy, 60) for strategy in STRATEGIES]
    for racer in racers:
        racer.ask(0)
    assert len(multiprocessing.active_children()) == len(others) + len(racers)
    for racer in racers:
        racer.stop()
    assert {one.pid for one in multiprocessing.active_children()} == others


def test_a_process_that_dies_leaves_the_other_to_it(monkeypatch):
    monkeypatch.setattr(proving, "STRATEGIES", (Strategy("none", "totalizer"), STRATEGIES[1]))
    assert prove(TWO, seconds=60, start=None).proven
    monkeypatch.setattr(proving, "STRATEGIES", (Strategy("none", "totalizer"),) * 2)
    with pytest.raises(CannotProveError, match="too short"):
        prove(instance("quiet"), seconds=60)


def test_the_best_so_far_comes_down():
    search = proving._Search(model_of(instance("lunch")), None)
    racers = [Racer(search.model, strategy, 60) for strategy in STRATEGIES]
    racers[0].gave_up = True
    most = [search.most]
    while search.is_open():
        search.step(racers)
        most.append(search.most)
    assert most == sorted(most, reverse=True)
    assert (search.most, search.least) == (OPTIMA["lunch"], OPTIMA["lunch"])


def test_what_the_start_leaves_out_stays_out():
    problem = replace(TWO, meetings=(*TWO.meetings, Meeting((0, 1)), Meeting((0, 1), allowed=0)))
    out = {2: Unplaced.PERSON_FULL, 3: Unplaced.RULE}
    start = Timetable((Place(0, 0), Place(2, 0), None, None), out)
    assert prove(problem, seconds=60, start=start) == replace(start, proven=True)


def test_progress_tells_the_breaks_so_far():
    problem, told = instance("quiet"), []
    prove(problem, seconds=120, on_progress=told.append)
    assert told
    assert {one.placed for one in told} == {len(problem.meetings)}
    assert all(0 <= one.share <= 1 for one in told)


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (replace(TWO, meetings=(Meeting((0, 1)),) * 20_000), "meetings times slots exceed 40,000"),
        (replace(TWO, slots=(SLOTS[1], SLOTS[0], SLOTS[2])), "overlap or are not in their order of time"),
        (replace(TWO, tables=(Table(), Table(zone=1)), walking={(0, 1): 5}), "walking between zones"),
        (replace(TWO, meetings=(Meeting((0, 1), allowed=0),)), "a meeting has no slot at all"),
        (replace(TWO, meetings=TWO.meetings * 2), "not all meetings can be placed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_proven_is_said(problem, reason):
    with pytest.raises(CannotProveError, match=reason):
        prove(problem, seconds=60)


def test_walking_within_a_pause_is_no_obstacle():
    slots = tuple(Slot(at * 30, at * 30 + 25) for at in range(3))
    problem = replace(TWO, slots=slots, tables=(Table(), Table(zone=1)), walking={(0, 1): 5, (0, 2): 99})
    assert prove(problem, seconds=60).proven


def test_without_the_extra_it_says_so(monkeypatch):
    monkeypatch.setattr(proving.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ProverMissingError):
        prove(TWO, seconds=60)


def _moved(problem: Problem, timetable: Timetable):
    """The same with one meeting elsewhere, where that breaks no rule."""
    for number in range(len(problem.meetings)):
        for slot in range(len(problem.slots)):
            for table in range(len(problem.tables)):
                places = (*timetable.places[:number], Place(slot, table), *timetable.places[number + 1 :])
                if not violations(problem, replace(timetable, places=places)):
                    yield replace(timetable, places=places)
