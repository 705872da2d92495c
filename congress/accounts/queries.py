"""Reading accounts and sessions."""

from __future__ import annotations

import sqlalchemy as sa

from congress.accounts.models import Account, AccountSession
from congress.core import clock
from congress.core.addresses import address_key
from congress.extensions import db


def account_by_address(address: str) -> Account | None:
    """The account with this address, in whatever spelling."""
    return db.session.scalar(sa.select(Account).where(Account.email_key == address_key(address)))


def account_of_session(token_hash: bytes) -> Account | None:
    """The account of a live session, unless it was disabled."""
    now = clock.now()
    return db.session.scalar(
        sa.select(Account)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .where(
            AccountSession.token_hash == token_hash,
            AccountSession.revoked_at.is_(None),
            AccountSession.expires_at > now,
            Account.disabled_at.is_(None),
        )
    )
