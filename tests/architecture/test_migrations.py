"""The migrations lead to the tables that the models describe, from nothing and back, on a database of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from congress.extensions import db
from tests.support.tour import make_tour

VERSIONS = Path(__file__).parents[2] / "migrations/versions"
NAME = re.compile(
    r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])_(?:[01]\d|2[0-3])[0-5]\d_[a-z0-9]+(?:_[a-z0-9]+)*\.py"
)


@pytest.fixture
def migrated(app: Flask) -> Iterator[Flask]:
    """The application, whose tables are there again afterwards whatever the test did."""
    yield app
    with app.app_context():
        db.session.remove()
        upgrade()


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    return ScriptDirectory.from_config(config)


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names())


def differences() -> list[object]:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata))


@pytest.mark.database
def test_up_and_down_and_up_again_on_data(migrated: Flask) -> None:
    make_tour(migrated)
    with migrated.app_context():
        before = tables()
        assert {table.name for table in db.metadata.sorted_tables} | {"alembic_version"} == before
        downgrade(revision="base")
        assert tables() == {"alembic_version"}
        upgrade()
        assert tables() == before
        assert differences() == []
        assert [
            db.session.scalar(sa.select(sa.func.count()).select_from(one)) for one in db.metadata.sorted_tables
        ] == [0] * len(db.metadata.sorted_tables)


@pytest.mark.database
def test_the_models_are_what_the_migrations_make(migrated: Flask) -> None:
    with migrated.app_context():
        assert differences() == []


@pytest.mark.database
def test_a_difference_is_seen(migrated: Flask) -> None:
    extra = sa.Table("never_migrated", db.metadata, sa.Column("id", sa.Integer))
    try:
        with migrated.app_context():
            ((kind, table), *more) = differences()
    finally:
        db.metadata.remove(extra)
    assert (kind, table.name, more) == ("add_table", "never_migrated", [])


def test_there_is_one_line_of_migrations() -> None:
    assert len(script().get_heads()) == 1
    assert len(script().get_bases()) == 1


def test_migrations_are_named_after_when_and_what() -> None:
    names = [path.name for path in VERSIONS.glob("*.py")]
    assert names
    assert [name for name in names if not NAME.fullmatch(name)] == []


@pytest.mark.parametrize("name", ["0001_initial.py", "20261332_2100_x.py", "20261120_2500_x.py", "20261120_2100_.py"])
def test_another_name_is_seen(name: str) -> None:
    assert not NAME.fullmatch(name)
