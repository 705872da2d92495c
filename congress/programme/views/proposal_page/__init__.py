"""The pages of a proposal, by the link of one of its people."""

from congress.programme.views.proposal_page import content, people
from congress.programme.views.proposal_page.scope import blueprint

__all__ = ["blueprint", "content", "people"]
