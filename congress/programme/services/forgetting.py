"""Taking people out of proposals: when they ask, and when the time of their event is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.core.tokens import new_link
from congress.events.models import Event
from congress.events.services.pages import event_changed
from congress.extensions import db
from congress.programme.enums import IN_PROPOSAL, PersonState, ProposalState, QuestionKind
from congress.programme.links import PROPOSAL
from congress.programme.models import Call, Proposal, ProposalAnswer, ProposalPerson, Question
from congress.programme.services.attachments import delete_files
from congress.programme.services.proposals import note

ERASED = "erased-"
FREE = frozenset({QuestionKind.LINE, QuestionKind.PARAGRAPHS, QuestionKind.LINK, QuestionKind.FILE})
"""Kinds of answers in which anything may stand, names included."""


def take_out(person: ProposalPerson) -> None:
    """Erase one person. A proposal that nobody else signed goes with them; an accepted one loses its names."""
    proposal = person.proposal
    others = [one for one in proposal.people if one is not person and one.state in IN_PROPOSAL and one.email]
    if person.state is PersonState.SUBMITTER and not others:
        if proposal.state is not ProposalState.ACCEPTED:
            delete(proposal)
            return
        strip(proposal, {person}, names_too=True)
    else:
        was_submitter = person.state is PersonState.SUBMITTER
        db.session.delete(person)
        db.session.flush()
        if was_submitter:
            others[0].state = PersonState.SUBMITTER
        _forget_answers(proposal)
        db.session.flush()
        db.session.expire(proposal, ["people"])
    note("proposal.person_erased", proposal)
    _renew_pages(proposal)


def forget_event(event: Event) -> None:
    """What is kept of the proposals of an event whose time is over: of accepted ones, what was published."""
    for proposal in proposals_kept(event):
        if proposal.state is ProposalState.ACCEPTED:
            strip(proposal, proposal.people, names_too=False)
        else:
            delete(proposal)


def proposals_kept(event: Event) -> Sequence[Proposal]:
    """The proposals of an event of which more is kept than was published."""
    known = sa.exists().where(
        ProposalPerson.proposal_id == Proposal.id, ProposalPerson.email_key.not_like(f"{ERASED}%")
    )
    return db.session.scalars(
        sa.select(Proposal)
        .where(Proposal.event_id == event.id, sa.or_(Proposal.state != ProposalState.ACCEPTED, known))
        .options(
            joinedload(Proposal.call, innerjoin=True), selectinload(Proposal.people), selectinload(Proposal.files)
        )
        .order_by(Proposal.id)
    ).all()


def strip(proposal: Proposal, people: Collection[ProposalPerson], *, names_too: bool) -> None:
    """Leave of an accepted proposal what the programme says: title and abstract, and perhaps who signed it."""
    for person in people:
        person.email, person.email_key = "", f"{ERASED}{person.id}"
        person.biography = person.job_title = ""
        person.link_salt, person.link_hash = new_link(PROPOSAL)
        if names_too:
            person.given_name = person.family_name = person.organisation = ""
    proposal.note = ""
    delete_files(proposal.files)
    _forget_answers(proposal)
    db.session.flush()
    db.session.expire(proposal, ["files"])


def delete(proposal: Proposal) -> None:
    """The proposal with everything that hangs on it, and its files."""
    delete_files(proposal.files)
    note("proposal.erased", proposal)
    db.session.flush()
    db.session.expunge(proposal)
    db.session.execute(
        sa.delete(Proposal).where(Proposal.id == proposal.id).execution_options(synchronize_session=False)
    )


def _forget_answers(proposal: Proposal) -> None:
    """The answers that may name people, and those in which anything may stand."""
    telling = sa.select(Question.id).where(
        Question.call_id == proposal.call_id, sa.or_(Question.names_people, Question.kind.in_(FREE))
    )
    db.session.execute(
        sa.delete(ProposalAnswer)
        .where(ProposalAnswer.proposal_id == proposal.id, ProposalAnswer.question_id.in_(telling))
        .execution_options(synchronize_session=False)
    )
    db.session.expire(proposal, ["answers"])


def _renew_pages(proposal: Proposal) -> None:
    """A published list of laureates names its people."""
    is_public = sa.select(Call.id).where(Call.id == proposal.call_id, Call.laureates_published_at.is_not(None))
    if db.session.scalar(is_public) is not None:
        event_changed(db.session.get_one(Event, proposal.event_id))
