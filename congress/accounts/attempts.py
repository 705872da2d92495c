"""Counting attempts: so many per window and no more, for whatever must not be tried without end.

Doors are never limited: nothing under `/api/v1/` counts here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from congress.accounts.models import Attempt
from congress.core import clock
from congress.core.errors import TooManyAttempts
from congress.core.tokens import derive_token, hash_token
from congress.extensions import db

QUARTER_HOUR = dt.timedelta(minutes=15)
MINUTE = dt.timedelta(minutes=1)
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def count(kind: str, who: str, limit: int, per: dt.timedelta) -> None:
    """Count one attempt of `who` (an address, an account, a client); `TooManyAttempts` when it is one too many.

    A refused attempt is rolled back with its request: the count stays at the limit until the window ends.
    """
    now = clock.now()
    statement = _INSERTS[db.session.get_bind().dialect.name](Attempt).values(
        key_hash=_key(kind, who), count=1, window_ends_at=now + per
    )
    is_over = Attempt.window_ends_at <= now
    counted, window_ends_at = db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["key_hash"],
            set_={
                "count": sa.case((is_over, 1), else_=Attempt.count + 1),
                "window_ends_at": sa.case((is_over, now + per), else_=Attempt.window_ends_at),
            },
        ).returning(Attempt.count, Attempt.window_ends_at)
    ).one()
    if counted > limit:
        raise TooManyAttempts(_seconds(window_ends_at - now))


def check(kind: str, who: str, limit: int) -> None:
    """`TooManyAttempts` when the limit is used up; counts nothing."""
    now = clock.now()
    found = db.session.execute(
        sa.select(Attempt.window_ends_at).where(
            Attempt.key_hash == _key(kind, who), Attempt.count >= limit, Attempt.window_ends_at > now
        )
    ).scalar()
    if found is not None:
        raise TooManyAttempts(_seconds(found - now))


def forget(kind: str, who: str) -> None:
    """Start again at zero: it was the right person after all."""
    db.session.execute(
        sa.delete(Attempt).where(Attempt.key_hash == _key(kind, who)).execution_options(synchronize_session=False)
    )


def _key(kind: str, who: str) -> bytes:
    return hash_token(derive_token("attempt", f"{kind}\0{who}".encode("utf-8", "replace")))


def _seconds(left: dt.timedelta) -> int:
    return max(1, int(left.total_seconds()) + 1)
