"""Figures that span features: registrations against places, day by day, and what the platform is busy with."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from congress.accounts.models import Account
from congress.checkin.admission import standing_entry
from congress.checkin.queries import entries
from congress.core import clock
from congress.core.addresses import address_key
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import JobState
from congress.jobs.models import Job, WorkerHeartbeat
from congress.registration.capacity import taken_of_quotas
from congress.registration.enums import HOLDS_PLACE, RegistrationStatus
from congress.registration.models import Category, Quota, Registration

LONGEST_CURVE = 60


@dataclass(frozen=True, slots=True)
class Figures:
    """Registrations of an event by state."""

    registered: int
    pending: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """How full a quota is."""

    name: str
    taken: int
    capacity: int


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


def quota_use(event: Event) -> list[QuotaUse]:
    """Every quota of an event with how full it is."""
    quotas = list(db.session.scalars(sa.select(Quota).where(Quota.event_id == event.id).order_by(Quota.id)))
    taken = taken_of_quotas({quota.id for quota in quotas})
    return [QuotaUse(quota.name, taken.get(quota.id, 0), quota.capacity) for quota in quotas]


def open_categories(event: Event) -> list[Category]:
    """The categories in which the public can register."""
    return list(
        db.session.scalars(
            sa.select(Category)
            .where(Category.event_id == event.id, Category.is_public.is_(True), Category.archived_at.is_(None))
            .order_by(Category.position, Category.id)
        )
    )


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


def people_inside(event: Event, now: dt.datetime) -> tuple[int, int]:
    """How many people were admitted today and not taken back, and how many may come today."""
    day = now.astimezone(ZoneInfo(event.zone)).date()
    came = entries.people_who_came(event.id, day, rehearsal=False)
    corrected = entries.entries_with_corrections(event.id, day, rehearsal=False)
    gone = sum(standing_entry(scans) is None for scans in corrected.values())
    return came - gone, entries.people_expected(event.id, day)


def accounts_found(text: str, kind: str) -> sa.Select[Account]:
    """Accounts whose name or address contains a text; `kind` is all, administrators or disabled."""
    statement = sa.select(Account).order_by(Account.name, Account.id)
    if kind == "administrators":
        statement = statement.where(Account.is_administrator.is_(True))
    elif kind == "disabled":
        statement = statement.where(Account.disabled_at.is_not(None))
    if text:
        statement = statement.where(
            sa.or_(
                Account.name.icontains(text, autoescape=True),
                Account.email_key.contains(address_key(text), autoescape=True),
            )
        )
    return statement


def jobs_in_state(state: JobState | None) -> sa.Select[Job]:
    """Jobs in a state, or all, newest first."""
    statement = sa.select(Job).order_by(Job.id.desc())
    return statement.where(Job.state == state) if state else statement


def workers() -> Sequence[WorkerHeartbeat]:
    """Every worker that was ever seen, latest first."""
    return db.session.scalars(sa.select(WorkerHeartbeat).order_by(WorkerHeartbeat.seen_at.desc())).all()
