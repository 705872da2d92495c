"""`flask worker`: do jobs until told to stop."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

import config
from congress.jobs.huey_app import WorkerProcess

GIVES_WAY = 10
"""The niceness of a worker beside a web server: mail and documents wait while people are answered."""


@click.command("worker")
@click.option("--threads", type=click.IntRange(1, 32), help="How many jobs at a time (CONGRESS_WORKER_THREADS).")
@click.option("--name", help="Take over from a worker of this name that has died (16 characters at most).")
@click.option("--until-stdin-closes", is_flag=True, help="Stop when the process that started this one is gone.")
@with_appcontext
def worker(threads: int | None, name: str | None, *, until_stdin_closes: bool) -> None:
    """Do what the jobs table asks for: mail, documents, clean-up."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 (documented way out)
    if not app.config["SECRET_KEY"]:
        raise config.SettingsError("There is no secret key yet. Run: flask serve --setup")
    if until_stdin_closes:
        os.nice(GIVES_WAY)
        threading.Thread(target=_stop_with_parent, daemon=True).start()
    WorkerProcess(app.config, app.app_context, threads or app.config["WORKER_THREADS"], name).run()


def _stop_with_parent() -> None:
    """The other end of the pipe closes with the parent, however it ends."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
