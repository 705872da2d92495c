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


def availability_of(event_id: int) -> dict[int, int | None]:
    """Free places per category of an event; three queries whatever the number of categories."""
    return _free(Category.event_id == event_id, besides=None)


def availability_of_events(event_ids: Collection[int]) -> dict[int, int | None]:
    """The same for several events at once, per category."""
    return _free(Category.event_id.in_(event_ids), besides=None)


def lock_places(category_ids: Collection[int], *, besides: int | None = None) -> dict[int, int | None]:
    """Free places per category, held still until the end of the transaction.

    The quotas are locked in the order of their ids, so that no two registrations wait for each other (PostgreSQL;
    on SQLite a writing transaction is alone). `besides`: a registration that does not count, because it moves.
    """
    db.session.execute(
        sa.select(Quota.id)
        .where(
            Quota.id.in_(
                sa.select(quota_categories.c.quota_id).where(quota_categories.c.category_id.in_(category_ids))
            )
        )
        .order_by(Quota.id)
        .with_for_update()
    )
    return _free(Category.id.in_(category_ids), besides=besides)


def _free(which: sa.ColumnElement[bool], *, besides: int | None) -> dict[int, int | None]:
    free: dict[int, int | None] = dict.fromkeys(db.session.scalars(sa.select(Category.id).where(which)))
    drawn = db.session.execute(
        sa.select(quota_categories.c.category_id, Quota.id, Quota.capacity)
        .join(Quota, Quota.id == quota_categories.c.quota_id)
        .where(quota_categories.c.category_id.in_(free))
    ).all()
    taken = taken_of_quotas({quota_id for _, quota_id, _ in drawn}, besides=besides)
    for category_id, quota_id, capacity in drawn:
        left = max(0, capacity - taken.get(quota_id, 0))
        so_far = free[category_id]
        free[category_id] = left if so_far is None else min(so_far, left)
    return free


def taken_of_quotas(quota_ids: Collection[int], *, besides: int | None = None) -> dict[int, int]:
    """How many live registrations count against each quota; a quota without any is absent."""
    if not quota_ids:
        return {}
    statement = (
        sa.select(quota_categories.c.quota_id, sa.func.count())
        .join(Registration, Registration.category_id == quota_categories.c.category_id)
        .where(quota_categories.c.quota_id.in_(quota_ids), Registration.status.in_(HOLDS_PLACE))
        .group_by(quota_categories.c.quota_id)
    )
    if besides is not None:
        statement = statement.where(Registration.id != besides)
    return dict(db.session.execute(statement).all())
