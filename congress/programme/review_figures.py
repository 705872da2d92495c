"""How far reviewing is: each proposal with its score, each reviewer with what is done; who may be asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.accounts.models import Account
from congress.events.enums import Role
from congress.events.models import Event, TeamMember
from congress.events.permissions import CAPABILITIES, Capability
from congress.extensions import db
from congress.programme.enums import PersonState, ProposalState
from congress.programme.models import Call, Criterion, Proposal, ProposalPerson, Review, ReviewAssignment, Session
from congress.programme.review_list import by_one_of_its_people
from congress.programme.scores import Summary, summary_of, weights_of

DECIDABLE = (ProposalState.SUBMITTED, ProposalState.ACCEPTED, ProposalState.REJECTED)
REVIEWING = frozenset(role for role in Role if Capability.REVIEW_PROPOSALS in CAPABILITIES[role])


def reviewers_of(event: Event) -> list[Account]:
    """Everybody of the team who may review and can sign in, by name."""
    members = sa.select(TeamMember.account_id).where(
        TeamMember.role.in_(REVIEWING),
        sa.or_(TeamMember.event_id == event.id, TeamMember.series_id == event.series_id),
    )
    found = sa.select(Account).where(Account.id.in_(members), Account.disabled_at.is_(None))
    return list(db.session.scalars(found.order_by(Account.name, Account.id)))


def asked_first(event: Event) -> frozenset[int]:
    """Who is a reviewer and nothing else: those whom one thinks of first."""
    return frozenset(
        db.session.scalars(
            sa.select(TeamMember.account_id).where(
                TeamMember.role == Role.REVIEWER,
                sa.or_(TeamMember.event_id == event.id, TeamMember.series_id == event.series_id),
            )
        )
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal of the table of decisions, with the session that was made of it."""

    proposal: Proposal
    summary: Summary
    session: Session | None


@dataclass(frozen=True, slots=True)
class Work:
    """One reviewer's share; without an account: all who wrote reviews and are no longer in the team."""

    account: Account | None
    assigned: int
    done: int
    abstained: int


def table_of(call: Call) -> list[Row]:
    """Every proposal that was or can be decided, the best first and those without a score last."""
    made = {
        one.proposal_id: one
        for one in db.session.scalars(
            sa.select(Session).join(Proposal, Proposal.id == Session.proposal_id).where(Proposal.call_id == call.id)
        )
    }
    weights = weights_of(db.session.scalars(sa.select(Criterion).where(Criterion.call_id == call.id)))
    found = db.session.scalars(
        sa.select(Proposal)
        .where(
            Proposal.call_id == call.id,
            sa.or_(Proposal.state.in_(DECIDABLE), sa.exists().where(Session.proposal_id == Proposal.id)),
        )
        .options(
            joinedload(Proposal.track),
            joinedload(Proposal.format),
            selectinload(Proposal.reviews.and_(~by_one_of_its_people())).selectinload(Review.scores),
        )
        .order_by(Proposal.id)
    )
    rows = [Row(one, summary_of(one.reviews, weights), made.get(one.id)) for one in found]
    return sorted(rows, key=lambda row: (row.summary.score is None, -(row.summary.score or 0)))


def best(rows: Sequence[Row], top: int | None = None, least: Fraction | None = None) -> list[Row]:
    """The undecided rows with the `top` best scores, or with `least` at least; ties with the last one are in."""
    scored = [row for row in rows if row.proposal.state is ProposalState.SUBMITTED and row.summary.score is not None]
    if top is not None:
        scores = sorted((row.summary.score or Fraction(0) for row in scored), reverse=True)[:top]
        least = min(scores, default=None)
    return [row for row in scored if least is not None and (row.summary.score or 0) >= least]


def work_of(event: Event, call: Call) -> list[Work]:
    """What each reviewer was asked for and has done, of the proposals that are still in the call."""
    asked = _counts(call, ReviewAssignment)
    done = _counts(call, Review)
    abstained = _counts(call, Review, Review.abstained.is_(sa.true()))
    team = reviewers_of(event)
    known = {one.id for one in team}
    work = [Work(one, asked.get(one.id, 0), done.get(one.id, 0), abstained.get(one.id, 0)) for one in team]
    others = [key for key in {*asked, *done} if key not in known]
    if any(done.get(key) for key in others):
        sums = [sum(counts.get(key, 0) for key in others) for counts in (asked, done, abstained)]
        work.append(Work(None, *sums))
    return work


def submitted_proposals(call: Call) -> dict[str, Proposal]:
    """What can be assigned, by code, in the order of arrival."""
    found = sa.select(Proposal).where(Proposal.call_id == call.id, Proposal.state == ProposalState.SUBMITTED)
    return {one.code: one for one in db.session.scalars(found.order_by(Proposal.id))}


def assigned_to(call: Call) -> dict[int, frozenset[int]]:
    """The accounts that were asked, by proposal."""
    rows = db.session.execute(
        sa.select(ReviewAssignment.proposal_id, ReviewAssignment.account_id)
        .join(Proposal, Proposal.id == ReviewAssignment.proposal_id)
        .where(Proposal.call_id == call.id)
    )
    return _grouped((row[0], row[1]) for row in rows)


def conflicts_of(call: Call) -> dict[int, frozenset[int]]:
    """The accounts that are among the people of each proposal."""
    rows = db.session.execute(
        sa.select(ProposalPerson.proposal_id, Account.id)
        .join(Proposal, Proposal.id == ProposalPerson.proposal_id)
        .join(Account, Account.email_key == ProposalPerson.email_key)
        .where(Proposal.call_id == call.id, ProposalPerson.state != PersonState.DECLINED)
    )
    return _grouped((row[0], row[1]) for row in rows)


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in found.items()}


def _counts(
    call: Call, rows: type[Review | ReviewAssignment], *where: sa.ColumnElement[bool]
) -> dict[int | None, int]:
    found = db.session.execute(
        sa.select(rows.account_id, sa.func.count())
        .join(Proposal, Proposal.id == rows.proposal_id)
        .where(Proposal.call_id == call.id, Proposal.state.in_(DECIDABLE), *where)
        .group_by(rows.account_id)
    )
    return {row[0]: row[1] for row in found}
