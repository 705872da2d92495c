"""The product under measurement: the README's start, on the embedded default with the demo data."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).parent.parent.parent
SECONDS_TO_START = 120
KIB = 1024


class Product:
    """A running `flask serve` and its data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "serve.log"
        self.environment = {
            **os.environ,
            "CONGRESS_ENV": "demo",
            "CONGRESS_DATA_DIR": str(folder / "data"),
            "CONGRESS_BASE_URL": f"http://127.0.0.1:{self.port}",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> float:
        """Start it; returns the seconds until its first page."""
        started = time.perf_counter()
        command = [sys.executable, "-m", "flask", "--app", "congress.app", "serve", *options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        while time.perf_counter() - started < SECONDS_TO_START:
            if self._answers():
                return time.perf_counter() - started
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError(f"the product did not start:\n{self.log.read_text(encoding='utf-8')[-2000:]}")

    def stop(self) -> None:
        """Stop it, and wait."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            self.process = None

    def application(self) -> Flask:
        """An application on the same data, in this process, to prepare and to look."""
        os.environ.update(self.environment)
        from congress.app import create_app

        return create_app()

    def processes(self) -> list[int]:
        """The process ids of the web server, the worker and their children."""
        found = [self.process.pid] if self.process else []
        for parent in found:
            listed = Path(f"/proc/{parent}/task/{parent}/children")
            found += [int(child) for child in listed.read_text().split()] if listed.exists() else []
            for task in Path(f"/proc/{parent}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split() if int(child) not in found]
        return found

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/fr/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def memory_mib(process: int, *, peak: bool = False) -> float:
    """Resident memory of a process now, or its highest, in MiB; 0 when it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"{'VmHWM' if peak else 'VmRSS'}:\s+(\d+) kB", status)
    return int(found.group(1)) / KIB if found else 0.0


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def fresh_product() -> Iterator[Product]:
    """A product with the demo data in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        product = Product(Path(folder))
        product.start("--setup")
        try:
            yield product
        finally:
            product.stop()
