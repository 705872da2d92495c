"""The pieces of the engine: costs, cheap changes, chains, matchings, tables, figures and made-up problems."""

from __future__ import annotations

from random import Random

import pytest

from congress.matchmaking.timetable import generator
from congress.matchmaking.timetable.board import Board
from congress.matchmaking.timetable.budget import Budget
from congress.matchmaking.timetable.checker import violations
from congress.matchmaking.timetable.construction import Construction
from congress.matchmaking.timetable.costs import Changes, Costs, beyond, breaks_in, idle_in, longest_run, sessions_of
from congress.matchmaking.timetable.engine import solve
from congress.matchmaking.timetable.figures import figures
from congress.matchmaking.timetable.improvement import Improvement
from congress.matchmaking.timetable.matching import match, unmatched
from congress.matchmaking.timetable.moves.paths import Paths
from congress.matchmaking.timetable.placement import Placement
from congress.matchmaking.timetable.problem import Meeting, Person, Place, Problem, Slot, Table, Timetable

TWO_DAYS = sessions_of(tuple(Slot(number * 10, number * 10 + 10, number // 4) for number in range(8)))


@pytest.mark.parametrize(
    ("mask", "breaks", "idle", "longest", "late"),
    [
        (0b0000_0000, 0, 0, 0, 0),
        (0b0000_0111, 0, 0, 3, 1),
        (0b0000_1001, 1, 2, 1, 0),
        (0b0001_1000, 0, 0, 1, 0),
        (0b1011_1101, 2, 2, 2, 0),
        (0b1111_1111, 0, 0, 4, 4),
    ],
)
def test_a_day_is_judged_by_session(mask: int, breaks: int, idle: int, longest: int, late: int) -> None:
    """Slots are read from the right; the night between the sessions is no break."""
    assert sessions_of(()) == []
    assert breaks_in(mask, TWO_DAYS) == breaks
    assert idle_in(mask, TWO_DAYS) == idle
    assert longest_run(mask, TWO_DAYS) == longest
    assert beyond(mask, TWO_DAYS, 2) == late


def test_cheap_changes_stay_within_reach_and_bring_no_break() -> None:
    problem = generator.congress(10, 8, 6, 5, seed=1)
    changes = Changes(Costs(problem), 0b101111)
    assert {(slot, other) for slot, other, *_ in changes[0b000110]} == {(1, 3), (2, 0)}
    assert {(slot, other) for slot, other, *_ in changes[0b001001]} == {
        (0, 2),
        (3, 1),
        (3, 5),
        (0, 5),
        (0, 1),
        (3, 2),
    }


def test_a_matching_is_as_large_as_it_can_be() -> None:
    wishes = {1: [10, 11], 2: [10], 3: [11, 12], 4: [12]}
    assert unmatched(wishes) == [4]
    assert match({1: [10, 11, 12], 2: [10, 11], 3: [10]}) == {1: 12, 2: 11, 3: 10}


def _filled(problem: Problem, seed: int = 1) -> tuple[Placement, Costs]:
    placement, costs = Placement(Board(problem)), Costs(problem)
    Construction(placement, costs, Random(seed), set()).run(lambda: False)
    return placement, costs


def test_the_books_of_a_placement_are_right_after_many_chains() -> None:
    placement, costs = _filled(generator.congress(40, 130, 12, 12, seed=3))
    paths = Paths(placement, costs, Random(1))
    paths.round(5000, 0.5, 1)
    fresh = Placement(placement.board)
    fresh.restore(placement.slot)
    assert (fresh.at, fresh.mask, fresh.room) == (placement.at, placement.mask, placement.room)
    assert min(placement.room[0]) >= 0
    assert paths.cost == pytest.approx(paths.sum_of_costs())
    assert paths.lowest <= paths.cost


def test_the_best_state_of_a_round_can_be_taken_up_again() -> None:
    placement, costs = _filled(generator.congress(40, 130, 12, 12, seed=3))
    paths = Paths(placement, costs, Random(1))
    paths.round(20000, 0.6, 1)
    placement.restore(paths.best)
    assert paths.sum_of_costs() == pytest.approx(paths.lowest)


def test_everything_is_placed_where_a_greedy_hand_would_be_stuck() -> None:
    """Full tables in all slots, and everybody in every slot."""
    pairs = [Meeting((one, other)) for one in range(8) for other in range(one)]
    problem = Problem(
        tuple(Slot(number * 10, number * 10 + 10) for number in range(7)),
        (Person(),) * 8,
        (Table(),) * 4,
        tuple(pairs),
    )
    for seed in range(5):
        placement, _ = _filled(problem, seed)
        assert placement.placed() == len(pairs)


def test_people_stay_at_their_table_and_all_tables_are_used() -> None:
    problem = generator.congress(60, 300, 24, 16, seed=4)
    seen = figures(problem, solve(problem, seconds=1, seed=1, rounds=20))
    assert sum(seen.table_changes_of) < 0.75 * (2 * 300 - 60)
    assert sum(seen.meetings_at) == 300
    assert max(seen.meetings_at) <= 2 * 300 / 16


def test_the_figures_of_a_timetable() -> None:
    problem = Problem(
        tuple(Slot(number * 10, number * 10 + 10) for number in range(4)),
        (Person(),) * 3,
        (Table(),) * 2,
        (Meeting((0, 1)), Meeting((0, 2)), Meeting((0, 1)), Meeting((1, 2))),
    )
    seen = figures(problem, Timetable((Place(0, 0), Place(2, 0), Place(3, 1), None)))
    assert (seen.placed, seen.breaks, seen.max_breaks, seen.spread) == (3, 2, 1, 1)
    assert seen.meetings_of == (3, 2, 1)
    assert seen.breaks_of == (1, 1, 0)
    assert seen.longest_run_of == (2, 1, 1)
    assert seen.table_changes_of == (1, 1, 0)
    assert seen.meetings_at == (2, 1)


def test_a_made_up_congress_is_the_same_for_a_seed_and_within_its_bounds() -> None:
    problem = generator.congress(50, 250, 24, 13, seed=5)
    assert problem == generator.congress(50, 250, 24, 13, seed=5)
    assert problem != generator.congress(50, 250, 24, 13, seed=6)
    pairs = {frozenset(meeting.people) for meeting in problem.meetings}
    assert len(pairs) == 250
    met = [sum(person in pair for pair in pairs) for person in range(50)]
    assert max(met) <= 20
    assert max(met) > 1.4 * sum(met) / 50


def test_more_meetings_than_there_can_be_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        generator.congress(10, 60, 24, 10, seed=1)


def test_somewhere_among_small_problems_every_rule_is_there() -> None:
    problems = [generator.small(seed) for seed in range(200)]
    assert any(problem.walking for problem in problems)
    assert any(problem.excluded for problem in problems)
    assert any(person.booth is not None for problem in problems for person in problem.people)
    assert any(table.reserved_for for problem in problems for table in problem.tables)
    assert any(meeting.after for problem in problems for meeting in problem.meetings)
    assert any(len(meeting.people) > 2 for problem in problems for meeting in problem.meetings)
    for problem in problems:
        assert violations(problem, Timetable((None,) * len(problem.meetings))) != []


def test_the_clock_is_looked_at_after_few_tries_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = generator.congress(300, 1500, 24, 80, seed=4)
    told: list[int] = []
    placement, costs, random = Placement(Board(problem)), Costs(problem), Random(1)
    Construction(placement, costs, random, set()).run(lambda: False)
    improvement = Improvement(placement, costs, random, [])
    monkeypatch.setattr(improvement.paths, "round", lambda size, *_: told.append(size))
    improvement.run(Budget(problem, 1, 6, None, None))
    assert told == [250, 500, 750, 1000, 1100, 1100]
