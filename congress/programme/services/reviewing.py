"""A reviewer's opinion: written once per proposal, changed as long as reviews are open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.accounts.models import Account
from congress.core import clock
from congress.core.upserts import insert_unless_there
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme.blindness import proposal_to_review
from congress.programme.errors import ChangedMeanwhile, ReviewsClosed
from congress.programme.models import Call, Criterion, Proposal, Review, ReviewScore
from congress.programme.permissions import can_review
from congress.programme.review_list import by_one_of_its_people


def review_of(proposal: Proposal, account: Account) -> Review | None:
    """What this account wrote about the proposal."""
    return db.session.scalar(
        sa.select(Review)
        .where(Review.proposal_id == proposal.id, Review.account_id == account.id)
        .options(selectinload(Review.scores))
    )


def other_reviews(proposal: Proposal, account: Account | None) -> list[Review]:
    """What the others wrote (all, without an account). For reviewers only after their own, so that nobody is led.

    Who became one of the proposal's people after reviewing it has no say in it any more.
    """
    found = sa.select(Review).where(Review.proposal_id == proposal.id, ~by_one_of_its_people())
    if account is not None:
        found = found.where(Review.account_id.is_distinct_from(account.id))
    return list(
        db.session.scalars(found.options(selectinload(Review.scores), joinedload(Review.account)).order_by(Review.id))
    )


def save_review(
    event: Event, account: Account, code: str, points: Mapping[int, int], comment: str, *, abstained: bool
) -> Review:
    """Write or change the account's review. `points` by the id of the criterion, one for each unless abstaining.

    Raises `OwnProposal`, `ReviewsClosed`, `Missing`; `ChangedMeanwhile` when the criteria are no longer those.
    """
    proposal = proposal_to_review(event, account, code)
    criteria = _lock(proposal)
    if not can_review(proposal.call, proposal.state, clock.now()):
        raise ReviewsClosed
    given = {} if abstained else dict(points)
    if not abstained and set(given) != criteria:
        raise ChangedMeanwhile
    review = _row(proposal, account)
    is_new = review.changed_at == review.created_at and not review.scores and not review.comment
    review.abstained, review.comment, review.changed_at = abstained, comment, clock.now()
    db.session.execute(sa.delete(ReviewScore).where(ReviewScore.review_id == review.id))
    if given:
        rows = [{"review_id": review.id, "criterion_id": key, "points": value} for key, value in given.items()]
        db.session.execute(sa.insert(ReviewScore), rows)
    db.session.expire(review, ["scores"])
    db.session.flush()
    action = "review.written" if is_new else "review.changed"
    note(action, event, ("review", review.id), after={"proposal": proposal.code, "abstained": abstained})
    return review


def _lock(proposal: Proposal) -> set[int]:
    """Decisions wait, and so do changes of the criteria, whose ids are returned as they are now.

    The call comes before its proposals, as everywhere; sharing it lets other reviews of the call go on.
    """
    db.session.execute(sa.select(Call.id).where(Call.id == proposal.call_id).with_for_update(read=True))
    db.session.execute(sa.select(Proposal.id).where(Proposal.id == proposal.id).with_for_update())
    db.session.refresh(proposal.call, ["reviews_close_at"])
    db.session.refresh(proposal, ["state"])
    return set(db.session.scalars(sa.select(Criterion.id).where(Criterion.call_id == proposal.call_id)))


def _row(proposal: Proposal, account: Account) -> Review:
    now = clock.now()
    values: dict[str, Any] = {
        "proposal_id": proposal.id,
        "account_id": account.id,
        "abstained": False,
        "comment": "",
        "created_at": now,
        "changed_at": now,
    }
    insert_unless_there(Review, values, ("proposal_id", "account_id"))
    found = review_of(proposal, account)
    if found is None:  # the row was just made, or was there: nothing else can be
        raise ChangedMeanwhile
    return found
