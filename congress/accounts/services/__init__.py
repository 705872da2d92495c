"""Writes on accounts: people, sign-in links, sessions, passwords."""

from __future__ import annotations

from congress.accounts.services.links import request_link, use_link
from congress.accounts.services.passwords import (
    check_old_password,
    hash_new_password,
    remove_password,
    set_password,
    sign_in_with_password,
)
from congress.accounts.services.people import (
    account_for_proved_address,
    create,
    disable,
    enable,
    set_administrator,
    update_profile,
)
from congress.accounts.services.sessions import end_all, end_other_sessions, end_session, start_session

__all__ = [
    "account_for_proved_address",
    "check_old_password",
    "create",
    "disable",
    "enable",
    "end_all",
    "end_other_sessions",
    "end_session",
    "hash_new_password",
    "remove_password",
    "request_link",
    "set_administrator",
    "set_password",
    "sign_in_with_password",
    "start_session",
    "update_profile",
    "use_link",
]
