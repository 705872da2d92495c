"""INSERT that leaves a row alone which is there already, in the words of each database."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from congress.extensions import db

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_unless_there(
    model: type[Any], values: dict[str, Any], index_elements: list[str], index_where: Any = None
) -> Any:
    """INSERT ... ON CONFLICT DO NOTHING on one unique index; with RETURNING, no row means that it was there."""
    statement = _INSERTS[db.session.get_bind().dialect.name](model).values(**values)
    return statement.on_conflict_do_nothing(index_elements=index_elements, index_where=index_where)
