"""Passwords for staff: a second way in beside the mail link, never the only one.

Hashing happens outside the transaction: these functions read, hash, and only then write. A wrong password counts; a
right one is refused too while the limit is used up, so that no more answers are given than the limit says.
"""

from __future__ import annotations

import sqlalchemy as sa

from congress.accounts import attempts, hashing
from congress.accounts.errors import ConfirmationNeeded, WrongPassword
from congress.accounts.models import Account
from congress.accounts.queries import account_by_address
from congress.accounts.services.sessions import end_all
from congress.audit.services import record
from congress.core import clock
from congress.core.addresses import address_key
from congress.extensions import db

PER_ACCOUNT = 10
PER_CLIENT = 100


class _Tries:
    """The two counters of password attempts: one per account, one per client address."""

    def __init__(self, key: str, client: str) -> None:
        self._key, self._client = key, client

    def check(self) -> None:
        attempts.check("password", self._key, PER_ACCOUNT)
        attempts.check("password-client", self._client, PER_CLIENT)

    def count(self) -> None:
        attempts.count("password", self._key, PER_ACCOUNT, attempts.QUARTER_HOUR)
        attempts.count("password-client", self._client, PER_CLIENT, attempts.QUARTER_HOUR)

    def forget(self) -> None:
        attempts.forget("password", self._key)


def sign_in_with_password(address: str, password: str, client: str) -> int | None:
    """The account's id, or None when the two do not go together (which was counted); the work is always the same."""
    tries = _Tries(address_key(address), client)
    tries.check()
    account = account_by_address(address)
    account_id = account.id if account is not None and account.disabled_at is None else None
    stored = account.password_hash if account is not None and account_id is not None else None
    if not _is_right(tries, stored, password) or account_id is None:
        return None
    current = db.session.scalar(sa.select(Account).where(Account.id == account_id).with_for_update())
    if current is None or current.disabled_at is not None or current.password_hash != stored:
        return None
    record("account.signed_in", "account", account_id, after={"method": "password"})
    return account_id


def check_old_password(account: Account, password: str, client: str) -> None:
    """Prove again who is there, before the password changes; `WrongPassword` was counted when returned by a form."""
    if account.password_hash is None:
        raise ConfirmationNeeded
    tries = _Tries(account.email_key, client)
    tries.check()
    if not _is_right(tries, account.password_hash, password):
        raise WrongPassword


def hash_new_password(password: str) -> str:
    """What `set_password` stores; ends the transaction so far."""
    return hashing.hash_password(password)


def set_password(account_id: int, password_hash: str) -> None:
    """Set or change the password: every session and every open link ends."""
    account = _locked(account_id)
    account.password_hash = password_hash
    account.password_changed_at = clock.now()
    end_all(account_id)
    record("account.password_set", "account", account_id)


def remove_password(account_id: int) -> None:
    """Leave only the mail link as a way in: every session ends."""
    account = _locked(account_id)
    account.password_hash = None
    account.password_changed_at = clock.now()
    end_all(account_id)
    record("account.password_removed", "account", account_id)


def _is_right(tries: _Tries, stored: str | None, password: str) -> bool:
    right = hashing.is_password(stored, password)
    tries.check()
    if right:
        tries.forget()
    else:
        tries.count()
    return right


def _locked(account_id: int) -> Account:
    return db.session.scalars(
        sa.select(Account).where(Account.id == account_id).with_for_update().execution_options(populate_existing=True)
    ).one()
