"""What the screens ask of several features: open categories, who is inside, accounts, work and workers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from congress.accounts.models import Account
from congress.checkin.admission import standing_entry
from congress.checkin.queries import entries
from congress.core.addresses import address_key
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import JobState
from congress.jobs.models import Job, WorkerHeartbeat
from congress.registration.models import Category


def open_categories(event: Event) -> list[Category]:
    """The categories in which the public can register."""
    return list(
        db.session.scalars(
            sa.select(Category)
            .where(Category.event_id == event.id, Category.is_public.is_(True), Category.archived_at.is_(None))
            .order_by(Category.position, Category.id)
        )
    )


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
