"""The secret links of speakers and of the people of a proposal."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.core.tokens import derive_token, hash_token
from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import ProposalPerson, Speaker

SPEAKER = "speaker"
PROPOSAL = "proposal"


def speaker_token(speaker: Speaker) -> str:
    """The token of a speaker's own page."""
    return derive_token(SPEAKER, speaker.link_salt)


def proposal_token(person: ProposalPerson) -> str:
    """The token of a proposal's page, for one of its people."""
    return derive_token(PROPOSAL, person.link_salt)


def speaker_by_token(token: str) -> Speaker | None:
    """Whom a speaker's link belongs to, with all that the own page shows."""
    return db.session.scalar(
        sa.select(Speaker)
        .where(Speaker.link_hash == hash_token(token))
        .options(
            joinedload(Speaker.event, innerjoin=True).joinedload(Event.series, innerjoin=True),
            selectinload(Speaker.sessions),
            selectinload(Speaker.availabilities),
        )
        .execution_options(populate_existing=True)
    )
