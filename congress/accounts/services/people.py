"""Accounts come, change and go."""

from __future__ import annotations

from congress.accounts.errors import AddressTaken
from congress.accounts.models import Account
from congress.accounts.queries import account_by_address
from congress.accounts.services.sessions import end_all
from congress.audit.services import apply_changes, record
from congress.core import clock
from congress.core.addresses import address_key
from congress.extensions import db


def create(email: str, name: str, language: str, *, administrator: bool = False) -> Account:
    """A new account, which can sign in by mail link at once."""
    if account_by_address(email) is not None:
        raise AddressTaken
    account = Account(
        email=email,
        email_key=address_key(email),
        name=name,
        language=language,
        is_administrator=administrator,
        created_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    record("account.created", "account", account.id, after={"is_administrator": administrator})
    return account


def account_for_proved_address(email: str, name: str, language: str) -> Account:
    """The account of an address that a link sent to it has just proved, made when there is none yet."""
    return account_by_address(email) or create(email, name, language)


def update_profile(account: Account, name: str, language: str) -> None:
    """The person's own name and language."""
    before, _after = apply_changes(account, {"name": name, "language": language})
    if before:
        record("account.updated", "account", account.id, after={"changed": sorted(before)})


def disable(account: Account) -> None:
    """No way in any more: sessions and links end with the next request."""
    if account.disabled_at is None:
        account.disabled_at = clock.now()
        end_all(account.id)
        record("account.disabled", "account", account.id)


def enable(account: Account) -> None:
    """Let somebody in again; earlier sessions stay ended."""
    if account.disabled_at is not None:
        account.disabled_at = None
        record("account.enabled", "account", account.id)


def set_administrator(account: Account, *, administrator: bool) -> None:
    """Give or take the right over the whole platform."""
    before, after = apply_changes(account, {"is_administrator": administrator})
    if before:
        record("account.administrator_changed", "account", account.id, before=before, after=after)
