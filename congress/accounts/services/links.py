"""Signing in by a link: asked for by anybody, used once, for a quarter of an hour."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.accounts import attempts
from congress.accounts.models import SignInLink
from congress.accounts.queries import account_by_address, usable_link
from congress.accounts.signals import sign_in_link_requested
from congress.audit.services import record
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.errors import LinkExpired
from congress.core.tokens import hash_token, new_link
from congress.extensions import db

PURPOSE = "sign-in"
VALID_FOR = dt.timedelta(minutes=15)
LINKS_PER_ADDRESS = 5
LINKS_PER_CLIENT = 30


def request_link(address: str, client: str, next_path: str | None) -> None:
    """Ask for a link. The same rows are read and written whether or not the address can sign in.

    A newer link withdraws the older ones of the account.
    """
    attempts.count("link-address", address_key(address), LINKS_PER_ADDRESS, attempts.QUARTER_HOUR)
    attempts.count("link-client", client, LINKS_PER_CLIENT, attempts.QUARTER_HOUR)
    account = account_by_address(address)
    known = account if account is not None and account.disabled_at is None else None
    account_id = known.id if known else None
    now = clock.now()
    withdraw_links(account_id, now)
    salt, token_hash = new_link(PURPOSE)
    link = SignInLink(
        account_id=account_id,
        salt=salt,
        token_hash=token_hash,
        next_path=next_path,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    db.session.add(link)
    db.session.flush()
    sign_in_link_requested.send(None, link=link, address=known.email if known else address)


def withdraw_links(account_id: int | None, now: dt.datetime) -> None:
    """The open links of an account stop working; for nobody, the same statement finds nothing."""
    db.session.execute(
        sa.update(SignInLink)
        .where(SignInLink.account_id == (account_id or 0), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )


def use_link(token: str) -> tuple[int, str | None]:
    """Use a link, once; of several at the same moment exactly one succeeds. Returns account id and where to go."""
    link = usable_link(token)
    if link is None or link.account_id is None:
        raise LinkExpired
    now = clock.now()
    used = db.session.execute(
        sa.update(SignInLink)
        .where(SignInLink.token_hash == hash_token(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise LinkExpired
    record("account.signed_in", "account", link.account_id, after={"method": "link"})
    return link.account_id, link.next_path
