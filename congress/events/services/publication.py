"""From draft to public and back, cancelled and restored. What has to be there first is the caller's question."""

from __future__ import annotations

from congress.core import clock
from congress.events.enums import EVENT_TRANSITIONS, EventStatus
from congress.events.errors import StepRefused
from congress.events.models import Event
from congress.events.services.pages import calendars_changed, event_changed, lock_event, lock_series, note
from congress.events.services.series import show_series
from congress.events.signals import event_cancelled, event_published, event_rescheduled


def publish(event: Event) -> Event:
    """Make a draft public, and its series with it."""
    event = _step(event, EventStatus.DRAFT, EventStatus.PUBLISHED, "event.published")
    event.published_at = event.published_at or clock.now()
    show_series(lock_series(event.series_id))
    event_changed(event)
    event_published.send(event=event)
    return event


def unpublish(event: Event) -> Event:
    """Make a public event a draft again; the caller has made sure that nobody is registered."""
    event = _step(event, EventStatus.PUBLISHED, EventStatus.DRAFT, "event.unpublished")
    event_changed(event)
    return event


def cancel_event(event: Event) -> Event:
    """The event will not take place: its page stays and says so, everybody registered is told."""
    event = _step(event, EventStatus.PUBLISHED, EventStatus.CANCELLED, "event.cancelled")
    event_changed(event)
    event_cancelled.send(event=event)
    return event


def restore_event(event: Event, *, tell: bool) -> Event:
    """The event takes place after all; with `tell`, people get its time and place again."""
    event = _step(event, EventStatus.CANCELLED, EventStatus.PUBLISHED, "event.restored")
    event_changed(event)
    if tell and event.ends_at > clock.now():
        event_rescheduled.send(event=event)
    return event


def _step(event: Event, expected: EventStatus, wanted: EventStatus, action: str) -> Event:
    event = lock_event(event)
    if event.status != expected or wanted not in EVENT_TRANSITIONS[expected]:
        raise StepRefused
    event.status = wanted
    event.calendar_sequence += 1
    calendars_changed([event])
    note(action, event, before={"status": expected}, after={"status": wanted})
    return event
