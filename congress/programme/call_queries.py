"""Reads of calls and proposals. An event, a call or a link comes first: nothing is found by an id alone."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.core import clock
from congress.core.errors import Missing
from congress.core.tokens import hash_token
from congress.events.enums import SEEN_BY_PUBLIC
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import CallState, ProposalState, QuestionKind
from congress.programme.models import (
    Call,
    Proposal,
    ProposalAnswer,
    ProposalFile,
    ProposalPerson,
    Question,
)
from congress.programme.permissions import call_state


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call of the organisers' list with its state now and its proposals by state."""

    call: Call
    state: CallState
    counts: dict[ProposalState, int]

    @property
    def sent(self) -> int:
        """How many proposals were submitted and not taken back."""
        kept = (ProposalState.SUBMITTED, ProposalState.ACCEPTED, ProposalState.REJECTED)
        return sum(self.counts.get(state, 0) for state in kept)


def calls_of(event: Event) -> list[CallRow]:
    """Every call of an event, the next deadline first; two queries."""
    now = clock.now()
    calls = db.session.scalars(sa.select(Call).where(Call.event_id == event.id).order_by(Call.closes_at, Call.id))
    rows = [CallRow(call, call_state(call, now), {}) for call in calls]
    counted = db.session.execute(
        sa.select(Proposal.call_id, Proposal.state, sa.func.count())
        .where(Proposal.event_id == event.id)
        .group_by(Proposal.call_id, Proposal.state)
    )
    by_id = {row.call.id: row for row in rows}
    for call_id, state, number in counted:
        by_id[call_id].counts[state] = number
    return rows


def call_of(event: Event, call_id: int) -> Call:
    """A call of this event with its questions; `Missing` for that of another one."""
    call = db.session.scalar(
        sa.select(Call)
        .where(Call.id == call_id, Call.event_id == event.id)
        .options(joinedload(Call.event).joinedload(Event.series), selectinload(Call.questions))
    )
    if call is None:
        raise Missing
    return call


def question_of(call: Call, question_id: int) -> Question:
    """A question of this call, archived or not."""
    for question in call.questions:
        if question.id == question_id:
            return question
    raise Missing


def asked(call: Call) -> list[Question]:
    """The questions that the form asks, in order."""
    return [question for question in call.questions if question.archived_at is None]


def has_answers(question: Question) -> bool:
    """Whether anybody answered it."""
    rows = ProposalFile if question.kind is QuestionKind.FILE else ProposalAnswer
    return db.session.scalar(sa.select(sa.exists().where(rows.question_id == question.id))) is True


def has_proposals(call: Call) -> bool:
    """Whether anybody sent or drafted one."""
    return db.session.scalar(sa.select(sa.exists().where(Proposal.call_id == call.id))) is True


def public_calls(event: Event) -> list[Call]:
    """The calls that the public sees, open ones and past ones; the next deadline first."""
    found = sa.select(Call).where(Call.event_id == event.id, Call.published_at.is_not(None))
    return list(db.session.scalars(found.options(joinedload(Call.event)).order_by(Call.closes_at, Call.id)))


def public_call(event_slug: str, call_slug: str) -> Call:
    """A call as the public sees it, with its event and questions."""
    call = db.session.scalar(
        sa.select(Call)
        .join(Call.event)
        .where(
            Event.slug == event_slug,
            Event.status.in_(SEEN_BY_PUBLIC),
            Call.slug == call_slug,
            Call.published_at.is_not(None),
        )
        .options(joinedload(Call.event).joinedload(Event.series), selectinload(Call.questions))
    )
    if call is None:
        raise Missing
    return call


def person_by_token(token: str) -> ProposalPerson | None:
    """Whose link this is, with the proposal and all that its page shows."""
    found = sa.select(ProposalPerson).where(ProposalPerson.link_hash == hash_token(token))
    proposal = joinedload(ProposalPerson.proposal, innerjoin=True)
    return db.session.scalar(
        found.options(
            proposal.joinedload(Proposal.call, innerjoin=True).options(
                joinedload(Call.event, innerjoin=True).joinedload(Event.series, innerjoin=True),
                selectinload(Call.questions),
            ),
            proposal.joinedload(Proposal.track),
            proposal.joinedload(Proposal.format),
            proposal.selectinload(Proposal.people),
            proposal.selectinload(Proposal.answers),
            proposal.selectinload(Proposal.files),
        )
    )


def person_if_not_renewed(person_id: int, link_hash: bytes) -> ProposalPerson | None:
    """One of a proposal's people; None when there is another link since: that one is not for who had the first."""
    found = sa.select(ProposalPerson).where(ProposalPerson.id == person_id, ProposalPerson.link_hash == link_hash)
    return db.session.scalar(found)


def proposal_of(event: Event, code: str) -> Proposal:
    """A proposal of this event with everything that was sent."""
    proposal = db.session.scalar(
        sa.select(Proposal)
        .where(Proposal.event_id == event.id, Proposal.code == code)
        .options(
            joinedload(Proposal.call, innerjoin=True).selectinload(Call.questions),
            joinedload(Proposal.track),
            joinedload(Proposal.format),
            selectinload(Proposal.people),
            selectinload(Proposal.answers),
            selectinload(Proposal.files),
        )
    )
    if proposal is None:
        raise Missing
    return proposal
