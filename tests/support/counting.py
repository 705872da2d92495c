"""How many queries something costs."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from congress.extensions import db


def queries_of(app: Flask, act: Callable[[], object]) -> int:
    """The number of statements that `act` sends to the database."""
    with app.app_context():
        engine = db.engine
    count = 0

    def note(*_arguments: object) -> None:
        nonlocal count
        count += 1

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return count
