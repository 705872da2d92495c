"""What the public pages show, drafts left out: series, events, hosts, places, and the versions of pages.

The public pages stand here and not with events, because they show what is left, which is known by registration.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.events.enums import SEEN_BY_PUBLIC, HostRole
from congress.events.models import Event, EventHost, Series, SeriesHost
from congress.extensions import db
from congress.organisations.models import Organisation
from congress.registration.capacity import availability_of_events
from congress.registration.enums import Attendance
from congress.registration.models import Category
from congress.registration.totals import places_left, pools_of_events

# Tables and not classes: a version is asked for by every request, and without entities that costs a third less.
_events, _series = cast(sa.Table, Event.__table__).c, cast(sa.Table, Series.__table__).c
_siblings = cast(sa.Table, Event.__table__).alias().c
_EVENT_VERSION = sa.select(
    _events.page_version,
    _events.status,
    sa.select(sa.func.max(_siblings.changed_at)).where(_siblings.series_id == _events.series_id).scalar_subquery(),
).where(_events.slug == sa.bindparam("slug"))
_SERIES = sa.select(Series).where(Series.published_at.is_not(None))
_SITE_VERSION = sa.select(sa.func.count(_series.id), sa.func.sum(_series.page_version))


@dataclass(frozen=True, slots=True)
class Places:
    """What is left at one event: None without a limit; `has_online` when one can take part from afar."""

    free: dict[int, int | None]
    on_site: int | None
    has_on_site: bool
    has_online: bool
    online_is_full: bool


def event_version(slug: str) -> str | None:
    """What changes whenever the page of an event shows something else; None for drafts and unknown ones.

    The last change in the series stands in for the previous and the next stage, which the page names.
    """
    row = db.session.execute(_EVENT_VERSION, {"slug": slug}).one_or_none()
    if row is None or row[1] not in SEEN_BY_PUBLIC:
        return None
    return f"{row[0]} {row[2]}"


def site_version() -> str:
    """What changes whenever a page over all series shows something else."""
    count, total = db.session.execute(_SITE_VERSION).one()
    return f"{count} {total}"


def public_series() -> list[Series]:
    """Every published series, the one that was published first before the others."""
    return list(db.session.scalars(_SERIES.order_by(Series.published_at, Series.id)))


def series_by_slug(slug: str) -> list[Series]:
    """The published series of this address, if there is one."""
    return list(db.session.scalars(_SERIES.where(Series.slug == slug)))


def series_of_event(slug: str) -> list[Series]:
    """The series of a public event, if there is one."""
    of_event = sa.select(Event.series_id).where(Event.slug == slug, Event.status.in_(SEEN_BY_PUBLIC))
    return list(db.session.scalars(_SERIES.where(Series.id.in_(of_event))))


def public_events(series_ids: Collection[int]) -> list[Event]:
    """Published and cancelled events of these series, each series in its own order."""
    return list(
        db.session.scalars(
            sa.select(Event)
            .where(Event.series_id.in_(series_ids), Event.status.in_(SEEN_BY_PUBLIC))
            .options(joinedload(Event.series, innerjoin=True), joinedload(Event.logo))
            .order_by(Event.series_id, Event.position, Event.starts_at, Event.id)
        )
    )


def hosts_of_series(series_ids: Collection[int]) -> dict[int, list[SeriesHost]]:
    """The organisations that carry each series, in the organiser's order."""
    rows = db.session.scalars(
        sa.select(SeriesHost)
        .where(SeriesHost.series_id.in_(series_ids))
        .options(joinedload(SeriesHost.organisation, innerjoin=True))
        .order_by(SeriesHost.position, SeriesHost.id)
    )
    found: dict[int, list[SeriesHost]] = {series_id: [] for series_id in series_ids}
    for row in rows:
        found[row.series_id].append(row)
    return found


def hosts_of_events(event_ids: Collection[int]) -> dict[int, list[EventHost]]:
    """The organisations that host each event, in the organiser's order."""
    rows = db.session.scalars(
        sa.select(EventHost)
        .where(EventHost.event_id.in_(event_ids))
        .options(joinedload(EventHost.organisation, innerjoin=True))
        .order_by(EventHost.position, EventHost.id)
    )
    found: dict[int, list[EventHost]] = {event_id: [] for event_id in event_ids}
    for row in rows:
        found[row.event_id].append(row)
    return found


def public_categories(event_ids: Collection[int]) -> dict[int, list[Category]]:
    """What the public may choose at each event, in the organiser's order."""
    rows = db.session.scalars(
        sa.select(Category)
        .where(Category.event_id.in_(event_ids), Category.is_public, Category.archived_at.is_(None))
        .order_by(Category.position, Category.id)
    )
    found: dict[int, list[Category]] = {event_id: [] for event_id in event_ids}
    for row in rows:
        found[row.event_id].append(row)
    return found


def places_of_events(categories: dict[int, list[Category]]) -> dict[int, Places]:
    """What is left at each event in its public categories."""
    free, pools = availability_of_events(categories), pools_of_events(categories)
    found = {}
    for event_id, offered in categories.items():
        on_site = [one.id for one in offered if one.attendance is Attendance.ON_SITE]
        online = [one.id for one in offered if one.attendance is Attendance.ONLINE]
        found[event_id] = Places(
            free={one.id: free[one.id] for one in offered},
            on_site=places_left({one: free[one] for one in on_site}, pools[event_id]),
            has_on_site=bool(on_site),
            has_online=bool(online),
            online_is_full=all(free[one] == 0 for one in online),
        )
    return found


def organising(hosts: Sequence[SeriesHost | EventHost]) -> list[Organisation]:
    """Who organises among the hosts, each once, partners left out."""
    found = {host.organisation_id: host.organisation for host in hosts if host.role != HostRole.PARTNER}
    return list(found.values())
