"""The real thing: `flask serve` as a process of its own, with its worker, on a free port and an empty data folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

import psutil

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, port: int, **more: str) -> dict[str, str]:
    """What the process finds in its environment: nothing of ours but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONGRESS_")}
    return kept | {"CONGRESS_ENV": "demo", "CONGRESS_DATA_DIR": str(data_dir), "PORT": str(port)} | more


class Server:
    """Start with `with`; `kill` ends it without warning, `start` again continues on the same data."""

    def __init__(self, data_dir: Path, **environ: str) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._environ = environment(data_dir, self.port, **environ)
        self._log = data_dir.parent / f"{data_dir.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait for the first answer."""
        command = [sys.executable, "-m", "flask", "--app", "congress.app", "serve", "--setup"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self._environ, stdout=log, stderr=log)
        self.wait_for("/healthz")

    def wait_for(self, path: str, status: int = 200) -> None:
        """Until the path answers with the status."""
        end = time.monotonic() + PATIENCE
        while self.status(path) != status:
            assert time.monotonic() < end, f"{path} never answered {status}:\n{self.log()}"
            time.sleep(0.1)

    def status(self, path: str) -> int:
        """The status of an answer; 0 when there is none."""
        try:
            with urllib.request.urlopen(self.base + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def worker(self) -> psutil.Process:
        """The worker beside the web server."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for child in psutil.Process(self.process.pid).children():
                if "worker" in child.cmdline():
                    return child
            time.sleep(0.05)
        raise AssertionError(f"no worker:\n{self.log()}")

    def kill(self) -> None:
        """kill -9, as a machine without memory does; the worker follows by itself."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM, and the code it ends with."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)
        return int(self.process.returncode)

    def log(self) -> str:
        """What the processes wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")
