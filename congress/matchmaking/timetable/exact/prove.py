"""From below: is there a timetable with as few breaks as counting allows, with one more, and so on."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import replace

from congress.matchmaking.timetable.exact.bounds import lowest_breaks
from congress.matchmaking.timetable.exact.model import CannotProveError, Model, ProverMissingError, model_of
from congress.matchmaking.timetable.exact.race import Found, race
from congress.matchmaking.timetable.problem import Place, Problem, Progress, Timetable


def prover_is_there() -> bool:
    """Whether the extra `exact` is installed."""
    return importlib.util.find_spec("pysat") is not None


def prove(
    problem: Problem,
    *,
    seconds: float,
    start: Timetable | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Timetable:
    """The timetable with the fewest breaks, proven; `start` again when the time is too short.

    The meetings that `start` does not place stay without a place; all others are placed.
    """
    if not prover_is_there():
        raise ProverMissingError
    begun = time.monotonic()
    model = model_of(problem, start.unplaced if start else ())
    if not all(model.domains.values()):
        raise CannotProveError("a meeting has no slot at all")
    if sum(map(len, model.meetings_of.values())) > sum(model.room_for_people()):
        raise CannotProveError("not all meetings can be placed")  # solvers are slow to see what a sum tells
    best = start or _anything(model, begun + seconds, is_cancelled)
    most, least = model.breaks_of(best.places), lowest_breaks(model)
    while least < most:
        passed = time.monotonic() - begun
        if on_progress:
            on_progress(Progress(len(model.wanted), most, passed, min(1.0, passed / seconds)))
        verdict = race(model, least, until=begun + seconds, is_cancelled=is_cancelled)
        if verdict is None:
            return best
        if verdict.found is not None:
            return replace(best, places=_with_tables(model, verdict.found), proven=True)
        least += 1
    return replace(best, proven=True)


def _anything(model: Model, until: float, is_cancelled: Callable[[], bool]) -> Timetable:
    """Any timetable with all meetings in it."""
    most = len(model.wanted) * len(model.problem.slots)
    verdict = race(model, most, until=until, is_cancelled=is_cancelled)
    if verdict is None:
        raise CannotProveError("the time was too short to place everything")
    if verdict.found is None:
        raise CannotProveError("not all meetings can be placed")
    return Timetable(_with_tables(model, verdict.found))


def _with_tables(model: Model, found: Found) -> tuple[Place | None, ...]:
    """Gives a common table to whoever has none of its own."""
    taken = {(place.slot, place.table) for place in found.values()}
    free = {
        slot: [table for table in model.common_tables(slot) if (slot, table) not in taken]
        for slot in range(len(model.problem.slots))
    }
    places: list[Place | None] = [None] * len(model.problem.meetings)
    for number, place in sorted(found.items()):
        sits = place.table is None and not model.by_video(number, place.slot)
        places[number] = Place(place.slot, free[place.slot].pop(0)) if sits else place
    return tuple(places)
