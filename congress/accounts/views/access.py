"""Who is signed in: the session cookie's way in, and the rules that need an account."""

from __future__ import annotations

from typing import Any

from flask import Flask, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_login import utils as flask_login_utils

from congress.accounts.models import Account
from congress.accounts.queries import account_of_session
from congress.accounts.services import start_session
from congress.accounts.services.sessions import LIFETIME
from congress.accounts.views.visitors import device_label, this_page
from congress.core.access import Rule
from congress.core.actors import VISITOR, Actor, set_actor
from congress.core.errors import NotAllowed, SignInRequired
from congress.core.http import see_other
from congress.core.tokens import hash_token
from congress.extensions import login_manager

TOKEN_KEY = "session_token"  # noqa: S105 (the name of a value, not a value)


def install(app: Flask) -> None:
    """Load the account of the session row named by the cookie, and say who acts.

    Flask-Login's own "remember me" cookie is left out: our sessions last in the database.
    """
    app.config["PERMANENT_SESSION_LIFETIME"] = LIFETIME
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.login_manager = login_manager  # type: ignore[attr-defined]
    app.context_processor(flask_login_utils._user_context_processor)  # noqa: SLF001 (what init_app would do)
    login_manager.user_loader(_load)
    login_manager.unauthorized_handler(_to_sign_in)
    login_manager.session_protection = None
    app.url_value_preprocessor(_nobody_yet)


def _nobody_yet(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything else of a request: loading an event through its address already says who acts."""
    set_actor(VISITOR)


def _load(_account_id: str) -> Account | None:
    token = session_token()
    return account_of_session(hash_token(token)) if token else None


def _to_sign_in() -> ResponseReturnValue:
    return see_other(url_for("accounts.sign_in", next=this_page()))


def session_token() -> str | None:
    """The token in this browser's cookie."""
    token = session.get(TOKEN_KEY)
    return token if isinstance(token, str) else None


def begin_session(account_id: int, method: str) -> None:
    """Sign this browser in: whatever its cookie held before is dropped, and the token is a new one."""
    session.clear()
    session.permanent = True
    session["_user_id"] = str(account_id)
    session[TOKEN_KEY] = start_session(account_id, method, device_label())


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
