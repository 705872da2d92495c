"""What happens when something else announces itself."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.accounts.models import AccountSession, Attempt, SignInLink
from congress.core import clock
from congress.extensions import db

KEEP_LINKS = dt.timedelta(days=1)
KEEP_SESSIONS = dt.timedelta(days=30)


def delete_old_rows(_sender: object) -> None:
    """Counters, links and sessions that are past their time."""
    now = clock.now()
    for table, is_past in (
        (Attempt, Attempt.window_ends_at < now),
        (SignInLink, SignInLink.expires_at < now - KEEP_LINKS),
        (AccountSession, AccountSession.expires_at < now - KEEP_SESSIONS),
        (AccountSession, AccountSession.revoked_at < now - KEEP_SESSIONS),
    ):
        db.session.execute(sa.delete(table).where(is_past).execution_options(synchronize_session=False))
