"""How many places are left in all, when several categories draw on the same quotas."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from congress.extensions import db
from congress.registration.capacity import taken_of_quotas
from congress.registration.models import Category, Quota, quota_categories

Pool = tuple[frozenset[int], int]
"""Categories that share a quota, and what is left of it."""


def pools_of_events(event_ids: Collection[int]) -> dict[int, list[Pool]]:
    """The quotas of each event; two queries whatever their number."""
    rows = db.session.execute(
        sa.select(Category.event_id, Quota.id, Quota.capacity, Category.id)
        .join(quota_categories, quota_categories.c.category_id == Category.id)
        .join(Quota, Quota.id == quota_categories.c.quota_id)
        .where(Category.event_id.in_(event_ids))
    ).all()
    taken = taken_of_quotas({quota_id for _, quota_id, _, _ in rows})
    members: dict[tuple[int, int, int], set[int]] = {}
    for event_id, quota_id, capacity, category_id in rows:
        members.setdefault((event_id, quota_id, capacity), set()).add(category_id)
    found: dict[int, list[Pool]] = {event_id: [] for event_id in event_ids}
    for (event_id, quota_id, capacity), categories in members.items():
        found[event_id].append((frozenset(categories), max(0, capacity - taken.get(quota_id, 0))))
    return found


def places_left(free: Mapping[int, int | None], pools: Collection[Pool]) -> int | None:
    """Places left over these categories together, each place counted once; None without a limit.

    `free` is what each category has left by itself. A quota of all of them bounds the sum; what it leaves is
    looked at part by part. For quotas that overlap without one holding the other it is the upper bound.
    """
    limited = {category: left for category, left in free.items() if left is not None}
    if len(limited) < len(free):
        return None
    total = 0
    for part in _parts(frozenset(limited), pools):
        inside = [(members & part, left) for members, left in pools if members & part]
        bounds = [left for members, left in inside if members == part]
        narrower = [pool for pool in inside if pool[0] != part]
        rest = sum(limited[one] for one in part)
        if len(part) > 1 and bounds and narrower:
            rest = places_left({one: limited[one] for one in part}, narrower) or 0
        total += min([rest, *bounds])
    return total


def _parts(categories: frozenset[int], pools: Collection[Pool]) -> list[frozenset[int]]:
    """The categories in groups that share no quota with one another."""
    parts = [frozenset({one}) for one in sorted(categories)]
    for members, _left in pools:
        touched = [part for part in parts if part & members]
        if len(touched) > 1:
            parts = [part for part in parts if part not in touched]
            parts.append(frozenset().union(*touched))
    return parts
