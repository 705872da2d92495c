"""A copy of the embedded database while it is in use, by SQLite's backup API: what is committed, and nothing torn."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from congress.extensions import db

PAGES_AT_ONCE = 2000


class BackupError(Exception):
    """Why there is no copy, in a sentence for the operator."""


def back_up(target: Path) -> int:
    """Write a copy readable by its owner only and return its size; a file that is there is never overwritten."""
    if db.engine.dialect.name != "sqlite":
        raise BackupError("This database is PostgreSQL: use pg_dump (docs/operations.md).")
    if target.exists():
        raise BackupError(f"{target} is there already; nothing was written.")
    part = target.with_name(f"{target.name}.part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _copy(part)
        os.link(part, target)
    finally:
        part.unlink()
    return target.stat().st_size


def _copy(target: Path) -> None:
    connection = db.engine.raw_connection()
    copy = sqlite3.connect(target)
    try:
        source: sqlite3.Connection = connection.driver_connection  # type: ignore[assignment]
        source.backup(copy, pages=PAGES_AT_ONCE)
        # A copy in WAL mode would need two more files beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("The copy does not pass SQLite's integrity check; it was removed.")
    finally:
        copy.close()
        connection.close()
