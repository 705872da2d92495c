"""Creating and changing events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set as AbstractSet
from typing import Any

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import clock
from congress.events import slugs
from congress.events.enums import EventStatus
from congress.events.errors import ChangedMeanwhile, SlugFixed, SlugTaken
from congress.events.models import Event, EventHost, Room, Series
from congress.events.queries import free_slug, slug_is_taken
from congress.events.services.pages import calendars_changed, event_changed, lock_event, lock_series, note
from congress.events.signals import event_rescheduled
from congress.extensions import db

TEXTS = ("name", "summary", "description", "venue_access")
FIELDS = (
    "slug",
    *TEXTS,
    "format",
    "zone",
    "starts_at",
    "ends_at",
    "registration_opens_at",
    "registration_closes_at",
    "regions",
    "venue_name",
    "venue_address",
    "venue_postcode",
    "venue_city",
    "latitude",
    "longitude",
    "join_url",
    "colour",
    "show_remaining",
    "contact_email",
    "retention_days",
)
"""What an organiser may write; everything else of a row is decided by the platform."""

TIME_AND_PLACE = frozenset(
    {
        "starts_at",
        "ends_at",
        "zone",
        "format",
        "venue_name",
        "venue_address",
        "venue_postcode",
        "venue_city",
        "join_url",
    }
)
"""A change of these is a change of the appointment in people's calendars (RFC 5545 §3.8.7.4)."""

IN_CALENDARS = TIME_AND_PLACE | {"slug", "name", "summary", "latitude", "longitude", "colour", "contact_email"}
"""What calendars tell of an event."""

COPIED = (
    "summary",
    "description",
    "venue_access",
    "venue_name",
    "venue_address",
    "venue_postcode",
    "venue_city",
    "latitude",
    "longitude",
    "colour",
    "show_remaining",
    "contact_email",
    "retention_days",
)
"""What a new event takes from the one it is modelled on, unless it says otherwise. The join link is not among it."""


def create_event(series: Series, values: dict[str, Any], model: Event | None = None) -> Event:
    """A draft in a series, with the settings, hosts and rooms of `model` when there is one."""
    lock_series(series.id)
    slug = values.get("slug") or free_slug(Event, slugs.suggest(values["name"]["fr"]))
    if slug_is_taken(Event, slug):
        raise SlugTaken
    fields = {name: getattr(model, name) for name in COPIED} if model else {}
    fields |= {name: values[name] for name in FIELDS if values.get(name) not in (None, "", {}, [])}
    now = clock.now()
    event = Event(
        series_id=series.id,
        status=EventStatus.DRAFT,
        position=_next_position(series),
        created_at=now,
        changed_at=now,
        **(fields | {"slug": slug}),
    )
    db.session.add(event)
    db.session.flush()
    if model:
        _copy_hosts_and_rooms(model, event)
    note("event.created", event, after={"name": event.name, "slug": slug} | ({"model": model.name} if model else {}))
    return event


def update_event(event: Event, values: dict[str, Any], opened_at: dt.datetime, *, tell: bool = False) -> None:
    """Change an event; with `tell`, people learn of a new time or place (when it is public and still to come).

    `opened_at` is the `changed_at` with which the page was opened.
    """
    event = lock_event(event)
    if event.changed_at != opened_at:
        raise ChangedMeanwhile
    slug = values.get("slug") or event.slug
    if slug != event.slug:
        if event.published_at:
            raise SlugFixed
        if slug_is_taken(Event, slug):
            raise SlugTaken
    fields = {name: values[name] for name in FIELDS if name in values} | {"slug": slug}
    before, after = apply_changes(event, fields, hidden={"join_url"})
    if not after:
        return
    _renew_calendars(event, after.keys(), tell=tell)
    note("event.updated", event, before=before, after=after)
    event_changed(event)


def _renew_calendars(event: Event, changed: AbstractSet[str], *, tell: bool) -> None:
    if event.is_published and TIME_AND_PLACE & changed:
        event.calendar_sequence += 1
        if tell and event.status == EventStatus.PUBLISHED and event.ends_at > clock.now():
            event_rescheduled.send(event=event)
    if IN_CALENDARS & changed:
        calendars_changed([event])


def _next_position(series: Series) -> int:
    highest = db.session.scalar(sa.select(sa.func.max(Event.position)).where(Event.series_id == series.id))
    return (highest or 0) + 1


def _copy_hosts_and_rooms(model: Event, event: Event) -> None:
    for host in db.session.scalars(sa.select(EventHost).where(EventHost.event_id == model.id)):
        db.session.add(
            EventHost(event_id=event.id, organisation_id=host.organisation_id, role=host.role, position=host.position)
        )
    for room in db.session.scalars(sa.select(Room).where(Room.event_id == model.id)):
        db.session.add(Room(event_id=event.id, name=room.name, capacity=room.capacity, position=room.position))
    db.session.flush()
