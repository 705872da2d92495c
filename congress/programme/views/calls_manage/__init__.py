"""The organisers' screens of calls: one blueprint, a module per page family."""

from congress.programme.views.calls_manage import calls, form, proposals
from congress.programme.views.calls_manage.scope import blueprint

__all__ = ["blueprint", "calls", "form", "proposals"]
