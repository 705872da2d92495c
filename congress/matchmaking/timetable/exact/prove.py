"""From both ends: fewer breaks than the best so far, and no more than counting shows, until both meet."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass

from congress.matchmaking.timetable.exact.bounds import lowest_breaks
from congress.matchmaking.timetable.exact.model import CannotProveError, Model, ProverMissingError, model_of
from congress.matchmaking.timetable.exact.race import STRATEGIES, Found, Racer
from congress.matchmaking.timetable.problem import Place, Problem, Progress, Timetable

Places = tuple[Place | None, ...]


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
    """The timetable with the fewest breaks, proven; the best so far, not proven, when the time is too short.

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
    search = _Search(model, start.places if start else None)
    racers = [Racer(model, strategy, seconds) for strategy in STRATEGIES]
    try:
        while search.is_open() and time.monotonic() - begun < seconds and not is_cancelled():
            if search.step(racers) and on_progress:
                passed = time.monotonic() - begun
                breaks = search.most if search.best else 0
                on_progress(Progress(len(model.wanted), breaks, passed, min(1.0, passed / seconds)))
            if all(racer.gave_up for racer in racers):
                break
    finally:
        for racer in racers:
            racer.stop()
    return Timetable(search.places(), start.unplaced if start else {}, proven=not search.is_open())


@dataclass
class _Search:
    """What is known: there is no timetable with fewer breaks than `least`, and `best` has `most`."""

    model: Model
    best: Places | None

    def __post_init__(self) -> None:
        self.limit = sum(map(len, self.model.meetings_of.values()))
        self.most = self.limit + 1 if self.best is None else self.model.breaks_of(self.best)
        self.least = lowest_breaks(self.model)

    def is_open(self) -> bool:
        return self.least < self.most

    def places(self) -> Places:
        if self.best is None:
            # No timetable has as many breaks as there are meetings.
            known = not self.is_open()
            raise CannotProveError(
                "not all meetings can be placed" if known else "the time was too short to place everything"
            )
        return self.best

    def step(self, racers: list[Racer]) -> bool:
        """Ask what is worth asking, listen for a moment; whether there was news."""
        for racer, breaks in zip(racers, (self.least, self.most - 1), strict=True):
            useful = racer.breaks is not None and self.least <= racer.breaks < self.most
            if not useful and not racer.gave_up:
                racer.ask(breaks)
        heard = Racer.ready(racers)
        for racer in heard:
            asked, verdict = racer.breaks, racer.verdict()
            if verdict is None or asked is None:
                continue
            if verdict.found is None:
                self.least = max(self.least, asked + 1)
            elif (fewer := self.model.breaks_of(places := _with_tables(self.model, verdict.found))) < self.most:
                self.best, self.most = places, fewer
        return bool(heard)


def _with_tables(model: Model, found: Found) -> Places:
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
