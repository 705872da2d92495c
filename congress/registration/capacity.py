"""Places: the one function that says how many are left, for the service that takes them and for every page.

A category may draw on several quotas and a quota may serve several categories. What is free in a category is the
least that any of its quotas has left; a category without a quota has no limit (None).
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from congress.extensions import db
from congress.registration.enums import HOLDS_PLACE
from congress.registration.models import Category, Quota, Registration, quota_categories

_OTHER = quota_categories.alias("other")
_TAKEN = (
    sa.select(sa.func.count())
    .select_from(_OTHER.join(Registration, Registration.category_id == _OTHER.c.category_id))
    .where(
        _OTHER.c.quota_id == Quota.id,
        Registration.status.in_(HOLDS_PLACE),
        Registration.id != sa.bindparam("besides"),
    )
    .correlate(Quota)
    .scalar_subquery()
)
_PLACES = (
    sa.select(Category.id, Quota.capacity - _TAKEN)
    .outerjoin(quota_categories, quota_categories.c.category_id == Category.id)
    .outerjoin(Quota, Quota.id == quota_categories.c.quota_id)
)
_OF_EVENTS = _PLACES.where(Category.event_id.in_(sa.bindparam("ids", expanding=True)))
_OF_CATEGORIES = _PLACES.where(Category.id.in_(sa.bindparam("ids", expanding=True)))
_LOCK = (
    sa.select(Quota.id)
    .where(
        Quota.id.in_(
            sa.select(quota_categories.c.quota_id).where(
                quota_categories.c.category_id.in_(sa.bindparam("ids", expanding=True))
            )
        )
    )
    .order_by(Quota.id)
    .with_for_update()
)
"""Statements are built once: this is the busiest place of the application."""


def availability_of(event_id: int) -> dict[int, int | None]:
    """Free places per category of an event, in one query."""
    return _free(_OF_EVENTS, [event_id])


def availability_of_events(event_ids: Collection[int]) -> dict[int, int | None]:
    """The same for several events at once, per category."""
    return _free(_OF_EVENTS, event_ids)


def lock_places(category_ids: Collection[int], *, besides: int = 0) -> dict[int, int | None]:
    """Free places per category, held still until the end of the transaction.

    The quotas are locked in the order of their ids, so that no two registrations wait for each other (PostgreSQL;
    on SQLite a writing transaction is alone). `besides`: a registration that does not count, because it moves.
    """
    db.session.execute(_LOCK, {"ids": list(category_ids)})
    return _free(_OF_CATEGORIES, category_ids, besides)


def _free(statement: sa.Select[int, int | None], ids: Collection[int], besides: int = 0) -> dict[int, int | None]:
    free: dict[int, int | None] = {}
    for category_id, left in db.session.execute(statement, {"ids": list(ids), "besides": besides}):
        so_far = free.get(category_id)
        here = None if left is None else max(0, left)
        free[category_id] = here if so_far is None or here is None else min(so_far, here)
    return free


def taken_of_quotas(quota_ids: Collection[int]) -> dict[int, int]:
    """How many live registrations count against each quota; a quota without any is absent."""
    if not quota_ids:
        return {}
    statement = (
        sa.select(quota_categories.c.quota_id, sa.func.count())
        .join(Registration, Registration.category_id == quota_categories.c.category_id)
        .where(quota_categories.c.quota_id.in_(quota_ids), Registration.status.in_(HOLDS_PLACE))
        .group_by(quota_categories.c.quota_id)
    )
    return dict(db.session.execute(statement).all())
