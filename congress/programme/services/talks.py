"""An accepted talk becomes a session, and its people speakers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import IN_PROPOSAL, SCHEDULABLE, SessionState
from congress.programme.models import Proposal, ProposalPerson, Session, Speaker
from congress.programme.services.casting import add_speaker
from congress.programme.services.sessions import change_state, create_session
from congress.programme.services.speakers import change_speaker, create_speaker


def session_of_talk(event: Event, proposal: Proposal) -> list[Speaker]:
    """Make the session of an accepted talk, or bring back the one that it had; returns its speakers.

    The proposal is loaded with its people. Whoever was asked to join and has not said yes is no speaker.
    """
    session = db.session.scalar(sa.select(Session).where(Session.proposal_id == proposal.id))
    if session is None:
        session = create_session(event, _values(proposal))
    elif session.state not in SCHEDULABLE:
        change_state(event, session.code, SessionState.ACCEPTED)
    speakers = [_speaker(event, person) for person in proposal.people if person.state in IN_PROPOSAL]
    for speaker in speakers:
        add_speaker(event, session.code, speaker.code)
    return speakers


def _values(proposal: Proposal) -> dict[str, Any]:
    return {
        "state": SessionState.ACCEPTED,
        "title": {proposal.language: proposal.title},
        "abstract": {proposal.language: proposal.abstract} if proposal.abstract else {},
        "language": proposal.language,
        "format_id": proposal.format_id,
        "track_id": proposal.track_id,
        "proposal_id": proposal.id,
    }


def _speaker(event: Event, person: ProposalPerson) -> Speaker:
    """Whoever has this address at this event already, with what was still empty filled in; else somebody new."""
    found = db.session.scalar(
        sa.select(Speaker).where(Speaker.event_id == event.id, Speaker.email_key == person.email_key)
    )
    biography = {person.language: person.biography} if person.biography else {}
    if found is None:
        return create_speaker(
            event,
            {
                "given_name": person.given_name,
                "family_name": person.family_name,
                "email": person.email,
                "organisation": person.organisation,
                "job_title": person.job_title,
                "biography": biography,
                "language": person.language,
            },
        )
    values = {
        "organisation": found.organisation or person.organisation,
        "job_title": found.job_title or person.job_title,
        "biography": biography | found.biography,
    }
    return change_speaker(event, found.code, values, found.version)
