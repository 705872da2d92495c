"""Personal data of accounts. An account belongs to the platform: erasing somebody from one event leaves it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.accounts.models import Account, AccountSession, SignInLink
from congress.audit.services import record
from congress.core import clock
from congress.extensions import db

ERASED = "erased-"


def export(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """The account and where it is signed in."""
    account = _account(address_key, event_id)
    if account is None:
        return {"accounts": []}
    sessions = db.session.scalars(sa.select(AccountSession).where(AccountSession.account_id == account.id))
    return {
        "accounts": [
            {
                "email": account.email,
                "name": account.name,
                "language": account.language,
                "is_administrator": account.is_administrator,
                "has_password": account.password_hash is not None,
                "created_at": account.created_at.isoformat(),
                "sessions": [
                    {"browser": one.device, "method": one.method, "since": one.created_at.isoformat()}
                    for one in sessions
                ],
            }
        ]
    }


def erase(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Close the account and take the person out of it; what it did stays in the audit log, under a number."""
    account = _account(address_key, event_id)
    if account is None:
        return {"accounts": 0}
    for table in (AccountSession, SignInLink):
        db.session.execute(
            sa.delete(table).where(table.account_id == account.id).execution_options(synchronize_session=False)
        )
    account.email = account.email_key = f"{ERASED}{account.id}@invalid"
    account.name = ""
    account.password_hash = None
    account.is_administrator = False
    account.disabled_at = account.disabled_at or clock.now()
    db.session.flush()
    record("account.erased", "account", account.id)
    return {"accounts": 1}


def _account(address_key: str, event_id: int | None) -> Account | None:
    if event_id is not None:
        return None
    return db.session.scalar(sa.select(Account).where(Account.email_key == address_key))
