"""Decisions: pending as long as nobody was told, then applied together, once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.core import clock
from congress.core.errors import Missing
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme.enums import CallKind, Decision, LinkReason, ProposalState
from congress.programme.errors import AlreadyAccepted, ReadAgain, StepRefused
from congress.programme.models import Call, Proposal, Speaker
from congress.programme.permissions import proposal_can_become
from congress.programme.review_figures import best, table_of
from congress.programme.services.calls import lock_call
from congress.programme.services.drafting import lock_programme
from congress.programme.services.talks import session_of_talk
from congress.programme.signals import decisions_applied, speaker_link_requested

OUTCOMES = {Decision.ACCEPT: ProposalState.ACCEPTED, Decision.REJECT: ProposalState.REJECTED}
PENDING = (ProposalState.SUBMITTED, ProposalState.REJECTED)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the pending decisions."""

    accepted: int
    rejected: int


def decide(event: Event, call_id: int, codes: Collection[str], decision: Decision | None) -> int:
    """Note what is to become of these proposals; None takes a decision back. Returns how many changed.

    Nobody is told. Raises `AlreadyAccepted`, `StepRefused` (rejected ones can only be accepted), `Missing`.
    """
    call = lock_call(event, call_id)
    proposals = _locked(sa.select(Proposal).where(Proposal.call_id == call.id, Proposal.code.in_(codes)))
    if len(proposals) != len(set(codes)):
        raise Missing
    for proposal in proposals:
        if proposal.state is ProposalState.ACCEPTED:
            raise AlreadyAccepted
        if proposal.state not in PENDING or (
            decision and not proposal_can_become(proposal.state, OUTCOMES[decision])
        ):
            raise StepRefused
    return _set(event, call, proposals, decision)


def decide_by_score(
    event: Event, call_id: int, *, top: int | None = None, least: Fraction | None = None, reject_others: bool = False
) -> Applied:
    """Accept the best of the submitted proposals (see `review_figures.best`), and perhaps reject all others."""
    call = lock_call(event, call_id)
    chosen = {row.proposal.id for row in best(table_of(call), top, least)}
    submitted = _locked(
        sa.select(Proposal).where(Proposal.call_id == call.id, Proposal.state == ProposalState.SUBMITTED)
    )
    accepted = [one for one in submitted if one.id in chosen]
    others = [one for one in submitted if one.id not in chosen] if reject_others else []
    _set(event, call, accepted, Decision.ACCEPT)
    _set(event, call, others, Decision.REJECT)
    return Applied(len(accepted), len(others))


def pending(call: Call) -> list[Proposal]:
    """The proposals with a decision that was not applied, with all that their mails tell; by id."""
    return list(db.session.scalars(_pending(call).order_by(Proposal.id)))


def fingerprint(proposals: Sequence[Proposal]) -> str:
    """What a page showed: the decisions and the version of each proposal."""
    told = "\n".join(f"{one.code} {one.decision} {one.version}" for one in sorted(proposals, key=lambda one: one.id))
    return hashlib.sha256(told.encode()).hexdigest()


def apply_decisions(event: Event, call_id: int, seen: str, *, tell: bool) -> Applied:
    """Make the pending decisions final, all or none. `seen`: the `fingerprint` of what the person read.

    Accepted talks become sessions. Raises `ReadAgain` when something else is pending by now, or nothing.
    """
    lock_programme(event)  # before the proposals, as every write to the draft does
    call = lock_call(event, call_id)
    proposals = _locked(_pending(call))
    if not proposals or fingerprint(proposals) != seen:
        raise ReadAgain
    speakers: dict[int, Speaker] = {}
    outcome = dict.fromkeys(OUTCOMES.values(), 0)
    for proposal in proposals:
        state = _close(proposal)
        outcome[state] += 1
        if state is ProposalState.ACCEPTED and call.kind is CallKind.TALKS:
            speakers |= {one.id: one for one in session_of_talk(event, proposal)}
    done = Applied(outcome[ProposalState.ACCEPTED], outcome[ProposalState.REJECTED])
    after = {"accepted": done.accepted, "rejected": done.rejected, "told": tell}
    note("decision.applied", event, ("call", call.id), after=after)
    decisions_applied.send(None, proposals=proposals, tell=tell)
    for speaker in speakers.values() if tell else ():
        speaker_link_requested.send(None, speaker=speaker, reason=LinkReason.CONFIRM)
    return done


def take_back(event: Event, call_id: int, code: str) -> None:
    """An accepted proposal that is to be none any more: it leaves the list of laureates. Its session stays."""
    call = lock_call(event, call_id)
    proposals = _locked(sa.select(Proposal).where(Proposal.call_id == call.id, Proposal.code == code))
    if not proposals:
        raise Missing
    proposal = proposals[0]
    if proposal.state is not ProposalState.ACCEPTED:
        raise StepRefused
    proposal.state = ProposalState.WITHDRAWN
    proposal.version += 1
    db.session.flush()
    note("decision.taken_back", event, ("proposal", proposal.id), after={"proposal": proposal.code})


def _close(proposal: Proposal) -> ProposalState:
    state = OUTCOMES[proposal.decision] if proposal.decision else proposal.state
    if not proposal_can_become(proposal.state, state):
        raise StepRefused
    proposal.state, proposal.decision, proposal.decided_at = state, None, clock.now()
    proposal.version += 1
    db.session.flush()
    return state


def _set(event: Event, call: Call, proposals: Sequence[Proposal], decision: Decision | None) -> int:
    changed = [one for one in proposals if one.decision is not decision]
    for proposal in changed:
        proposal.decision = decision
    db.session.flush()
    if changed:
        after = {"decision": decision or "none", "count": len(changed)}
        note("decision.noted", event, ("call", call.id), after=after)
    return len(changed)


def _pending(call: Call) -> sa.Select[Proposal]:
    return (
        sa.select(Proposal)
        .where(Proposal.call_id == call.id, Proposal.state.in_(PENDING), Proposal.decision.is_not(None))
        .options(
            joinedload(Proposal.call, innerjoin=True).joinedload(Call.event, innerjoin=True).joinedload(Event.series),
            selectinload(Proposal.people),
        )
    )


def _locked(statement: sa.Select[Proposal]) -> list[Proposal]:
    return list(
        db.session.scalars(
            statement.order_by(Proposal.id).with_for_update(of=Proposal).execution_options(populate_existing=True)
        )
    )
