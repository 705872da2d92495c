"""Reading accounts, links and sessions."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from congress.accounts.models import Account, AccountSession, SignInLink
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.tokens import hash_token
from congress.extensions import db


def account_by_address(address: str) -> Account | None:
    """The account with this address, in whatever spelling."""
    return db.session.scalar(sa.select(Account).where(Account.email_key == address_key(address)))


def account_of_session(token_hash: bytes) -> Account | None:
    """The account of a live session, unless it was disabled."""
    return db.session.scalar(
        sa.select(Account)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .where(*_is_live(), AccountSession.token_hash == token_hash)
    )


def session_by_token(token: str) -> AccountSession | None:
    """The live session of a cookie's token."""
    return db.session.scalar(
        sa.select(AccountSession)
        .join(Account, AccountSession.account_id == Account.id)
        .where(*_is_live(), AccountSession.token_hash == hash_token(token))
    )


def live_sessions(account_id: int) -> Sequence[AccountSession]:
    """Where an account is signed in, newest first."""
    return db.session.scalars(
        sa.select(AccountSession)
        .join(Account, AccountSession.account_id == Account.id)
        .where(*_is_live(), AccountSession.account_id == account_id)
        .order_by(AccountSession.id.desc())
    ).all()


def usable_link(token: str) -> SignInLink | None:
    """The sign-in link with this token, if it would sign somebody in now."""
    return db.session.scalar(
        sa.select(SignInLink)
        .join(Account, SignInLink.account_id == Account.id)
        .where(
            SignInLink.token_hash == hash_token(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > clock.now(),
            Account.disabled_at.is_(None),
        )
    )


def _is_live() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        AccountSession.revoked_at.is_(None),
        AccountSession.expires_at > clock.now(),
        Account.disabled_at.is_(None),
    )
