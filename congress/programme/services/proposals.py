"""Proposals: drafted, submitted, changed and withdrawn by their people until the deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.audit.services import record
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.errors import Missing
from congress.core.tokens import new_link
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.programme.call_queries import asked
from congress.programme.codes import new_code
from congress.programme.enums import PersonState, ProposalState
from congress.programme.errors import CallClosed, ChangedMeanwhile, StepRefused
from congress.programme.links import PROPOSAL
from congress.programme.models import Call, Proposal, ProposalAnswer, ProposalPerson
from congress.programme.permissions import is_open, proposal_can_become
from congress.programme.services.attachments import change_files
from congress.programme.signals import proposal_received, proposal_saved_as_draft, proposal_withdrawn
from congress.programme.uploads import Upload


@dataclass(frozen=True, slots=True)
class Author:
    """What one of a proposal's people says about themselves."""

    given_name: str
    family_name: str
    email: str
    organisation: str
    job_title: str
    biography: str
    language: str


@dataclass(frozen=True, slots=True)
class Content:
    """What is proposed. `answers` by question id; `uploads` are (question id or None, file)."""

    title: str
    abstract: str
    language: str
    format_id: int | None
    track_id: int | None
    answers: Mapping[int, Any]
    uploads: Sequence[tuple[int | None, Upload]] = ()
    removed_files: Collection[int] = field(default_factory=frozenset)

    def columns(self) -> dict[str, Any]:
        """The proposal's own columns."""
        names = ("title", "abstract", "language", "format_id", "track_id")
        return {name: getattr(self, name) for name in names}


def start(call_id: int, author: Author, content: Content, *, submit: bool) -> ProposalPerson:
    """A new proposal, as a draft or submitted; `CallClosed` from the second of the deadline on."""
    call, now = open_call(call_id)
    proposal = Proposal(
        event_id=call.event_id, call_id=call.id, code=new_code(), created_at=now, changed_at=now, **content.columns()
    )
    db.session.add(proposal)
    db.session.flush()
    person = new_person(proposal, PersonState.SUBMITTER, author.email, author.language, now)
    write_author(person, author)
    _write_answers(call, proposal, content.answers)
    note("proposal.drafted", proposal)
    change_files(proposal, content.uploads, content.removed_files)
    if submit:
        _submit(proposal, now)
    else:
        db.session.flush()
        proposal_saved_as_draft.send(None, proposal=proposal)
    return person


def change(person: ProposalPerson, content: Content, *, submit: bool, seen_version: int) -> None:
    """Change what is proposed; a draft is submitted with it when `submit` says so."""
    proposal, now = editable(person)
    if proposal.version != seen_version:
        raise ChangedMeanwhile
    for name, value in content.columns().items():
        setattr(proposal, name, value)
    _write_answers(proposal.call, proposal, content.answers)
    change_files(proposal, content.uploads, content.removed_files)
    touch(proposal, now)
    if submit and proposal.state is ProposalState.DRAFT:
        _submit(proposal, now)
    else:
        note("proposal.changed", proposal)


def correct(person: ProposalPerson, author: Author) -> None:
    """New data of one of the people, by that person; the address stays, it is where the link went."""
    proposal, now = editable(person)
    write_author(person, author)
    touch(proposal, now)
    note("proposal.person_changed", proposal)


def withdraw(person: ProposalPerson) -> None:
    """Take the proposal back, by its submitter; withdrawing twice is withdrawing once."""
    proposal, now = lock_proposal(person)
    if proposal.state is ProposalState.WITHDRAWN:
        return
    if person.state is not PersonState.SUBMITTER:
        raise StepRefused
    require_open(proposal, now)
    _become(proposal, ProposalState.WITHDRAWN)
    touch(proposal, now)
    note("proposal.withdrawn", proposal)
    proposal_withdrawn.send(None, proposal=proposal)


def reopen(person: ProposalPerson) -> None:
    """Make a draft of a withdrawn proposal again."""
    proposal, now = lock_proposal(person)
    if proposal.state is ProposalState.DRAFT:
        return
    if person.state is not PersonState.SUBMITTER:
        raise StepRefused
    require_open(proposal, now)
    _become(proposal, ProposalState.DRAFT)
    proposal.submitted_at = None
    touch(proposal, now)
    note("proposal.reopened", proposal)


