"""`flask matchmaking solve`: one JSON line, rows that anyone can check, and nothing when a rule is broken."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from flask_babel import force_locale

from congress.matchmaking import cli
from congress.matchmaking.timetable import dzn, engine
from congress.matchmaking.timetable.checker import violations
from congress.matchmaking.timetable.exact import prove as proving
from congress.matchmaking.timetable.problem import Place, Timetable, Unplaced

INSTANCES = Path(__file__).parent / "instances"
CROWDED = INSTANCES / "crowded.dzn"
FIELDS = ["people", "meetings", "slots", "tables", "placed", "breaks", "max_breaks", "proven", "seconds"]


@pytest.fixture(autouse=True)
def _short_first(monkeypatch):
    monkeypatch.setattr(cli, "FIRST", 0.5)


def solve(app, *arguments):
    return app.test_cli_runner().invoke(args=["matchmaking", "solve", *map(str, arguments)])


def test_one_line_is_printed_and_every_meeting_written(app, tmp_path):
    out = tmp_path / "out.csv"
    done = solve(app, CROWDED, "--seconds", 1, "--seed", 7, "--out", out)
    assert done.exit_code == 0, done.output
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert list(told) == FIELDS
    problem = dzn.read(CROWDED.read_text(encoding="utf-8"))
    assert [told[name] for name in FIELDS[:5]] == [15, 54, 10, 6, 54]
    assert told["proven"] is False
    rows = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["meeting", "slot", "table"]
    assert [int(row[0]) for row in rows[1:]] == list(range(1, 55))
    assert violations(problem, Timetable(tuple(Place(int(row[1]) - 1, int(row[2]) - 1) for row in rows[1:]))) == []


def test_exact_proves(app):
    done = solve(app, CROWDED, "--seconds", 60, "--exact")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["breaks"], told["proven"], told["placed"]) == (3, True, 54)


def test_a_timetable_that_breaks_a_rule_is_not_written(app, tmp_path, monkeypatch):
    out = tmp_path / "out.csv"
    monkeypatch.setattr(engine, "solve", lambda problem, **_: Timetable((Place(0, 0),) * len(problem.meetings)))
    done = solve(app, CROWDED, "--seconds", 1, "--out", out)
    assert done.exit_code == 1
    assert "nothing was written: person_twice (meeting " in done.stderr
    assert not done.stdout
    assert not out.exists()


def test_meetings_without_a_place_have_no_row(app, tmp_path, monkeypatch):
    out = tmp_path / "out.csv"
    count = 54
    reasons = dict.fromkeys(range(1, count), Unplaced.TABLES_FULL)
    answer = Timetable((Place(9, 5), *(None,) * (count - 1)), reasons)
    monkeypatch.setattr(engine, "solve", lambda problem, **_: answer)
    told = json.loads(solve(app, CROWDED, "--seconds", 1, "--out", out).stdout)
    assert told["placed"] == 1
    assert out.read_text(encoding="utf-8") == "meeting,slot,table\n1,10,6\n"


def test_exact_tries_what_the_engine_left_out(app, monkeypatch):
    nothing = Timetable((None,) * 54, dict.fromkeys(range(54), Unplaced.TABLES_FULL))
    monkeypatch.setattr(engine, "solve", lambda problem, **_: nothing)
    told = json.loads(solve(app, CROWDED, "--seconds", 60, "--exact").stdout)
    assert (told["placed"], told["proven"]) == (54, True)


def test_what_cannot_all_be_placed_is_not_proven(app, tmp_path):
    file = tmp_path / "full.dzn"
    text = CROWDED.read_text(encoding="utf-8")
    file.write_text(text.replace("nTables = 6", "nTables = 5"), encoding="utf-8")
    done = solve(app, file, "--seconds", 20, "--exact")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["proven"] is False
    assert told["placed"] < 54
    assert "Not proven: not all meetings can be placed." in done.stderr


def test_bad_input_is_refused_in_a_sentence(app, tmp_path):
    bad, binary = tmp_path / "bad.dzn", tmp_path / "binary.dzn"
    bad.write_text("nBusiness = 3;\nnMeetings = many;", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe\x00")
    for arguments, sentence in (
        ([bad], "bad.dzn: Line 2: “many” stands where “number” should be."),
        ([binary], "binary.dzn: this is not text in UTF-8."),
        ([tmp_path / "none.dzn"], "does not exist"),
        ([tmp_path], "is a directory"),
        ([CROWDED, "--seconds", 0], "not in the range"),
        ([CROWDED, "--seed", "x"], "is not a valid integer"),
        ([CROWDED, "--processes", 3], "not in the range"),
        ([CROWDED, "--out", tmp_path / "none" / "out.csv"], "There is no folder"),
    ):
        done = solve(app, *arguments)
        assert (done.exit_code, sentence in done.stderr, done.stdout) == (2, True, ""), (arguments, done.output)


def test_a_file_beyond_reason_is_refused(app, tmp_path, monkeypatch):
    monkeypatch.setattr(dzn, "LARGEST_FILE", 100)
    done = solve(app, CROWDED)
    assert done.exit_code == 2
    assert "The file is larger than" in done.stderr


def test_an_output_that_cannot_be_written_is_told(app, tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "write_text", _full)
    done = solve(app, CROWDED, "--seconds", 1, "--out", tmp_path / "out.csv")
    assert done.exit_code == 2
    assert "No space left" in done.stderr


def _full(*args, **kwargs):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(("language", "start"), [("en", "The prover is not"), ("fr", "L’outil de preuve n’est pas")])
def test_without_the_extra_it_says_how_to_get_it(app, monkeypatch, language, start):
    monkeypatch.setattr(proving.importlib.util, "find_spec", lambda name: None)
    done = solve(app, CROWDED, "--seconds", 1, "--exact")
    assert done.exit_code == 2
    assert "pip install python-sat" in done.stderr
    with app.test_request_context(), force_locale(language):
        assert cli.prover_missing().startswith(start)
