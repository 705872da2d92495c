"""Where files live: folders under the data directory, with generated names only."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import current_app

NAME_BYTES = 16


def folder(name: str) -> Path:
    """A folder of the data directory, made on first use."""
    path = Path(current_app.config["DATA_DIR"]) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def new_name(suffix: str) -> str:
    """An unguessable file name."""
    return f"{secrets.token_hex(NAME_BYTES)}.{suffix}"


def stored_file(folder_name: str, name: str) -> Path | None:
    """A file by the name we gave it, or None: nothing outside the folder is ever found."""
    base = folder(folder_name).resolve()
    path = base / name
    if Path(name).name != name or path.is_symlink() or not path.is_file():
        return None
    return path
