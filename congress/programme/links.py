"""The secret links of speakers and of the people of a proposal."""

from __future__ import annotations

from congress.core.tokens import derive_token
from congress.programme.models import ProposalPerson, Speaker

SPEAKER = "speaker"
PROPOSAL = "proposal"


def speaker_token(speaker: Speaker) -> str:
    """The token of a speaker's own page."""
    return derive_token(SPEAKER, speaker.link_salt)


def proposal_token(person: ProposalPerson) -> str:
    """The token of a proposal's page, for one of its people."""
    return derive_token(PROPOSAL, person.link_salt)
