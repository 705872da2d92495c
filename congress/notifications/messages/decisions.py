"""Mails about decisions: one to each person of a proposal, the same text that the organisers have read before."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core import text
from congress.core.languages import translated
from congress.events.models import Event
from congress.extensions import db
from congress.mail.messages import Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.notifications import links
from congress.programme.enums import IN_PROPOSAL, ProposalState
from congress.programme.models import Call, Proposal, ProposalPerson

ACCEPTED = "proposal_accepted"
REJECTED = "proposal_rejected"
TEMPLATES = {ProposalState.ACCEPTED: ACCEPTED, ProposalState.REJECTED: REJECTED}


def recipients(proposal: Proposal) -> list[ProposalPerson]:
    """Who is told: everybody who said yes to being one of its people, and was not erased."""
    return [person for person in proposal.people if person.state in IN_PROPOSAL and person.email]


@message(ACCEPTED)
def accepted(mail: Mail) -> Message:
    """The proposal was accepted, and what follows from it."""
    return _message(mail, ProposalState.ACCEPTED)


@message(REJECTED)
def rejected(mail: Mail) -> Message:
    """The proposal was not accepted."""
    return _message(mail, ProposalState.REJECTED)


def _message(mail: Mail, state: ProposalState) -> Message:
    person = _person(mail.context["person_id"])
    if person is None or person.email_key != mail.recipient_key or person.state not in IN_PROPOSAL:
        raise NoLongerTrue
    proposal = person.proposal
    if proposal.state is not state and not mail.context.get("preview"):
        raise NoLongerTrue
    event = proposal.call.event
    return Message(values=_values(person, mail.language), reply_to=event.contact_email)


def _values(person: ProposalPerson, language: str) -> dict[str, Any]:
    proposal = person.proposal
    event = proposal.call.event
    return {
        "person": text.one_line(person.full_name),
        "title": proposal.title,
        "call": translated(proposal.call.title, language),
        "kind": proposal.call.kind.value,
        "event": translated(event.name, language),
        "link": links.proposal_page(person, language),
        "colour": event.colour or event.series.colour,
    }


def _person(person_id: int) -> ProposalPerson | None:
    return db.session.scalar(
        sa.select(ProposalPerson)
        .where(ProposalPerson.id == person_id)
        .options(
            joinedload(ProposalPerson.proposal, innerjoin=True)
            .joinedload(Proposal.call, innerjoin=True)
            .joinedload(Call.event, innerjoin=True)
            .joinedload(Event.series, innerjoin=True)
        )
    )
