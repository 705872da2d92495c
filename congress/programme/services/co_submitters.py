"""Co-submitters: invited by the submitter, joining with their own data, or not."""

from __future__ import annotations

import datetime as dt

from congress.accounts import attempts
from congress.core.addresses import address_key
from congress.core.errors import Missing
from congress.core.languages import lazy_gettext as _l
from congress.extensions import db
from congress.programme.enums import PersonState
from congress.programme.errors import AlreadyInProposal, StepRefused, TooManyPeople
from congress.programme.models import Proposal, ProposalPerson
from congress.programme.services.proposals import (
    Author,
    editable,
    lock_proposal,
    new_person,
    note,
    require_open,
    touch,
    write_author,
)
from congress.programme.signals import co_submitter_invited

INVITATIONS_A_DAY = 30
DAY = dt.timedelta(days=1)
COUNTED = frozenset({PersonState.SUBMITTER, PersonState.INVITED, PersonState.JOINED})
"""Who takes one of a call's places for people."""


def invite(person: ProposalPerson, email: str, language: str) -> ProposalPerson:
    """Ask somebody to join, by a mail with a link; somebody who has not answered yet gets it once more."""
    proposal, now = _of_submitter(person)
    attempts.count("co-submitter", str(proposal.id), INVITATIONS_A_DAY, DAY)
    attempts.count("invited by proposals", address_key(email), INVITATIONS_A_DAY, DAY)
    known = next((one for one in proposal.people if one.email_key == address_key(email)), None)
    if known is not None and known.state is not PersonState.INVITED:
        raise AlreadyInProposal
    if known is None:
        _check_room(proposal)
        known = new_person(proposal, PersonState.INVITED, email, language, now)
        touch(proposal, now)
    note("proposal.co_submitter_invited", proposal)
    co_submitter_invited.send(None, person=known)
    return known


def join(person: ProposalPerson, author: Author) -> None:
    """Say yes, with one's own data; saying it twice is saying it once."""
    proposal, now = lock_proposal(person)
    if person.state is PersonState.JOINED:
        return
    require_open(proposal, now)
    if person.state is PersonState.DECLINED:
        _check_room(proposal)
    elif person.state is not PersonState.INVITED:
        raise StepRefused
    person.state = PersonState.JOINED
    write_author(person, author)
    touch(proposal, now)
    note("proposal.co_submitter_joined", proposal)


def decline(person: ProposalPerson) -> None:
    """Say no, or leave: what one said about oneself goes, the address stays so that nobody asks again."""
    proposal, now = lock_proposal(person)
    if person.state is PersonState.DECLINED:
        return
    if person.state is PersonState.SUBMITTER:
        raise StepRefused(_l("The submitter cannot leave the proposal. Withdraw it instead."))
    person.state = PersonState.DECLINED
    write_author(person, Author("", "", person.email, "", "", "", person.language))
    touch(proposal, now)
    note("proposal.co_submitter_declined", proposal)


def remove(person: ProposalPerson, other_id: int) -> None:
    """Take a co-submitter out, by the submitter; the link stops working."""
    proposal, now = _of_submitter(person)
    other = next((one for one in proposal.people if one.id == other_id), None)
    if other is None:
        raise Missing
    if other.state not in {PersonState.INVITED, PersonState.JOINED}:
        raise StepRefused
    db.session.delete(other)
    touch(proposal, now)
    db.session.expire(proposal, ["people"])
    note("proposal.co_submitter_removed", proposal)


def _of_submitter(person: ProposalPerson) -> tuple[Proposal, dt.datetime]:
    proposal, now = editable(person)
    if person.state is not PersonState.SUBMITTER:
        raise StepRefused
    return proposal, now


def _check_room(proposal: Proposal) -> None:
    if sum(one.state in COUNTED for one in proposal.people) >= proposal.call.max_people:
        raise TooManyPeople
