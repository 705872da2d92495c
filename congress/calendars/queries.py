"""What the feeds are made of, and what changes when they do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core.tokens import hash_token
from congress.events.enums import SEEN_BY_PUBLIC, HostRole
from congress.events.models import Event, EventHost, Series, SeriesHost
from congress.extensions import db
from congress.organisations.models import Organisation
from congress.registration.models import Registration, RegistrationGroup

# Tables and not classes: a version is asked for by every request, and without entities that costs a third less.
_events = cast(sa.Table, Event.__table__).c
_groups = cast(sa.Table, RegistrationGroup.__table__).c
_organisations = cast(sa.Table, Organisation.__table__).c
_EVENT_VERSION = sa.select(_events.calendar_version, _events.status).where(_events.slug == sa.bindparam("slug"))
_ORGANISATION_VERSION = sa.select(_organisations.calendar_version).where(_organisations.id == sa.bindparam("id"))
_PERSONAL_STATE = sa.select(
    _groups.id, _groups.language, _groups.changed_at, _groups.calendar_version.label("version")
).where(_groups.calendar_hash == sa.bindparam("hash"))


@dataclass(frozen=True, slots=True)
class PersonalState:
    """Whose calendar it is, its language, its last change, and how often it has changed."""

    group_id: int
    language: str
    changed_at: dt.datetime
    version: int


def event_version(slug: str) -> str | None:
    """What changes with every change of an event's feeds; None for drafts and unknown ones. One indexed row."""
    row = db.session.execute(_EVENT_VERSION, {"slug": slug}).one_or_none()
    return None if row is None or row[1] not in SEEN_BY_PUBLIC else str(row[0])


def organisation_version(organisation_id: int) -> str | None:
    """What changes with every change of an organisation's feed; None for unknown ones. One indexed row."""
    row = db.session.execute(_ORGANISATION_VERSION, {"id": organisation_id}).one_or_none()
    return None if row is None else str(row[0])


def personal_state(token: str) -> PersonalState | None:
    """What a personal calendar shows depends on; None when no calendar has this link. One indexed row."""
    row = db.session.execute(_PERSONAL_STATE, {"hash": hash_token(token)}).one_or_none()
    return None if row is None else PersonalState(*row)


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


def public_organisation(organisation_id: int) -> Organisation | None:
    """An organisation that hosts, or hosted, an event that was public."""
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        return None
    was_public = _hosted_by(organisation).where(Event.published_at.is_not(None))
    return organisation if db.session.scalar(sa.select(was_public.exists())) else None


def public_events_hosted_by(organisation: Organisation) -> list[Event]:
    """The public events of an organisation, its own and those of the series that it carries."""
    hosted = _hosted_by(organisation).with_only_columns(Event.id)
    return list(db.session.scalars(_EVENTS.where(Event.id.in_(hosted)).order_by(Event.starts_at, Event.id)))


def _hosted_by(organisation: Organisation) -> sa.Select[Event]:
    own = sa.select(EventHost.event_id).where(
        EventHost.organisation_id == organisation.id, EventHost.role != HostRole.PARTNER
    )
    carried = sa.select(SeriesHost.series_id).where(
        SeriesHost.organisation_id == organisation.id, SeriesHost.role != HostRole.PARTNER
    )
    return sa.select(Event).where(sa.or_(Event.id.in_(own), Event.series_id.in_(carried)))


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
