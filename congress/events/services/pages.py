"""Renewing public pages: which versions a write has to increase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.audit.services import record
from congress.core import clock
from congress.core.errors import Missing
from congress.events.models import Event, EventHost, Series, SeriesHost
from congress.events.signals import entries_changed
from congress.extensions import db
from congress.organisations.services import calendars_changed as organisation_calendars_changed

Scope = Event | Series
"""What hosts and teams belong to: one event, or all events of a series."""


def lock_event(event: Event) -> Event:
    """The event as it is now, held until the end of the transaction."""
    found = db.session.scalar(
        sa.select(Event)
        .where(Event.id == event.id)
        .options(joinedload(Event.series))
        .with_for_update(of=Event)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    return found


def lock_series(series_id: int) -> Series:
    """The series as it is now, held until the end of the transaction."""
    found = db.session.scalar(
        sa.select(Series).where(Series.id == series_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    return found


def event_changed(event: Event) -> None:
    """Its page shows something else now, and so do those of its series and of the platform."""
    event.changed_at = clock.now()
    event.page_version = cast("Any", Event.page_version + 1)
    db.session.flush()
    db.session.execute(
        sa.update(Series).where(Series.id == event.series_id).values(page_version=Series.page_version + 1)
    )


def calendars_changed(events: Sequence[Event]) -> None:
    """Calendars tell something else of these events now."""
    for event in events:
        event.calendar_changed_at = clock.now()
        event.calendar_version = cast("Any", Event.calendar_version + 1)
    db.session.flush()
    ids = {event.id for event in events}
    hosts = sa.select(EventHost.organisation_id).where(EventHost.event_id.in_(ids))
    carriers = sa.select(SeriesHost.organisation_id).where(
        SeriesHost.series_id.in_({event.series_id for event in events})
    )
    organisation_calendars_changed(db.session.scalars(hosts.union(carriers)))
    entries_changed.send(None, events=events)


def series_changed(series: Series) -> None:
    """Its page shows something else now, and so do those of all its events."""
    series.changed_at = clock.now()
    series.page_version = cast("Any", Series.page_version + 1)
    db.session.flush()
    db.session.execute(
        sa.update(Event).where(Event.series_id == series.id).values(page_version=Event.page_version + 1)
    )


def scope_changed(scope: Scope) -> None:
    """`event_changed` or `series_changed`."""
    if isinstance(scope, Event):
        event_changed(scope)
    else:
        series_changed(scope)


def organisation_changed(organisation_id: int) -> None:
    """Renew every page that names an organisation."""
    organisation_calendars_changed([organisation_id])
    events = sa.select(EventHost.event_id).where(EventHost.organisation_id == organisation_id)
    series = sa.select(SeriesHost.series_id).where(SeriesHost.organisation_id == organisation_id)
    touched = sa.or_(Event.id.in_(events), Event.series_id.in_(series))
    of_events = sa.select(Event.series_id).where(Event.id.in_(events))
    db.session.execute(
        sa.update(Series)
        .where(sa.or_(Series.id.in_(series), Series.id.in_(of_events)))
        .values(page_version=Series.page_version + 1)
    )
    db.session.execute(sa.update(Event).where(touched).values(page_version=Event.page_version + 1))


def note(
    action: str,
    scope: Scope,
    target: tuple[str, int] | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """An audit row about a series, an event, or something that belongs to one (`target` = kind and id)."""
    own = ("event", scope.id) if isinstance(scope, Event) else ("series", scope.id)
    kind, target_id = target or own
    record(
        action,
        kind,
        target_id,
        event_id=scope.id if isinstance(scope, Event) else None,
        series_id=scope.series_id if isinstance(scope, Event) else scope.id,
        before=before,
        after=after,
    )
