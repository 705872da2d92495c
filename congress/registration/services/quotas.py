"""Places that several categories share."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from congress.audit.services import apply_changes
from congress.core.errors import Missing
from congress.events.errors import TooMany
from congress.events.models import Event
from congress.extensions import db
from congress.registration.errors import SharedByOne
from congress.registration.models import Category, Quota
from congress.registration.services.categories import noted, require_places
from congress.registration.services.pages import places_changed

MAX_QUOTAS = 120
FEWEST = 2


def create_quota(event: Event, name: str, capacity: int, category_ids: Collection[int]) -> Quota:
    """Add places that the categories share."""
    number = db.session.scalar(sa.select(sa.func.count()).where(Quota.event_id == event.id)) or 0
    if number >= MAX_QUOTAS:
        raise TooMany
    categories = _categories(event, category_ids)
    quota = Quota(event_id=event.id, name=name, capacity=capacity, categories=categories)
    db.session.add(quota)
    db.session.flush()
    require_places(quota)
    noted("quota.created", event, quota.id, after={"name": name, "capacity": capacity})
    places_changed([event])
    return quota


def change_quota(event: Event, quota_id: int, name: str, capacity: int, category_ids: Collection[int]) -> Quota:
    """Change shared places; they cannot become fewer than are taken. Archived categories stay in."""
    quota = quota_of(event, quota_id, lock=True)
    archived = [one for one in quota.categories if one.archived_at is not None]
    wanted = _categories(event, {*category_ids, *(one.id for one in archived)})
    before, after = apply_changes(quota, {"name": name, "capacity": capacity})
    former = {one.id for one in quota.categories}
    if former != {one.id for one in wanted}:
        before["categories"], after["categories"] = len(former), len(wanted)
        quota.categories = wanted
    db.session.flush()
    require_places(quota)
    if after:
        noted("quota.changed", event, quota.id, before, after)
        places_changed([event])
    return quota


def remove_quota(event: Event, quota_id: int) -> None:
    """End the sharing; the categories keep the places of their own."""
    quota = quota_of(event, quota_id, lock=True)
    noted("quota.removed", event, quota.id, before={"name": quota.name, "capacity": quota.capacity})
    db.session.execute(sa.delete(Quota).where(Quota.id == quota.id))
    places_changed([event])


def quota_of(event: Event, quota_id: int, *, lock: bool = False) -> Quota:
    """A quota of this event with its categories; `Missing` for that of another one."""
    statement = (
        sa.select(Quota)
        .where(Quota.id == quota_id, Quota.event_id == event.id)
        .options(selectinload(Quota.categories))
        .execution_options(populate_existing=True)
    )
    quota = db.session.scalar(statement.with_for_update() if lock else statement)
    if quota is None:
        raise Missing
    return quota


def _categories(event: Event, category_ids: Collection[int]) -> list[Category]:
    found = list(
        db.session.scalars(
            sa.select(Category)
            .where(Category.event_id == event.id, Category.id.in_(category_ids))
            .order_by(Category.position, Category.id)
        )
    )
    if len(found) < FEWEST:
        raise SharedByOne
    return found
