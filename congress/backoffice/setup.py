"""A first start without any preparation: data folder, secret key, tables, demo data. Each step only when missing."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade

from congress.core.transactions import commit_on_success
from congress.extensions import db, migrate

SEEDER = "congress.backoffice.demo.seed"


def ensure_secret_key(data_dir: Path) -> str:
    """The secret key of this installation, made on the first start and readable by its owner only."""
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    return path.read_text(encoding="ascii").strip()


def is_schema_current() -> bool:
    """Whether the database has the tables of this version."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite" and not sa.inspect(connection).has_table("alembic_version"):
            return False
        context = MigrationContext.configure(connection)
        heads = ScriptDirectory(_migrations_folder()).get_heads()
        return set(context.get_current_heads()) == set(heads)


def ensure_schema() -> bool:
    """Bring the tables to this version; returns whether anything was to be done."""
    if is_schema_current():
        return False
    upgrade()
    return True


def seed_if_empty() -> Mapping[str, Any]:
    """Demo data for an empty database; returns the sign-ins to show."""
    try:
        seeder = import_module(SEEDER)
    except ModuleNotFoundError as error:
        if error.name and SEEDER.startswith(error.name):
            return {}
        raise
    with commit_on_success():
        return dict(seeder.seed_if_empty() or {})


def _migrations_folder() -> str:
    return str(migrate.directory)
