"""Serving on one machine: waitress in this process, the worker in a second one that is kept alive."""

from __future__ import annotations

import logging
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

import structlog
import waitress
from waitress.channel import HTTPChannel
from waitress.task import WSGITask
from werkzeug.middleware.proxy_fix import ProxyFix

log = structlog.get_logger(__name__)

IDLE_SECONDS = 30
FORM_MARGIN = 64 * 1024
MAX_CONNECTIONS = 1000
BACKLOG = 1024
SECONDS_TO_STOP = 25
LONGEST_PAUSE = 60
STABLE_SECONDS = 120
HEAD_START = 0.5


class KeepingTask(WSGITask):  # type: ignore[misc]
    """Keeps the connection after an answer without a body: waitress closes it, which a 304 does not ask for."""

    def set_close_on_finish(self) -> None:
        """Close, unless only the missing length of a body that cannot be there asks for it (RFC 9112 §6.3)."""
        asked = self.request.headers.get("CONNECTION", "").lower()
        if self.has_body or not self.complete or self.version != "1.1" or asked == "close":
            super().set_close_on_finish()


def make_server(app: Any, config: Mapping[str, Any]) -> Any:
    """A server that listens. It buffers slow clients, tells no version and trusts no forwarded header by default."""
    HTTPChannel.task_class = KeepingTask
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every request that waits for a thread
    proxies: int = config["PROXY_COUNT"]
    if proxies:
        app = ProxyFix(app, x_for=proxies, x_proto=proxies, x_host=0)
    return waitress.create_server(
        app,
        host=config["HOST"],
        port=config["PORT"],
        threads=config["THREADS"],
        ident=None,
        channel_timeout=IDLE_SECONDS,
        connection_limit=MAX_CONNECTIONS,
        backlog=BACKLOG,
        max_request_body_size=config["MAX_UPLOAD_LENGTH"] + FORM_MARGIN,
        clear_untrusted_proxy_headers=not proxies,
        expose_tracebacks=False,
        asyncore_use_poll=True,
    )


class WorkerKeeper:
    """Starts the worker and starts it again when it dies, with longer pauses when it dies at once.

    The worker watches a pipe from us, so that it ends with us even when we are killed.
    """

    def __init__(self) -> None:
        self._name = f"serve-{secrets.token_hex(4)}"
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def start(self) -> None:
        """Start keeping."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the worker to finish what it does, and wait for it."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join(1)

    def _keep(self) -> None:
        # The first pages have the processor for themselves.
        self._stopping.wait(HEAD_START)
        pause = 1
        while not self._stopping.is_set():
            started = time.monotonic()
            with _start_worker(self._name) as self._process:
                code = self._process.wait()
            if self._stopping.is_set():
                return
            log.error("worker_died", code=code)
            pause = 1 if time.monotonic() - started > STABLE_SECONDS else min(pause * 2, LONGEST_PAUSE)
            self._stopping.wait(pause)


def _start_worker(name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "congress.app", "worker"]
    return subprocess.Popen(  # noqa: S603 (a fixed command)
        [*command, "--until-stdin-closes", "--name", name],
        stdin=subprocess.PIPE,
        env=os.environ,
        start_new_session=True,
    )
