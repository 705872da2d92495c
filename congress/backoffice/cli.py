"""`flask serve`: the web server and the worker together; `flask demo`, `flask backup`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

import config
from congress.backoffice import backup as copies
from congress.backoffice import setup as first_start
from congress.backoffice.serving import WorkerKeeper, make_server
from congress.extensions import db

COLUMN = 28


@click.command("serve")
@click.option("--setup", is_flag=True, help="Make what is missing first: secret key, tables, demo data (demo only).")
@click.option("--worker/--no-worker", "with_worker", default=True, help="Keep a worker beside the web server.")
@with_appcontext
def serve(*, setup: bool, with_worker: bool) -> None:
    """Serve pages, and do the work that they leave, until told to stop."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 (documented way out)
    sign_ins = _prepare(app) if setup else {}
    _check(app)
    db.session.remove()
    try:
        server = make_server(app, app.config)
    except OSError as error:
        raise config.SettingsError(f"Port {app.config['PORT']} is not free ({error.strerror}).") from error
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    _greet(app, sign_ins)
    keeper = WorkerKeeper()
    if with_worker:
        keeper.start()
    try:
        server.run()
    except SystemExit:
        pass
    finally:
        server.close()
        keeper.stop()


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Write the demo data into an empty database, and show who can sign in."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("Demo data belong to the demo only. Set CONGRESS_ENV=demo.")
    if not first_start.is_schema_current():
        raise config.SettingsError("The database is not at this version. Run: flask db upgrade")
    sign_ins = first_start.seed_if_empty()
    if not sign_ins:
        raise click.ClickException("The database is not empty; nothing was written.")
    click.echo("\n".join(_columns(sign_ins)))


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Copy the embedded database into FILE while the application runs."""
    try:
        size = copies.back_up(file)
    except (copies.BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {size} bytes. Keep the secret key and the folder of pictures with it.")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    # waitress lets the requests in progress finish, then returns.
    raise SystemExit


def _prepare(app: Flask) -> Mapping[str, Any]:
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or first_start.ensure_secret_key(app.config["DATA_DIR"])
    if first_start.ensure_schema():
        click.echo("The database is up to date.")
    return first_start.seed_if_empty() if app.config["DEMO"] else {}


def _check(app: Flask) -> None:
    if not app.config["SECRET_KEY"]:
        raise config.SettingsError("There is no secret key yet. Run: flask serve --setup")
    if not first_start.is_schema_current():
        raise config.SettingsError("The database is not at this version. Run: flask db upgrade")


def _greet(app: Flask, sign_ins: Mapping[str, Any]) -> None:
    base: str = app.config["BASE_URL"]
    lines = ["", f"  Congress is ready: {base}"]
    if app.config["DEMO"]:
        lines += [f"  Mailbox:           {base}/en/mailbox/", f"  Sign in:           {base}/en/account/sign-in"]
    lines += [f"    {line}" for line in _columns(sign_ins)]
    lines += ["  Stop with Ctrl+C.", ""]
    click.echo("\n".join(lines))
    sys.stdout.flush()


def _columns(sign_ins: Mapping[str, Any]) -> list[str]:
    return [f"{who:<{COLUMN}} {how}" for who, how in sign_ins.items()]
