"""Criteria, reviewers, reviews."""

from __future__ import annotations

import itertools
from typing import Any

from congress.accounts.models import Account
from congress.core import clock
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import Call, Criterion, Proposal, Review, ReviewScore
from tests.factories.people import make_account, make_member

_counter = itertools.count(1)


def make_criterion(call: Call, weight: int = 1, **values: Any) -> Criterion:
    """Something to give points for."""
    number = next(_counter)
    defaults: dict[str, Any] = {
        "call_id": call.id,
        "name": {"fr": f"Critère {number}", "en": f"Criterion {number}"},
        "weight": weight,
        "position": number,
    }
    criterion = Criterion(**(defaults | values))
    db.session.add(criterion)
    db.session.flush()
    return criterion


def make_reviewer(event: Event, role: Role = Role.REVIEWER, **values: Any) -> Account:
    """Somebody of the team who may review."""
    account = make_account(name=f"Reviewer {next(_counter)}", **values)
    make_member(account, role, event=event)
    return account


def make_review(
    proposal: Proposal, account: Account | None, points: dict[int, int] | None = None, **values: Any
) -> Review:
    """A review, as if it had been written; without points it is an abstention unless told otherwise."""
    now = clock.now()
    defaults: dict[str, Any] = {
        "proposal_id": proposal.id,
        "account_id": account.id if account else None,
        "abstained": points is None,
        "created_at": now,
        "changed_at": now,
    }
    review = Review(**(defaults | values))
    db.session.add(review)
    db.session.flush()
    for criterion_id, one in (points or {}).items():
        db.session.add(ReviewScore(review_id=review.id, criterion_id=criterion_id, points=one))
    db.session.flush()
    return review
