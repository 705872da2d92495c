"""Stand-ins for the engine's process: they are started afresh, so they have to be found by name."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection

from congress.matchmaking.timetable.problem import Place, Problem, Progress, Timetable, Unplaced


def nothing(problem: Problem) -> Timetable:
    """Nobody meets."""
    missing = dict.fromkeys(range(len(problem.meetings)), Unplaced.TABLES_FULL)
    return Timetable((None,) * len(problem.meetings), missing)


def obedient(connection: Connection, problem: Problem, _seconds: float, _seed: int) -> None:
    """Works until it is told to stop."""
    connection.send(Progress(placed=3, breaks=1, seconds=0.1, share=0.5))
    while not connection.poll(0.05):
        pass
    connection.recv()
    connection.send(nothing(problem))


def endless(_connection: Connection, _problem: Problem, _seconds: float, _seed: int) -> None:
    """Does not listen."""
    time.sleep(120)


def suicidal(_connection: Connection, _problem: Problem, _seconds: float, _seed: int) -> None:
    """Dies, as if the machine had no memory left."""
    os._exit(9)


def lying(connection: Connection, problem: Problem, _seconds: float, _seed: int) -> None:
    """Puts everybody into the first slot, by video."""
    connection.send(Timetable(tuple(Place(0, None) for _ in problem.meetings)))
