"""What the feeds are made of, and what changes when they do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core import clock
from congress.core.tokens import hash_token
from congress.events.enums import SEEN_BY_PUBLIC, EventStatus
from congress.events.models import Event, Series
from congress.extensions import db
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Category, Registration, RegistrationGroup

# Tables and not classes: a version is asked for by every request, and without entities that costs a third less.
_events = cast(sa.Table, Event.__table__).c
_EVENT_VERSION = sa.select(_events.page_version, _events.status).where(_events.slug == sa.bindparam("slug"))
_PERSONAL_STATE = (
    sa.select(
        RegistrationGroup.id,
        RegistrationGroup.language,
        RegistrationGroup.changed_at,
        Registration.id,
        Registration.status.label("registration_status"),
        Registration.changed_at,
        Registration.cancelled_at,
        Category.attendance,
        Event.status.label("event_status"),
        Event.changed_at.label("event_changed_at"),
        Series.changed_at,
    )
    .outerjoin(Registration, Registration.group_id == RegistrationGroup.id)
    .outerjoin(Category, Category.id == Registration.category_id)
    .outerjoin(Event, Event.id == Registration.event_id)
    .outerjoin(Series, Series.id == Event.series_id)
    .where(RegistrationGroup.calendar_hash == sa.bindparam("hash"))
    .order_by(Registration.id)
)


@dataclass(frozen=True, slots=True)
class PersonalState:
    """Whose calendar it is, its language, its last change, and a text that is another one after every change."""

    group_id: int
    language: str
    changed_at: dt.datetime
    version: str


def event_version(slug: str) -> str | None:
    """What changes with every change of an event; None for drafts and unknown ones. One indexed row."""
    row = db.session.execute(_EVENT_VERSION, {"slug": slug}).one_or_none()
    return None if row is None or row[1] not in SEEN_BY_PUBLIC else str(row[0])


def personal_state(token: str, kept: dt.timedelta) -> PersonalState | None:
    """What a personal calendar shows depends on; None when no calendar has this link.

    One query by the hash of the link, over the person's own rows. Entries that were cancelled longer ago than
    `kept` are gone, and their going is a change.
    """
    rows: Sequence[Any] = db.session.execute(_PERSONAL_STATE, {"hash": hash_token(token)}).all()
    if not rows:
        return None
    now = clock.now()
    stamps = [stamp for row in rows for stamp in row if isinstance(stamp, dt.datetime)]
    leave = [_cancelled_at(row) + kept for row in rows if _is_cancelled(row)]
    left = [moment for moment in leave if moment <= now]
    seen = "; ".join(", ".join(map(str, tuple(row))) for row in rows)
    return PersonalState(rows[0][0], rows[0][1], max(stamps + left), f"{seen}; {len(left)}")


def _is_cancelled(row: Any) -> bool:
    return bool(row.registration_status is RegistrationStatus.CANCELLED or row.event_status is EventStatus.CANCELLED)


def _cancelled_at(row: Any) -> dt.datetime:
    moment: dt.datetime = row.cancelled_at or row.event_changed_at
    return moment


def public_event(slug: str) -> Event | None:
    """An event that the public may see, with its series and logo."""
    return db.session.scalar(_EVENTS.where(Event.slug == slug))


def public_events_of(series: Series) -> list[Event]:
    """The events of a series that the public may see, with series and logo."""
    return list(db.session.scalars(_EVENTS.where(Event.series_id == series.id).order_by(Event.starts_at, Event.id)))


def public_series(slug: str) -> Series | None:
    """A series that the public may see."""
    return db.session.scalar(sa.select(Series).where(Series.slug == slug, Series.published_at.is_not(None)))


def last_public_change(series: Series) -> dt.datetime:
    """When what the public sees of a series changed last. Events taken back count, those never public do not."""
    last = db.session.scalar(
        sa.select(sa.func.max(Event.changed_at)).where(Event.series_id == series.id, Event.published_at.is_not(None))
    )
    return max(series.changed_at, last or series.changed_at)


def registrations_of(group_id: int) -> list[Registration]:
    """All that was sent in one form, with what a calendar entry tells of it."""
    return list(
        db.session.scalars(
            sa.select(Registration)
            .where(Registration.group_id == group_id)
            .options(
                joinedload(Registration.event, innerjoin=True).joinedload(Event.series, innerjoin=True),
                joinedload(Registration.category, innerjoin=True),
            )
            .order_by(Registration.id)
        )
    )


_EVENTS = (
    sa.select(Event)
    .where(Event.status.in_(SEEN_BY_PUBLIC))
    .options(joinedload(Event.series, innerjoin=True), joinedload(Event.logo))
)
