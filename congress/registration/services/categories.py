"""Categories of an event and the places that each has to itself. Nobody who registered loses their category."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from congress.audit.services import apply_changes, record
from congress.core import clock, ordering
from congress.core.errors import Missing
from congress.core.languages import translated
from congress.events.errors import TooMany
from congress.events.models import Event
from congress.extensions import db
from congress.registration.capacity import lock_places, taken_of_quotas
from congress.registration.errors import BelowTaken
from congress.registration.models import Category, Quota, Registration, quota_categories
from congress.registration.services.pages import places_changed

MAX_CATEGORIES = 60
COLUMNS = ("name", "description", "attendance", "is_public", "colour", "valid_from", "valid_until")
NAME_LENGTH = 200


def create_category(event: Event, values: Mapping[str, Any], capacity: int | None) -> Category:
    """Add a category at the end; with a capacity it has places of its own."""
    positions = db.session.scalars(sa.select(Category.position).where(Category.event_id == event.id)).all()
    if len(positions) >= MAX_CATEGORIES:
        raise TooMany
    category = Category(
        event_id=event.id,
        position=max(positions, default=0) + 1,
        **{column: values[column] for column in COLUMNS},
    )
    db.session.add(category)
    db.session.flush()
    noted("category.created", event, category.id, after={"name": category.name, "capacity": capacity})
    _set_own_capacity(event, category, capacity)
    places_changed([event])
    return category


def change_category(event: Event, category_id: int, values: Mapping[str, Any], capacity: int | None) -> Category:
    """Change a category and its own places; these cannot become fewer than are taken."""
    lock_places([category_id])
    category = category_of(event, category_id)
    before, after = apply_changes(category, {column: values[column] for column in COLUMNS})
    db.session.flush()
    if after:
        noted("category.changed", event, category.id, before, after)
    _set_own_capacity(event, category, capacity)
    places_changed([event])
    return category


def move_category(event: Event, category_id: int, step: int) -> None:
    """Move a category up (-1) or down (+1) among those that are not archived."""
    shown = db.session.scalars(
        sa.select(Category).where(Category.event_id == event.id).order_by(Category.position, Category.id)
    ).all()
    in_use = [one for one in shown if one.archived_at is None]
    moved = next((one for one in in_use if one.id == category_id), None)
    in_use = ordering.move(in_use, moved, step)
    for position, one in enumerate((one for one in shown if one.archived_at is not None), start=len(in_use) + 1):
        one.position = position
    db.session.flush()
    noted("category.reordered", event, category_id)
    places_changed([event])


def remove_category(event: Event, category_id: int) -> bool:
    """Take a category off the list: deleted, or archived when somebody ever registered in it. True: deleted."""
    lock_places([category_id])
    category = category_of(event, category_id)
    used = db.session.scalar(sa.select(Registration.id).where(Registration.category_id == category_id).limit(1))
    deleted = used is None and _delete(category)
    if deleted:
        noted("category.removed", event, category_id, before={"name": category.name})
    else:
        category.archived_at = clock.now()
        db.session.flush()
        noted("category.archived", event, category_id)
    places_changed([event])
    return deleted


def restore_category(event: Event, category_id: int) -> None:
    """Put an archived category back into the list."""
    category = category_of(event, category_id)
    if category.archived_at is not None:
        category.archived_at = None
        db.session.flush()
        noted("category.restored", event, category_id)
        places_changed([event])


def category_of(event: Event, category_id: int) -> Category:
    """A category of this event; `Missing` for that of another one."""
    category = db.session.scalar(
        sa.select(Category)
        .where(Category.id == category_id, Category.event_id == event.id)
        .execution_options(populate_existing=True)
    )
    if category is None:
        raise Missing
    return category


def own_quota(category: Category) -> Quota | None:
    """The quota that serves this category alone."""
    links = quota_categories.alias()
    sharers = sa.select(sa.func.count()).where(links.c.quota_id == Quota.id).scalar_subquery()
    return db.session.scalar(
        sa.select(Quota)
        .join(quota_categories, quota_categories.c.quota_id == Quota.id)
        .where(quota_categories.c.category_id == category.id, sharers == 1)
        .order_by(Quota.id)
        .limit(1)
    )


def require_places(quota: Quota) -> None:
    """Raise when a quota holds fewer places than are taken."""
    taken = taken_of_quotas([quota.id]).get(quota.id, 0)
    if quota.capacity < taken:
        raise BelowTaken(taken)


def noted(
    action: str,
    event: Event,
    target_id: int,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """An audit row about a category or a quota, which its action begins with."""
    record(
        action,
        action.partition(".")[0],
        target_id,
        event_id=event.id,
        series_id=event.series_id,
        before=before,
        after=after,
    )


def _set_own_capacity(event: Event, category: Category, capacity: int | None) -> None:
    quota, name = own_quota(category), translated(category.name, "fr")[:NAME_LENGTH]
    if quota is None:
        if capacity is None:
            return
        quota = Quota(event_id=event.id, name=name, capacity=capacity, categories=[category])
        db.session.add(quota)
        db.session.flush()
        noted("quota.created", event, quota.id, after={"name": name, "capacity": capacity})
    elif capacity is None:
        noted("quota.removed", event, quota.id, before={"name": quota.name, "capacity": quota.capacity})
        db.session.execute(sa.delete(Quota).where(Quota.id == quota.id))
        return
    else:
        before, after = apply_changes(quota, {"name": name, "capacity": capacity})
        db.session.flush()
        if after:
            noted("quota.changed", event, quota.id, before, after)
    require_places(quota)


def _delete(category: Category) -> bool:
    """Delete it with its own quota; False when somebody has registered in it at this very moment."""
    quota = own_quota(category)
    try:
        with db.session.begin_nested():
            if quota is not None:
                db.session.execute(sa.delete(Quota).where(Quota.id == quota.id))
            db.session.execute(sa.delete(Category).where(Category.id == category.id))
    except IntegrityError:
        return False
    return True
