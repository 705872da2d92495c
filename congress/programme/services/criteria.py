"""What reviewers of a call give points for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import ordering
from congress.core.errors import Missing
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme.errors import ChangedMeanwhile, TooMany
from congress.programme.models import Call, Criterion, ReviewScore
from congress.programme.services.calls import lock_call

MAX_CRITERIA = 12
FIELDS = ("name", "help", "weight")


def criteria_of(call: Call) -> list[Criterion]:
    """The criteria in their order."""
    found = sa.select(Criterion).where(Criterion.call_id == call.id)
    return list(db.session.scalars(found.order_by(Criterion.position, Criterion.id)))


def criterion_of(call: Call, criterion_id: int) -> Criterion:
    """A criterion of this call; `Missing` for that of another one."""
    found = next((one for one in criteria_of(call) if one.id == criterion_id), None)
    if found is None:
        raise Missing
    return found


def points_given(criterion: Criterion) -> int:
    """In how many reviews the criterion has points."""
    return (
        db.session.scalar(
            sa.select(sa.func.count()).select_from(ReviewScore).where(ReviewScore.criterion_id == criterion.id)
        )
        or 0
    )


def add_criterion(event: Event, call_id: int, values: dict[str, Any]) -> Criterion:
    """One more at the end of the list; earlier reviews have no points for it, and keep their means."""
    call = lock_call(event, call_id)
    criteria = criteria_of(call)
    if len(criteria) >= MAX_CRITERIA:
        raise TooMany
    position = max((one.position for one in criteria), default=0) + 1
    criterion = Criterion(call_id=call.id, position=position, **{name: values[name] for name in FIELDS})
    db.session.add(criterion)
    db.session.flush()
    after = {"name": criterion.name, "weight": criterion.weight}
    note("criterion.added", event, ("criterion", criterion.id), after=after)
    return criterion


def change_criterion(event: Event, call_id: int, criterion_id: int, values: dict[str, Any]) -> None:
    """Another name, help or weight; every score follows the new weight at once."""
    criterion = criterion_of(lock_call(event, call_id), criterion_id)
    before, after = apply_changes(criterion, {name: values[name] for name in FIELDS})
    if after:
        note("criterion.changed", event, ("criterion", criterion.id), before, after)


def move_criterion(event: Event, call_id: int, criterion_id: int, step: int) -> None:
    """Up (-1) or down (+1)."""
    call = lock_call(event, call_id)
    criterion = criterion_of(call, criterion_id)
    ordering.move(criteria_of(call), criterion, step)
    note("criterion.reordered", event, ("criterion", criterion.id))


def remove_criterion(event: Event, call_id: int, criterion_id: int, seen_points: int) -> None:
    """Delete it with the points that reviewers gave. `seen_points`: how many the person was told that there are."""
    criterion = criterion_of(lock_call(event, call_id), criterion_id)
    points = points_given(criterion)
    if points > seen_points:
        raise ChangedMeanwhile
    before = {"name": criterion.name, "weight": criterion.weight, "points": points}
    note("criterion.removed", event, ("criterion", criterion.id), before=before)
    db.session.execute(sa.delete(ReviewScore).where(ReviewScore.criterion_id == criterion.id))
    db.session.delete(criterion)
    db.session.flush()
