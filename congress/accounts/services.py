"""Writes on accounts."""

from __future__ import annotations

from congress.accounts.models import Account
from congress.accounts.queries import account_by_address
from congress.audit.services import record
from congress.core import clock
from congress.core.addresses import address_key
from congress.extensions import db


def account_for_proved_address(email: str, name: str, language: str) -> Account:
    """The account of an address that a link sent to it has just proved, made when there is none yet."""
    account = account_by_address(email)
    if account is None:
        account = Account(
            email=email, email_key=address_key(email), name=name, language=language, created_at=clock.now()
        )
        db.session.add(account)
        db.session.flush()
        record("account.created", "account", account.id)
    return account
