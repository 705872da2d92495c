"""The organisers' screens of registrations, categories and places: one blueprint, a module per page family."""

from congress.registration.views.manage import actions, categories, entry, exports, listing, one, quotas
from congress.registration.views.manage.scope import blueprint

__all__ = ["actions", "blueprint", "categories", "entry", "exports", "listing", "one", "quotas"]
