"""Makes a timetable: everything placed first, then people wait less, then tables. Pure, anytime, cancellable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

from congress.matchmaking.timetable.board import Board
from congress.matchmaking.timetable.budget import Budget
from congress.matchmaking.timetable.construction import Construction
from congress.matchmaking.timetable.costs import Costs
from congress.matchmaking.timetable.figures import figures
from congress.matchmaking.timetable.improvement import Improvement
from congress.matchmaking.timetable.placement import FREE, Placement
from congress.matchmaking.timetable.problem import Place, Problem, Progress, Timetable
from congress.matchmaking.timetable.ruling import reason, ruled_out
from congress.matchmaking.timetable.seating import seat
from congress.matchmaking.timetable.twins import better_of_two, can_have_twins


def solve(
    problem: Problem,
    *,
    seconds: float,
    seed: int,
    rounds: int | None = None,
    processes: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Timetable:
    """The best timetable found within `seconds`.

    With `rounds` the work is bounded instead of the time, and the same seed gives the same answer on any machine;
    with `seconds` the answer depends on how fast the machine is, too. With two processes two seeds are tried at once;
    a daemonic process can only have one.
    """
    run = partial(solve_alone, problem)
    if processes > 1 and can_have_twins():
        run = partial(better_of_two, solve_alone, problem)
    return run(seconds=seconds, seed=seed, rounds=rounds, on_progress=on_progress, is_cancelled=is_cancelled)


def solve_alone(
    problem: Problem,
    *,
    seconds: float,
    seed: int,
    rounds: int | None,
    on_progress: Callable[[Progress], None] | None,
    is_cancelled: Callable[[], bool] | None,
) -> Timetable:
    """One run from one seed in this process."""
    budget = Budget(problem, seconds, rounds, on_progress, is_cancelled)
    board, costs, random = Board(problem), Costs(problem), Random(seed)  # noqa: S311 - chance, not a secret
    placement, ruled = Placement(board), ruled_out(board)
    Construction(placement, costs, random, ruled).run(budget.over)
    budget.tell(placement.slot, 0.0)
    left_over = [number for number, slot in enumerate(placement.slot) if slot == FREE and number not in ruled]
    Improvement(placement, costs, random, left_over).run(budget)
    answer = _answer(placement, ruled)
    budget.tell([FREE if place is None else place.slot for place in answer.places], 1.0)
    return answer


def _answer(placement: Placement, ruled: set[int]) -> Timetable:
    tables = seat(placement)
    places = tuple(
        None if slot == FREE else Place(slot, table) for slot, table in zip(placement.slot, tables, strict=True)
    )
    unplaced = {number: reason(placement, number, ruled) for number, place in enumerate(places) if place is None}
    timetable = Timetable(places, unplaced)
    return replace(timetable, proven=not unplaced and not figures(placement.board.problem, timetable).breaks)
