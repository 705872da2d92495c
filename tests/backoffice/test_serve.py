"""`flask serve` and `flask worker` as processes: first start, refusals, living and dying together."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import config
from tests.support.server import ROOT, Server, environment, free_port

GOOD = "3f9b0c6a5d1e4827b6a0f1c2d3e4f5a6978812ab"


def run(tmp_path: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "congress.app", *command],
        cwd=ROOT,
        env=environment(tmp_path / "data", free_port(), **environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


UNSAFE = [
    ({}, "CONGRESS_SECRET_KEY is not set"),
    ({"CONGRESS_SECRET_KEY": "change-me"}, "is a sample or too short"),
    ({"CONGRESS_SECRET_KEY": "a" * 40}, "is a sample or too short"),
    ({"CONGRESS_SECRET_KEY": GOOD, "FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
    ({"CONGRESS_SECRET_KEY": GOOD, "PORT": "eighty"}, "PORT is 'eighty'"),
    ({"CONGRESS_SECRET_KEY": GOOD, "CONGRESS_SMTP_URL": "http://mail"}, "CONGRESS_SMTP_URL must look like"),
    ({"CONGRESS_SECRET_KEY": GOOD, "CONGRESS_BASE_URL": "congress.example"}, "CONGRESS_BASE_URL must start with"),
    ({"CONGRESS_SECRET_KEY": GOOD, "CONGRESS_ENV": "development"}, "CONGRESS_ENV is 'development'"),
]


@pytest.mark.parametrize(("environ", "words"), UNSAFE)
def test_unsafe_settings_are_refused(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    with pytest.raises(config.SettingsError, match=words):
        config.load({"CONGRESS_DATA_DIR": str(tmp_path), **environ})


def test_good_settings_are_taken(tmp_path: Path) -> None:
    settings = config.load({"CONGRESS_DATA_DIR": str(tmp_path), "CONGRESS_SECRET_KEY": GOOD})

    assert (settings["MODE"], settings["DEBUG"], settings["PROXY_COUNT"]) == ("production", False, 0)


@pytest.mark.parametrize(("command", "environ"), [("serve", UNSAFE[1][0]), ("worker", UNSAFE[3][0])])
def test_process_refuses_in_one_line(tmp_path: Path, command: str, environ: dict[str, str]) -> None:
    ended = run(tmp_path, command, CONGRESS_ENV="production", **environ)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Error: ")
    assert len(ended.stderr.strip().splitlines()) == 1


def test_database_of_another_version_does_not_start(tmp_path: Path) -> None:
    ended = run(tmp_path, "serve", CONGRESS_ENV="production", CONGRESS_SECRET_KEY=GOOD)

    assert (ended.returncode, ended.stderr.strip()) == (
        2,
        "Error: The database is not at this version. Run: flask db upgrade",
    )


@pytest.mark.slow
def test_first_start_makes_what_is_missing_and_the_second_keeps_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Server(data) as server:
        secret = data / "secret_key"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert f"Congress is ready: {server.base}" in server.log()
        server.wait_for("/readyz")
        first = secret.read_text(encoding="ascii")
        assert server.stop() == 0
        server.start()
        assert secret.read_text(encoding="ascii") == first


@pytest.mark.slow
def test_worker_is_started_again_and_dies_with_the_server(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        first = server.worker()
        server.wait_for("/readyz")
        first.kill()
        first.wait(10)
        second = server.worker()
        assert second.pid != first.pid
        time.sleep(3)
        server.kill()
        second.wait(30)
        assert not psutil.pid_exists(second.pid)


@pytest.mark.slow
def test_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = run(tmp_path, "serve", "--setup", PORT=port)

    assert ended.returncode == 2
    assert f"Port {port} is not free" in ended.stderr
