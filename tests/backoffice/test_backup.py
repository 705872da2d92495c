"""`flask backup` and `flask demo` as an operator calls them."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from congress.extensions import db
from tests.factories.events import make_event
from tests.support import databases

on_sqlite = pytest.mark.skipif(databases.wanted_engine() != "sqlite", reason="the embedded database only")


def call(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=arguments)


@on_sqlite
def test_backup_is_a_whole_database_for_its_owner_only(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        slug = make_event().slug
        db.session.commit()
    target = tmp_path / "copy.db"

    done = call(app, "backup", str(target))

    assert (done.exit_code, stat.S_IMODE(target.stat().st_mode)) == (0, 0o600)
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
    copy = sqlite3.connect(target)
    assert copy.execute("SELECT slug FROM events").fetchall() == [(slug,)]
    assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    copy.close()


@on_sqlite
def test_backup_overwrites_nothing(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious", encoding="ascii")

    done = call(app, "backup", str(target))

    assert (done.exit_code, target.read_text(encoding="ascii")) == (1, "precious")
    assert "is there already" in done.output


@on_sqlite
def test_backup_into_a_folder_that_is_not_there(app: Flask, tmp_path: Path) -> None:
    done = call(app, "backup", str(tmp_path / "nowhere" / "copy.db"))

    assert done.exit_code == 1
    assert "No such file or directory" in done.output


@pytest.mark.database
@pytest.mark.skipif(databases.wanted_engine() == "sqlite", reason="another database than the embedded one")
def test_backup_of_postgresql_is_pg_dump(app: Flask, tmp_path: Path) -> None:
    done = call(app, "backup", str(tmp_path / "copy.db"))

    assert done.exit_code == 1
    assert "pg_dump" in done.output


def test_demo_data_are_for_the_demo_only(app: Flask) -> None:
    done = call(app, "demo")

    assert done.exit_code == 1
    assert "CONGRESS_ENV=demo" in done.output
