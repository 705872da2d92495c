"""Registrations of an event in numbers: by state, by category against the places, by day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.registration.capacity import taken_of_quotas
from congress.registration.enums import HOLDS_PLACE, RegistrationStatus
from congress.registration.models import Category, Quota, Registration

LONGEST_CURVE = 90
Counts = dict[int, dict[RegistrationStatus, int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Registrations of an event by state."""

    registered: int
    pending: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """A quota with the categories that draw on it and what is taken."""

    quota: Quota
    categories: Sequence[Category]
    taken: int

    @property
    def is_own(self) -> bool:
        """Whether it serves one category alone."""
        return len(self.categories) == 1

    @property
    def free(self) -> int:
        """Places left."""
        return max(0, self.quota.capacity - self.taken)


@dataclass(frozen=True, slots=True)
class CategoryUse:
    """A category, how many people are in it, and the quotas that limit it."""

    category: Category
    by_status: dict[RegistrationStatus, int]
    quotas: list[QuotaUse] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """People who hold a place."""
        return sum(self.by_status.get(status, 0) for status in HOLDS_PLACE)

    @property
    def registrations(self) -> int:
        """All registrations, cancelled ones too."""
        return sum(self.by_status.values())

    @property
    def own(self) -> QuotaUse | None:
        """The quota of this category alone."""
        return next((one for one in self.quotas if one.is_own), None)

    @property
    def shared(self) -> list[QuotaUse]:
        """The quotas it shares with others."""
        return [one for one in self.quotas if not one.is_own]

    @property
    def free(self) -> int | None:
        """Places left: the least that any of its quotas has; None without a limit."""
        return min((one.free for one in self.quotas), default=None)


def figures_of(event: Event) -> Figures:
    """How many registrations an event has in each state."""
    rows = db.session.execute(
        sa.select(Registration.status, sa.func.count())
        .where(Registration.event_id == event.id)
        .group_by(Registration.status)
    )
    by_status: dict[RegistrationStatus, int] = dict(rows.all())
    return Figures(
        registered=by_status.get(RegistrationStatus.CONFIRMED, 0),
        pending=by_status.get(RegistrationStatus.PENDING, 0),
        cancelled=by_status.get(RegistrationStatus.CANCELLED, 0),
    )


def registered_of_events(event_ids: Collection[int]) -> dict[int, int]:
    """How many people hold a place, per event; an event without any is absent."""
    rows = db.session.execute(
        sa.select(Registration.event_id, sa.func.count())
        .where(Registration.event_id.in_(event_ids), Registration.status.in_(HOLDS_PLACE))
        .group_by(Registration.event_id)
    )
    return dict(rows.all())


def people_registered(event: Event) -> int:
    """How many people hold a place at an event."""
    return registered_of_events([event.id]).get(event.id, 0)


def counts_of(event: Event) -> Counts:
    """How many registrations each category has in each state, in one query."""
    rows = db.session.execute(
        sa.select(Registration.category_id, Registration.status, sa.func.count())
        .where(Registration.event_id == event.id)
        .group_by(Registration.category_id, Registration.status)
    )
    found: Counts = {}
    for category_id, status, number in rows:
        found.setdefault(category_id, {})[status] = number
    return found


def quota_uses(event: Event) -> list[QuotaUse]:
    """Every quota of an event with what is taken; a constant number of queries."""
    quotas = db.session.scalars(
        sa.select(Quota)
        .where(Quota.event_id == event.id)
        .options(selectinload(Quota.categories))
        .order_by(Quota.id)
        .execution_options(populate_existing=True)
    ).all()
    taken = taken_of_quotas({quota.id for quota in quotas})
    return [QuotaUse(quota, list(quota.categories), taken.get(quota.id, 0)) for quota in quotas]


def uses_of(event: Event) -> tuple[list[CategoryUse], list[QuotaUse]]:
    """Every category and every quota of an event with what is taken; a constant number of queries."""
    uses = quota_uses(event)
    categories = db.session.scalars(
        sa.select(Category).where(Category.event_id == event.id).order_by(Category.position, Category.id)
    )
    counts = counts_of(event)
    found = [
        CategoryUse(one, counts.get(one.id, {}), [use for use in uses if one in use.categories]) for one in categories
    ]
    return found, uses


def registrations_per_day(event: Event) -> list[tuple[dt.date, int]]:
    """How many registrations came in on each of the last days, days without any included, oldest first."""
    zone = ZoneInfo(event.zone)
    since = clock.now() - dt.timedelta(days=LONGEST_CURVE)
    instants = db.session.scalars(
        sa.select(Registration.created_at).where(Registration.event_id == event.id, Registration.created_at >= since)
    )
    per_day = Counter(instant.astimezone(zone).date() for instant in instants)
    if not per_day:
        return []
    first, last = min(per_day), max(*per_day, clock.now().astimezone(zone).date())
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, per_day.get(day, 0)) for day in days]
