"""What a reviewer reads of a proposal. In a blind call nothing here knows who wrote it.

Pages of reviewers show a `Paper` and never a `Proposal`: its people are not even loaded when the call is blind.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.accounts.models import Account
from congress.core.errors import Missing
from congress.core.languages import translated
from congress.events.models import Event
from congress.extensions import db
from congress.programme.answers import in_words
from congress.programme.enums import IN_PROPOSAL, ProposalState
from congress.programme.errors import OwnProposal
from congress.programme.models import Call, Proposal, ProposalFile, ProposalPerson, Review
from congress.programme.review_list import DECIDED, is_own, may_see
from congress.programme.scores import mean_of, rounded, weights_of


@dataclass(frozen=True, slots=True)
class Paper:
    """A proposal without those who wrote it; `people` is None where the call is blind.

    `answers` are (question, answer in words), `files` (id, name): in a blind call the names are ours.
    """

    code: str
    title: str
    abstract: str
    language: str
    kind: str
    track: str
    changed_at: dt.datetime
    answers: tuple[tuple[str, str], ...]
    files: tuple[tuple[int, str], ...]
    people: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """A review as others read it: by whom (nothing when that is hidden), points by criterion, mean, comment."""

    by: str
    points: dict[int, int]
    mean: float | None
    comment: str
    abstained: bool


def opinion_of(proposal: Proposal, review: Review, by: str = "") -> Opinion:
    """What a review of this proposal says; the criteria and the points are loaded."""
    return Opinion(
        by=by,
        points={one.criterion_id: one.points for one in review.scores},
        mean=rounded(mean_of(review, weights_of(proposal.call.criteria))),
        comment=review.comment,
        abstained=review.abstained,
    )


def proposal_to_decide(event: Event, account: Account, call_id: int, code: str) -> Proposal:
    """The same for who decides, whoever was asked to review. `OwnProposal`: nobody reads what was said of the own."""
    found = db.session.execute(
        _with_content(sa.select(Proposal, is_own(account))).where(
            Proposal.event_id == event.id, Proposal.call_id == call_id, Proposal.code == code
        )
    ).one_or_none()
    if found is None or found[0].state is ProposalState.DRAFT:
        raise Missing
    if found[1]:
        raise OwnProposal
    proposal: Proposal = found[0]
    return proposal


def proposal_to_review(event: Event, account: Account, code: str) -> Proposal:
    """The proposal with all but its people. `OwnProposal`; `Missing` for what is not this account's to read."""
    found = db.session.execute(
        _with_content(sa.select(Proposal, is_own(account), may_see(account), _is_reviewed(account)))
        .join(Proposal.call)
        .where(Proposal.event_id == event.id, Proposal.code == code)
    ).one_or_none()
    if found is None:
        raise Missing
    proposal: Proposal = found[0]
    own, visible, reviewed = found[1:]
    if own and proposal.state in {ProposalState.SUBMITTED, *DECIDED}:
        raise OwnProposal
    if own or not _is_readable(proposal.state, visible=bool(visible), reviewed=bool(reviewed)):
        raise Missing
    return proposal


def paper_of(proposal: Proposal) -> Paper:
    """What its reviewers read."""
    call = proposal.call
    return Paper(
        code=proposal.code,
        title=proposal.title,
        abstract=proposal.abstract,
        language=proposal.language,
        kind=translated(proposal.format.name) if proposal.format else "",
        track=translated(proposal.track.name) if proposal.track else "",
        changed_at=proposal.changed_at,
        answers=tuple(_answers(proposal, hides_names=call.is_blind)),
        files=tuple((one.id, name) for one, name in files_of(proposal)),
        people=None if call.is_blind else _people(proposal),
    )


def files_of(proposal: Proposal) -> list[tuple[ProposalFile, str]]:
    """The files that its reviewers may open, with the names under which they do.

    In a blind call a file is called by the proposal's code and a number, and the answer to a question about people
    is not among them.
    """
    if not proposal.call.is_blind:
        return [(one, one.file_name) for one in proposal.files]
    hidden = {one.id for one in proposal.call.questions if one.names_people}
    shown = [one for one in proposal.files if one.question_id not in hidden]
    return [
        (one, f"{proposal.code}-{number}{PurePosixPath(one.stored_name).suffix}")
        for number, one in enumerate(shown, start=1)
    ]


def _with_content(statement: Any) -> Any:
    return statement.options(
        joinedload(Proposal.call).options(selectinload(Call.criteria), selectinload(Call.questions)),
        joinedload(Proposal.format),
        joinedload(Proposal.track),
        selectinload(Proposal.answers),
        selectinload(Proposal.files),
    )


def _is_readable(state: ProposalState, *, visible: bool, reviewed: bool) -> bool:
    return visible if state is ProposalState.SUBMITTED else state in DECIDED and reviewed


def _is_reviewed(account: Account) -> sa.ColumnElement[bool]:
    return sa.exists().where(Review.proposal_id == Proposal.id, Review.account_id == account.id)


def _people(proposal: Proposal) -> tuple[tuple[str, str], ...]:
    found = db.session.scalars(
        sa.select(ProposalPerson)
        .where(ProposalPerson.proposal_id == proposal.id, ProposalPerson.state.in_(IN_PROPOSAL))
        .order_by(ProposalPerson.id)
    )
    return tuple((one.full_name, one.organisation) for one in found)


def _answers(proposal: Proposal, *, hides_names: bool) -> list[tuple[str, str]]:
    values = {one.question_id: one.value for one in proposal.answers}
    return [
        (translated(one.label), answer)
        for one in proposal.call.questions
        if not (hides_names and one.names_people) and (answer := in_words(one, values.get(one.id)))
    ]
