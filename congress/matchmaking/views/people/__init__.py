"""The organisers' pages about those who take part."""

from congress.matchmaking.views.people import imports, pages
from congress.matchmaking.views.people.scope import blueprint

__all__ = ["blueprint", "imports", "pages"]
