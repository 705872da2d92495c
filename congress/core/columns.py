"""Column types and column shorthands that all tables share."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware instant, stored in UTC; a naive value is a bug and is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive datetime {value!r}"
            raise ValueError(msg)
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def enum_type(values: type[StrEnum], name: str) -> sa.Enum:
    """A `StrEnum` stored by value with a CHECK named after the column."""
    return sa.Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda enum: [member.value for member in enum],
        length=32,
    )


def enum_column(values: type[StrEnum], name: str, **kwargs: Any) -> Any:
    """A mapped column of `enum_type`."""
    return mapped_column(enum_type(values, name), **kwargs)


Id = Annotated[int, mapped_column(sa.Integer, primary_key=True)]
Instant = Annotated[dt.datetime, mapped_column(UtcDateTime())]
OptionalInstant = Annotated[dt.datetime | None, mapped_column(UtcDateTime(), nullable=True)]
ShortText = Annotated[str, mapped_column(sa.String(200))]
Hash = Annotated[bytes, mapped_column(sa.LargeBinary(32))]
Salt = Annotated[bytes, mapped_column(sa.LargeBinary(16))]
