"""Inserting one row quickly: the statement is built once per table, and the values come as parameters."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import make_transient_to_detached

from congress.extensions import Model, db

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
Row = TypeVar("Row", bound=Model)


def insert(model: type[Model], values: dict[str, Any]) -> int:
    """Insert a row past the unit of work and return its id."""
    return int(db.session.execute(_insert(model), values).scalar_one())


def insert_unless_there(
    model: type[Model], values: dict[str, Any], unique: tuple[str, ...], where: str | None = None
) -> int | None:
    """The same, or None when a row holds the place in one unique index (its columns, its condition) already.

    The id of a key of several columns is its first. The database decides, in races too: INSERT ... ON CONFLICT DO
    NOTHING waits for the other transaction.
    """
    statement = _insert_unless_there(db.session.get_bind().dialect.name, model, unique, where)
    row_id: int | None = db.session.execute(statement, values).scalar_one_or_none()
    return row_id


def insert_many_unless_there(model: type[Model], rows: list[dict[str, Any]]) -> None:
    """Insert rows, and leave those alone whose place in any unique index is held: by somebody faster, perhaps."""
    if rows:
        table = cast("sa.Table", model.__table__)
        db.session.execute(_INSERTS[db.session.get_bind().dialect.name](table).on_conflict_do_nothing(), rows)


def loaded(model: type[Row], row_id: int, values: dict[str, Any]) -> Row:
    """The object of a row that was just inserted with these values, as if it had been read back."""
    row = model(id=row_id, **values)
    make_transient_to_detached(row)
    db.session.add(row)
    return row


@lru_cache
def _insert(model: type[Model]) -> Any:
    table = cast("sa.Table", model.__table__)
    return sa.insert(table).returning(table.c.id)


@lru_cache
def _insert_unless_there(dialect: str, model: type[Model], unique: tuple[str, ...], where: str | None) -> Any:
    table = cast("sa.Table", model.__table__)
    condition = sa.text(where) if where else None
    statement = _INSERTS[dialect](table).on_conflict_do_nothing(index_elements=unique, index_where=condition)
    return statement.returning(next(iter(table.primary_key)))
