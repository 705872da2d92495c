"""Who is signed in: the session cookie's way in, and the rules that need an account."""

from __future__ import annotations

from flask import Flask, session
from flask_login import current_user

from congress.accounts.models import Account
from congress.accounts.queries import account_of_session
from congress.core.access import Rule
from congress.core.actors import VISITOR, Actor, set_actor
from congress.core.errors import NotAllowed, SignInRequired
from congress.core.tokens import hash_token
from congress.extensions import login_manager

TOKEN_KEY = "session_token"  # noqa: S105 (the name of a value, not a value)


def install(app: Flask) -> None:
    """Load the account of the session row named by the cookie, and say who acts."""
    login_manager.init_app(app)
    login_manager.user_loader(_load)
    login_manager.session_protection = None
    app.before_request(_nobody_yet)


def _nobody_yet() -> None:
    set_actor(VISITOR)


def _load(_account_id: str) -> Account | None:
    token = session.get(TOKEN_KEY)
    return account_of_session(hash_token(token)) if isinstance(token, str) else None


def signed_in_account() -> Account:
    """The account that is signed in; `SignInRequired` when there is none."""
    if not current_user.is_authenticated:
        raise SignInRequired
    account: Account = current_user._get_current_object()  # noqa: SLF001 (the proxy's documented way out)
    set_actor(Actor("account", account.id))
    return account


def _must_be_administrator() -> None:
    if not signed_in_account().is_administrator:
        raise NotAllowed


def _must_be_signed_in() -> None:
    signed_in_account()


SIGNED_IN = Rule("signed in", _must_be_signed_in)
ADMINISTRATOR = Rule("administrator", _must_be_administrator)
