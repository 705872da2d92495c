"""The application of a test, served on a free port of this machine, so that a real browser can use it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import waitress
from flask import Flask

from tests.support.server import free_port


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The base address while the block runs; links and trusted hosts are those of this address."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    before = {name: app.config[name] for name in ("BASE_URL", "TRUSTED_HOSTS", "PORT")}
    app.config.update(BASE_URL=base, TRUSTED_HOSTS=[f"127.0.0.1:{port}", "localhost"], PORT=port)
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=8)
    thread = threading.Thread(target=server.run, name="live-server")
    thread.start()
    try:
        yield base
    finally:
        # Closed by the thread that waits on the sockets: under its feet, it would stumble over them.
        server.trigger.pull_trigger(lambda: server.asyncore.close_all(map=server._map))
        thread.join(10)
        server.task_dispatcher.shutdown()
        app.config.update(before)