def set_note(event: Event, proposal: Proposal, text: str) -> None:
    """The organisers' own note; no page of the proposal's people shows it."""
    if proposal.event_id != event.id:
        raise Missing
    if proposal.note != text:
        proposal.note = text
        db.session.flush()
        note("proposal.noted", proposal)


def open_call(call_id: int) -> tuple[Call, dt.datetime]:
    """A call of a live event that takes proposals at this moment; its times are held until the transaction ends."""
    call = db.session.scalar(
        sa.select(Call)
        .join(Call.event)
        .where(Call.id == call_id, Event.status == EventStatus.PUBLISHED)
        .options(selectinload(Call.questions))
        .with_for_update(read=True, of=Call)
        .execution_options(populate_existing=True)
    )
    now = clock.now()
    if call is None or not is_open(call, now):
        raise CallClosed
    return call, now


def lock_proposal(person: ProposalPerson) -> tuple[Proposal, dt.datetime]:
    """A person's proposal as it is now, held until the end of the transaction, and the moment when that was."""
    proposal = db.session.scalar(
        sa.select(Proposal)
        .where(Proposal.id == person.proposal_id)
        .options(
            joinedload(Proposal.call, innerjoin=True).selectinload(Call.questions),
            selectinload(Proposal.people),
            selectinload(Proposal.answers),
            selectinload(Proposal.files),
        )
        .with_for_update(of=Proposal)
        .execution_options(populate_existing=True)
    )
    now = clock.now()
    if proposal is None or person not in proposal.people:
        raise Missing
    return proposal, now


def editable(person: ProposalPerson) -> tuple[Proposal, dt.datetime]:
    """The proposal, locked, when its people may still change it."""
    proposal, now = lock_proposal(person)
    if person.state not in {PersonState.SUBMITTER, PersonState.JOINED}:
        raise StepRefused
    require_open(proposal, now)
    if proposal.state not in {ProposalState.DRAFT, ProposalState.SUBMITTED}:
        raise StepRefused
    return proposal, now


def require_open(proposal: Proposal, now: dt.datetime) -> None:
    """`CallClosed` from the second of the deadline on."""
    if not is_open(proposal.call, now):
        raise CallClosed


def new_person(proposal: Proposal, state: PersonState, email: str, language: str, now: dt.datetime) -> ProposalPerson:
    """One of a proposal's people with a link of their own."""
    salt, digest = new_link(PROPOSAL)
    person = ProposalPerson(
        proposal_id=proposal.id,
        state=state,
        email=email,
        email_key=address_key(email),
        language=language,
        link_salt=salt,
        link_hash=digest,
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    return person


def write_author(person: ProposalPerson, author: Author) -> None:
    """Everything but the address."""
    for name, value in asdict(author).items():
        if name != "email":
            setattr(person, name, value)
    db.session.flush()


def touch(proposal: Proposal, now: dt.datetime) -> None:
    """Count the change."""
    proposal.version += 1
    proposal.changed_at = now
    db.session.flush()


def note(action: str, proposal: Proposal) -> None:
    """An audit row without names: who acted is the actor, what it says is the proposal's."""
    record(action, "proposal", proposal.id, event_id=proposal.event_id)


def _submit(proposal: Proposal, now: dt.datetime) -> None:
    _become(proposal, ProposalState.SUBMITTED)
    proposal.submitted_at = now
    db.session.flush()
    note("proposal.submitted", proposal)
    proposal_received.send(None, proposal=proposal)


def _become(proposal: Proposal, wanted: ProposalState) -> None:
    if not proposal_can_become(proposal.state or ProposalState.DRAFT, wanted):
        raise StepRefused
    proposal.state = wanted


def _write_answers(call: Call, proposal: Proposal, answers: Mapping[int, Any]) -> None:
    """The answers to what is asked now; those to archived questions stay as they are."""
    ids = [question.id for question in asked(call)]
    db.session.execute(
        sa.delete(ProposalAnswer).where(
            ProposalAnswer.proposal_id == proposal.id, ProposalAnswer.question_id.in_(ids)
        )
    )
    db.session.flush()
    rows = [
        {"proposal_id": proposal.id, "question_id": question_id, "value": answers[question_id]}
        for question_id in ids
        if answers.get(question_id) not in (None, "", [])
    ]
    if rows:
        db.session.execute(sa.insert(ProposalAnswer), rows)
    db.session.expire(proposal, ["answers"])
