"""Who is asked to review what: by hand, or evenly."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from congress.core.errors import Missing
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme.errors import NotAReviewer, OwnProposal
from congress.programme.models import ReviewAssignment
from congress.programme.review_figures import assigned_to, conflicts_of, reviewers_of, submitted_proposals
from congress.programme.services.calls import lock_call


def assign(event: Event, call_id: int, code: str, account_ids: Collection[int]) -> None:
    """Ask exactly these people to review a proposal. Reviews that are written stay, whoever is asked now."""
    call = lock_call(event, call_id)
    proposal = submitted_proposals(call).get(code)
    if proposal is None:
        raise Missing
    before = assigned_to(call).get(proposal.id, frozenset())
    wanted = frozenset(account_ids)
    if not wanted - before <= {one.id for one in reviewers_of(event)}:
        raise NotAReviewer
    if (wanted - before) & conflicts_of(call).get(proposal.id, frozenset()):
        raise OwnProposal
    _write({proposal.id: wanted - before})
    db.session.execute(
        sa.delete(ReviewAssignment).where(
            ReviewAssignment.proposal_id == proposal.id, ReviewAssignment.account_id.in_(before - wanted)
        )
    )
    if wanted != before:
        after = {"proposal": proposal.code, "count": len(wanted)}
        note("review.assigned", event, ("proposal", proposal.id), {"count": len(before)}, after)


def distribute(event: Event, call_id: int, per_proposal: int, account_ids: Collection[int]) -> int:
    """Ask `per_proposal` people for each submitted proposal, evenly; returns how many were asked anew.

    Who was asked before stays asked and counts.
    """
    call = lock_call(event, call_id)
    allowed = {one.id for one in reviewers_of(event)}
    if not set(account_ids) <= allowed:
        raise NotAReviewer
    proposals = sorted(one.id for one in submitted_proposals(call).values())
    given = {one: assigned_to(call).get(one, frozenset()) for one in proposals}
    added = balanced(given, conflicts_of(call), sorted(set(account_ids)), per_proposal)
    _write(added)
    count = sum(map(len, added.values()))
    if count:
        note("review.distributed", event, ("call", call.id), after={"count": count, "per_proposal": per_proposal})
    return count


def balanced(
    given: Mapping[int, Collection[int]],
    conflicts: Mapping[int, Collection[int]],
    reviewers: Sequence[int],
    wanted: int,
) -> dict[int, set[int]]:
    """Who else is to review each proposal, so that each has `wanted` reviewers and all reviewers about as many.

    `given` and `conflicts` by proposal. The same input gives the same answer: proposals with the fewest candidates
    choose first, each the reviewer with the least to do; then work moves from the busiest to the idlest.
    """
    load = {one: sum(one in people for people in given.values()) for one in reviewers}
    candidates = {
        proposal: {one for one in reviewers if one not in people and one not in conflicts.get(proposal, ())}
        for proposal, people in given.items()
    }
    added: dict[int, set[int]] = {proposal: set() for proposal in given}
    for proposal in sorted(given, key=lambda one: (len(candidates[one]), one)):
        missing = max(0, wanted - len(given[proposal]))
        for reviewer in sorted(candidates[proposal], key=lambda one: (load[one], one))[:missing]:
            added[proposal].add(reviewer)
            load[reviewer] += 1
    while _move_one(added, candidates, load):
        pass
    return added


def _move_one(added: Mapping[int, set[int]], candidates: Mapping[int, set[int]], load: dict[int, int]) -> bool:
    """Give one proposal from somebody with much to do to somebody with at least two fewer; False when none can be."""
    busy = sorted(load, key=lambda one: (-load[one], one))
    for giver in busy:
        for taker in reversed(busy):
            if load[giver] - load[taker] < 2:  # noqa: PLR2004 (moving one would only swap them)
                break
            for proposal, people in added.items():
                if giver in people and taker not in people and taker in candidates[proposal]:
                    people.remove(giver)
                    people.add(taker)
                    load[giver] -= 1
                    load[taker] += 1
                    return True
    return False


def _write(added: Mapping[int, Collection[int]]) -> None:
    rows = [{"proposal_id": key, "account_id": one} for key, people in added.items() for one in sorted(people)]
    if rows:
        db.session.execute(sa.insert(ReviewAssignment), rows)
