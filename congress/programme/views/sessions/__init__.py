"""The organisers' screens of sessions: one blueprint, a module per page family."""

from congress.programme.views.sessions import listing, one, parts
from congress.programme.views.sessions.scope import blueprint

__all__ = ["blueprint", "listing", "one", "parts"]
