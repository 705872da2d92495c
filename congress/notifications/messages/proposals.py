"""Mails to the people of a proposal: each with the link of its reader, and only while it is still true."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core import clock, text
from congress.core.languages import translated
from congress.core.templating import datetime_long, zone_city
from congress.events.models import Event
from congress.extensions import db
from congress.mail.messages import Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.notifications import links
from congress.programme.enums import IN_PROPOSAL, PersonState, ProposalState
from congress.programme.models import Call, Proposal, ProposalPerson
from congress.programme.permissions import is_open

INVITED = frozenset({PersonState.INVITED})
SENT = frozenset({ProposalState.SUBMITTED, ProposalState.ACCEPTED, ProposalState.REJECTED})
LIVE = frozenset({ProposalState.DRAFT, ProposalState.SUBMITTED})


@message("proposal_draft")
def draft(mail: Mail) -> Message:
    """The link to a draft, which is the only way back to it."""
    return _message(mail, frozenset({ProposalState.DRAFT}))


@message("proposal_reminder")
def reminder(mail: Mail) -> Message:
    """A draft that nobody submitted, a day before the deadline."""
    return _message(mail, frozenset({ProposalState.DRAFT}), while_open=True)


@message("proposal_received")
def received(mail: Mail) -> Message:
    """The organisers have it."""
    return _message(mail, SENT)


@message("proposal_invitation")
def invitation(mail: Mail) -> Message:
    """Somebody is asked to join, by whom, and what it is."""
    return _message(mail, LIVE, INVITED, while_open=True)


@message("proposal_withdrawn")
def withdrawn(mail: Mail) -> Message:
    """The proposal was taken back by its submitter."""
    return _message(mail, frozenset({ProposalState.WITHDRAWN}))


def _message(
    mail: Mail,
    states: Collection[ProposalState],
    people: Collection[PersonState] = IN_PROPOSAL,
    *,
    while_open: bool = False,
) -> Message:
    person = _person(mail.context["person_id"])
    if person is None or person.email_key != mail.recipient_key or person.state not in people:
        raise NoLongerTrue
    proposal = person.proposal
    if proposal.state not in states or (while_open and not is_open(proposal.call, clock.now())):
        raise NoLongerTrue
    return Message(values=_values(person, mail.language), reply_to=proposal.call.event.contact_email)


def _values(person: ProposalPerson, language: str) -> dict[str, Any]:
    proposal = person.proposal
    call, event = proposal.call, proposal.call.event
    submitter = next((one for one in proposal.people if one.state is PersonState.SUBMITTER), person)
    return {
        "person": text.one_line(person.full_name),
        "inviter": text.one_line(submitter.full_name),
        "title": text.one_line(proposal.title),
        "call": translated(call.title, language),
        "event": translated(event.name, language),
        "deadline": f"{datetime_long(call.closes_at, event.zone)} ({zone_city(event.zone)}, {event.zone})",
        "can_edit": is_open(call, clock.now()),
        "link": links.proposal_page(person, language),
        "colour": event.colour or event.series.colour,
    }


def _person(person_id: int) -> ProposalPerson | None:
    proposal = joinedload(ProposalPerson.proposal, innerjoin=True)
    return db.session.scalar(
        sa.select(ProposalPerson)
        .where(ProposalPerson.id == person_id)
        .options(
            proposal.joinedload(Proposal.call, innerjoin=True)
            .joinedload(Call.event, innerjoin=True)
            .joinedload(Event.series, innerjoin=True),
            proposal.selectinload(Proposal.people),
        )
    )
