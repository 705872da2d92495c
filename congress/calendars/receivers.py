"""What follows for personal calendars: they have a new version with the commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from congress.events.models import Event
from congress.registration.services.calendars import calendars_of_events_changed


def renew_calendars_of_events(_sender: object, *, events: Sequence[Event]) -> None:
    """Everybody who registered for them sees the change."""
    calendars_of_events_changed(events)


def renew_calendars_of_programme(event: Event, **_release: Any) -> None:
    """The feeds of the programme are others now, and everybody who picked a session sees the release."""
    event.calendar_version = cast("Any", Event.calendar_version + 1)
    calendars_of_events_changed([event])
