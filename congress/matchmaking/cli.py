"""`flask matchmaking`: make the timetable of a published instance, so that anyone can check the engine."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from congress.matchmaking.timetable import dzn, engine
from congress.matchmaking.timetable.checker import Violation, breaks_of_people, violations
from congress.matchmaking.timetable.exact.model import CannotProveError
from congress.matchmaking.timetable.problem import Problem, Timetable

FIRST = 5.0
"""Seconds that the engine has before the prover starts; at most a sixth of all."""
SHOWN = 5
BAD_INPUT = 2

matchmaking = AppGroup("matchmaking", help="Meetings: make a timetable from a published instance.")


class BadInput(click.ClickException):
    """What was given cannot be used; the sentence says why."""

    exit_code = BAD_INPUT


@matchmaking.command("solve")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seconds", type=click.FloatRange(1, 86_400), default=60, show_default=True, help="Time to search.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same search.")
@click.option(
    "--processes", type=click.IntRange(1, 2), default=2, show_default=True, help="Two try two seeds at once."
)
@click.option("--exact", is_flag=True, help="Prove that no timetable has fewer breaks (extra “exact”).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV: meeting, slot, table, from 1.")
def solve(file: Path, *, seconds: float, seed: int, processes: int, exact: bool, out: Path | None) -> None:
    """Read FILE (MiniZinc data), place its meetings with few breaks, and print one JSON line."""
    if out and not out.resolve().parent.is_dir():
        raise BadInput(f"There is no folder {out.parent}.")
    problem = _read(file)
    begun = time.monotonic()
    timetable = (_proven if exact else _improved)(problem, seconds, seed, processes)
    passed = time.monotonic() - begun
    wrong = violations(problem, timetable)
    if wrong:
        raise click.ClickException(_said(wrong))
    if out:
        _write(out, timetable)
    print(json.dumps(_figures(problem, timetable) | {"seconds": round(passed, 2)}))


def _read(file: Path) -> Problem:
    try:
        with file.open(encoding="utf-8") as text:
            return dzn.read(text.read(dzn.LARGEST_FILE + 1))
    except UnicodeDecodeError as error:
        raise BadInput(f"{file.name}: this is not text in UTF-8.") from error
    except (OSError, dzn.UnreadableError) as error:
        raise BadInput(f"{file.name}: {error}") from error


def _improved(problem: Problem, seconds: float, seed: int, processes: int) -> Timetable:
    return engine.solve(problem, seconds=seconds, seed=seed, processes=processes)


def _proven(problem: Problem, seconds: float, seed: int, processes: int) -> Timetable:
    """The engine's timetable as an upper bound, then the proof."""
    from congress.matchmaking.timetable.exact.prove import prove, prover_is_there  # noqa: PLC0415 (NumPy is slow to load)

    if not prover_is_there():
        raise BadInput(prover_missing())
    begun = time.monotonic()
    start = _improved(problem, min(FIRST, seconds / 6), seed, processes)
    left = max(0.0, seconds - (time.monotonic() - begun))
    try:
        # What the engine left out may have a place all the same.
        return prove(problem, seconds=left, start=None if start.unplaced else start)
    except CannotProveError as error:
        click.echo(f"Not proven: {error}.", err=True)
        return start


def prover_missing() -> str:
    """How to get the prover."""
    return str(_("The prover is not installed. Install it with: pip install python-sat (the extra “exact”)."))


def _figures(problem: Problem, timetable: Timetable) -> dict[str, int | bool]:
    breaks = breaks_of_people(problem, timetable)
    return {
        "people": len(problem.people),
        "meetings": len(problem.meetings),
        "slots": len(problem.slots),
        "tables": len(problem.tables),
        "placed": sum(place is not None for place in timetable.places),
        "breaks": sum(breaks),
        "max_breaks": max(breaks, default=0),
        "proven": timetable.proven,
    }


def _write(out: Path, timetable: Timetable) -> None:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["meeting", "slot", "table"])
    for number, place in enumerate(timetable.places, start=1):
        if place:
            rows.writerow([number, place.slot + 1, "" if place.table is None else place.table + 1])
    try:
        out.write_text(text.getvalue(), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{out}: {error.strerror}.") from error


def _said(wrong: list[Violation]) -> str:
    first = ", ".join(
        violation.rule + (f" (meeting {violation.meeting + 1})" if violation.meeting is not None else "")
        for violation in wrong[:SHOWN]
    )
    return f"The timetable breaks {len(wrong)} rules, so nothing was written: {first}."
