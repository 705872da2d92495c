"""What is measured of the timetable engine: published instances, congresses that are made up, proofs.

TIMETABLE_SECONDS shortens (or lengthens) every run. The published instances lie beside the project, or are left out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from congress.matchmaking.timetable import dzn, engine
from congress.matchmaking.timetable.checker import breaks_of_people, violations
from congress.matchmaking.timetable.exact.prove import prove
from congress.matchmaking.timetable.generator import congress
from congress.matchmaking.timetable.problem import Modality, Problem, Progress, Timetable
from tests.benchmarks.product import ROOT
from tests.benchmarks.stage import Stage

Lines = Iterator[dict[str, Any]]
PUBLISHED = ROOT.parent / "shared" / "data" / "b2b"
OWN = ROOT / "tests" / "matchmaking" / "timetable" / "instances"
SECONDS, LARGE_SECONDS, SMALL_SECONDS, PROOF_SECONDS = 60, 120, 5, 300
SEED = 1
PROCESSES = 2
OPTIMA = {
    "tic-12": 0,
    "tic-12crafc": 0,
    "tic-13crafc": 4,
    "tic-14crafc": 0,
    "forumt-14": 5,
    "forumt-14crafe": 5,
    "forum-13": 0,
    "forum-13crafb": 6,
    "forum-14": 2,
    "ticf-14crafa": 0,
    "crowded": 3,
    "lunch": 3,
    "ordered": 1,
    "quiet": 0,
}


def measures() -> dict[str, Callable[[Stage], Lines]]:
    """The measurements by name; `timetable.exact.*` are the proofs."""
    found: dict[str, Callable[[Stage], Lines]] = {
        "timetable.500": lambda _stage: _searched("timetable.500", _congress(500, 2_500, 130), SECONDS),
        "timetable.3000": lambda _stage: _searched("timetable.3000", _congress(3_000, 15_000, 700), LARGE_SECONDS),
    }
    for folder, seconds in ((PUBLISHED, SECONDS), (OWN, SMALL_SECONDS)):
        for file in sorted(folder.glob("*.dzn")):
            name = file.name.partition(".")[0]
            found[f"timetable.{name}"] = partial(_search_file, file, name, seconds)
            found[f"timetable.exact.{name}"] = partial(_prove_file, file, name)
    return found


def _search_file(file: Path, name: str, seconds: float, _stage: Stage) -> Lines:
    yield from _searched(f"timetable.{name}", dzn.read(file.read_text(encoding="utf-8")), seconds, OPTIMA.get(name))


def _prove_file(file: Path, name: str, _stage: Stage) -> Lines:
    yield from _proven(f"timetable.exact.{name}", dzn.read(file.read_text(encoding="utf-8")), OPTIMA.get(name))


def _congress(people: int, meetings: int, tables: int) -> Problem:
    """24 slots in one go, as in the published instances: no pause in which waiting does not count."""
    problem = congress(people, meetings, 24, tables, SEED)
    slots = tuple(replace(slot, session=0, modality=Modality.ON_SITE) for slot in problem.slots)
    return replace(problem, slots=slots)


def _searched(name: str, problem: Problem, seconds: float, optimum: int | None = None) -> Lines:
    """The engine's answer when the time is over, and when everything was placed first."""
    told: list[Progress] = []
    seconds = float(os.environ.get("TIMETABLE_SECONDS", seconds))
    begun = time.perf_counter()
    timetable = engine.solve(problem, seconds=seconds, seed=SEED, processes=PROCESSES, on_progress=told.append)
    passed = time.perf_counter() - begun
    placed = next((one.seconds for one in told if one.placed == len(problem.meetings)), None)
    yield _result(name, problem, timetable, seconds=passed, optimum=optimum, all_placed=placed)


def _proven(name: str, problem: Problem, optimum: int | None) -> Lines:
    """The proof from nothing: how long it takes."""
    begun = time.perf_counter()
    timetable = prove(problem, seconds=float(os.environ.get("TIMETABLE_SECONDS", PROOF_SECONDS)))
    passed = time.perf_counter() - begun
    yield _result(name, problem, timetable, seconds=passed, optimum=optimum, all_placed=None)


def _result(
    name: str,
    problem: Problem,
    timetable: Timetable,
    *,
    seconds: float,
    optimum: int | None,
    all_placed: float | None,
) -> dict[str, Any]:
    wrong = violations(problem, timetable)
    if wrong:
        raise RuntimeError(f"{name}: the timetable breaks rules: {wrong[:5]}")
    breaks = breaks_of_people(problem, timetable)
    return {
        "name": name,
        "unit": "breaks",
        "value": sum(breaks),
        "optimum": optimum,
        "proven": timetable.proven,
        "most_of_one_person": max(breaks),
        "meetings": len(problem.meetings),
        "placed": sum(place is not None for place in timetable.places),
        "seconds_until_all_placed": None if all_placed is None else round(all_placed, 2),
        "seconds": round(seconds, 2),
    }
