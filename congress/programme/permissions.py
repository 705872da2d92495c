"""Who may do what with sessions and proposals, beyond the roles of the team."""

from __future__ import annotations

import datetime as dt

from congress.programme.enums import (
    IN_PROPOSAL,
    PROPOSAL_TRANSITIONS,
    SESSION_TRANSITIONS,
    CallState,
    PersonState,
    ProposalState,
    SessionState,
)
from congress.programme.models import Call, ProposalPerson


def session_can_become(now: SessionState, wanted: SessionState) -> bool:
    """Whether a session may go from one state to another."""
    return wanted in SESSION_TRANSITIONS[now]


def is_open(call: Call, now: dt.datetime) -> bool:
    """Whether a call takes proposals at `now`: from its opening to its deadline, the deadline itself excluded."""
    return call.published_at is not None and call.opens_at <= now < call.closes_at


def can_review(call: Call, state: ProposalState, now: dt.datetime) -> bool:
    """Whether reviews of a proposal in this state may be written or changed at `now`."""
    is_late = call.reviews_close_at is not None and now >= call.reviews_close_at
    return state is ProposalState.SUBMITTED and not is_late


def call_state(call: Call, now: dt.datetime) -> CallState:
    """Where a call stands at `now`."""
    if call.published_at is None:
        return CallState.DRAFT
    if now < call.opens_at:
        return CallState.UPCOMING
    return CallState.OPEN if now < call.closes_at else CallState.CLOSED


def proposal_can_become(now: ProposalState, wanted: ProposalState) -> bool:
    """Whether a proposal may go from one state to another."""
    return wanted in PROPOSAL_TRANSITIONS[now]


def can_edit_proposal(person: ProposalPerson, now: dt.datetime) -> bool:
    """Whether this person may change the proposal by the link: in drafts and submitted ones, until the deadline."""
    proposal = person.proposal
    editable = proposal.state in {ProposalState.DRAFT, ProposalState.SUBMITTED}
    return person.state in IN_PROPOSAL and editable and is_open(proposal.call, now)


def can_invite(person: ProposalPerson, now: dt.datetime) -> bool:
    """Whether this person may ask others to join: only the submitter may."""
    return person.state is PersonState.SUBMITTER and can_edit_proposal(person, now)


def can_withdraw(person: ProposalPerson, now: dt.datetime) -> bool:
    """Whether this person may take the proposal back: only the submitter may, until the deadline."""
    return can_invite(person, now)


def can_reopen(person: ProposalPerson, now: dt.datetime) -> bool:
    """Whether a withdrawn proposal may become a draft again."""
    proposal = person.proposal
    is_back = proposal.state is ProposalState.WITHDRAWN
    return person.state is PersonState.SUBMITTER and is_back and is_open(proposal.call, now)


def can_answer_invitation(person: ProposalPerson, now: dt.datetime) -> bool:
    """Whether somebody who was asked to join may say yes now, also after having declined."""
    proposal = person.proposal
    asked = person.state in {PersonState.INVITED, PersonState.DECLINED}
    live = proposal.state in {ProposalState.DRAFT, ProposalState.SUBMITTED}
    return asked and live and is_open(proposal.call, now)
