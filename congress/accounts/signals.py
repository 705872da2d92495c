"""What this feature announces; receivers write rows in the same transaction."""

from __future__ import annotations

from blinker import Signal

sign_in_link_requested = Signal(
    "Somebody asked for a sign-in link: link=SignInLink, address=str (the account's own where there is one, else "
    "what was typed). Receivers do the same work in both cases; only a link with an account may be mailed."
)
