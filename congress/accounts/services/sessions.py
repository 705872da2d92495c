"""Sessions on the server: the cookie holds a token that means nothing once its row is ended."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa

from congress.accounts.models import AccountSession
from congress.accounts.services.links import withdraw_links
from congress.audit.services import record
from congress.core import clock
from congress.core.errors import Missing
from congress.core.text import one_line
from congress.core.tokens import hash_token
from congress.extensions import db

LIFETIME = dt.timedelta(days=14)
TOKEN_BYTES = 24


def start_session(account_id: int, method: str, device: str) -> str:
    """A new session; returns the token for the cookie. `method`: how the person proved who they are."""
    now = clock.now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        AccountSession(
            account_id=account_id,
            token_hash=hash_token(token),
            device=one_line(device)[:200],
            method=method,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    db.session.flush()
    return token


def end_session(account_id: int, session_id: int) -> None:
    """End one session of an account; somebody else's looks like one that does not exist."""
    if not _end(AccountSession.account_id == account_id, AccountSession.id == session_id):
        raise Missing
    record("account.session_ended", "account", account_id)


def end_other_sessions(account_id: int, keep_token: str) -> int:
    """End every session but the one of this browser; returns how many there were."""
    ended = _end(AccountSession.account_id == account_id, AccountSession.token_hash != hash_token(keep_token))
    record("account.sessions_ended", "account", account_id, after={"sessions": ended})
    return ended


def end_by_token(token: str) -> None:
    """Sign out: the cookie is worth nothing from here on, wherever it was copied to."""
    _end(AccountSession.token_hash == hash_token(token))


def end_all(account_id: int) -> None:
    """End every session and every open link of an account."""
    _end(AccountSession.account_id == account_id)
    withdraw_links(account_id, clock.now())


def _end(*conditions: sa.ColumnElement[bool]) -> int:
    ended = db.session.execute(
        sa.update(AccountSession)
        .where(AccountSession.revoked_at.is_(None), *conditions)
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]
