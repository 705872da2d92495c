"""Where an event takes place, as calendars say it."""

from __future__ import annotations

from congress.events.models import Event


def place_of(event: Event) -> str:
    """Venue, street and town in one line."""
    town = " ".join(part for part in (event.venue_postcode, event.venue_city) if part)
    return ", ".join(part for part in (event.venue_name, event.venue_address, town) if part)


def position_of(event: Event) -> tuple[float, float] | None:
    """Latitude and longitude, when both are known."""
    if event.latitude is None or event.longitude is None:
        return None
    return event.latitude, event.longitude
