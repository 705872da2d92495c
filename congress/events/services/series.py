"""Creating and changing series."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from congress.accounts.models import Account
from congress.audit.services import apply_changes
from congress.core import clock
from congress.events import slugs
from congress.events.enums import EventStatus, HostRole, Role
from congress.events.errors import ChangedMeanwhile, SeriesHasPublicEvents, SlugFixed, SlugTaken
from congress.events.models import Event, Series, SeriesHost, TeamMember
from congress.events.queries import free_slug, slug_is_taken
from congress.events.services.pages import calendars_changed, lock_series, note, series_changed
from congress.extensions import db

FIELDS = ("slug", "name", "summary", "description", "website", "colour")


def create_series(creator: Account, values: dict[str, Any], hosts: dict[int, HostRole]) -> Series:
    """A series that only its team sees; the creator becomes its owner. `hosts`: organisation id to role."""
    slug = values.get("slug") or free_slug(Series, slugs.suggest(values["name"]["fr"]))
    if slug_is_taken(Series, slug):
        raise SlugTaken
    now = clock.now()
    fields = {name: values.get(name) for name in FIELDS if name in values} | {"slug": slug}
    series = Series(kind=values["kind"], created_at=now, changed_at=now, page_version=1, **fields)
    db.session.add(series)
    db.session.flush()
    db.session.add(TeamMember(account_id=creator.id, series_id=series.id, role=Role.OWNER, created_at=now))
    for position, (organisation_id, role) in enumerate(hosts.items()):
        db.session.add(SeriesHost(series_id=series.id, organisation_id=organisation_id, role=role, position=position))
    db.session.flush()
    note("series.created", series, after={"name": series.name, "kind": series.kind, "slug": slug})
    return series


def update_series(series: Series, values: dict[str, Any], opened_at: dt.datetime) -> None:
    """Change texts, colour and address; `opened_at` is the `changed_at` that the page was opened with."""
    series = lock_series(series.id)
    if series.changed_at != opened_at:
        raise ChangedMeanwhile
    slug = values.get("slug") or series.slug
    if slug != series.slug:
        if series.published_at:
            raise SlugFixed
        if slug_is_taken(Series, slug):
            raise SlugTaken
    fields = {name: values[name] for name in FIELDS if name in values} | {"slug": slug}
    before, after = apply_changes(series, fields)
    if {"name", "colour"} & after.keys():
        calendars_changed(db.session.scalars(sa.select(Event).where(Event.series_id == series.id)).all())
    if after:
        note("series.updated", series, before=before, after=after)
        series_changed(series)


def show_series(series: Series) -> None:
    """Make the page of a series public."""
    series = lock_series(series.id)
    if series.published_at is None:
        series.published_at = clock.now()
        note("series.published", series)
        series_changed(series)


def hide_series(series: Series) -> None:
    """Take the page of a series back, while none of its events is public."""
    series = lock_series(series.id)
    public = sa.select(Event.id).where(Event.series_id == series.id, Event.status != EventStatus.DRAFT)
    if db.session.scalar(sa.select(public.exists())):
        raise SeriesHasPublicEvents
    if series.published_at is not None:
        series.published_at = None
        note("series.hidden", series)
        series_changed(series)


def move_event(series: Series, event_id: int, step: int) -> None:
    """Move an event up (-1) or down (+1) in the order in which the series lists its events."""
    lock_series(series.id)
    events = list(
        db.session.scalars(
            sa.select(Event).where(Event.series_id == series.id).order_by(Event.position, Event.starts_at, Event.id)
        )
    )
    ids = [event.id for event in events]
    if event_id not in ids:
        return
    place = ids.index(event_id)
    target = max(0, min(len(ids) - 1, place + step))
    events.insert(target, events.pop(place))
    for position, event in enumerate(events, start=1):
        event.position = position
    if target != place:
        note("series.reordered", series, ("event", event_id))
        series_changed(series)
