"""What search engines read of an event: JSON-LD in the words of schema.org, never the link to join online."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from congress.backoffice.site import SeriesView, Stage, StageState
from congress.core.languages import current_language, translated
from congress.core.links import absolute
from congress.events.enums import EventFormat
from congress.events.models import Event

VOCABULARY = "https://schema.org"
MODES = {EventFormat.ON_SITE: "Offline", EventFormat.ONLINE: "Online", EventFormat.HYBRID: "Mixed"}


def event_data(stage: Stage, view: SeriesView, url: str) -> dict[str, Any]:
    """A schema.org Event; `url` is its page."""
    event = stage.event
    zone = ZoneInfo(event.zone)
    data: dict[str, Any] = {
        "@context": VOCABULARY,
        "@type": "BusinessEvent",
        "name": translated(event.name),
        "url": url,
        "inLanguage": current_language(),
        "startDate": event.starts_at.astimezone(zone).isoformat(),
        "endDate": event.ends_at.astimezone(zone).isoformat(),
        "eventStatus": f"{VOCABULARY}/Event{'Cancelled' if stage.state is StageState.CANCELLED else 'Scheduled'}",
        "eventAttendanceMode": f"{VOCABULARY}/{MODES[event.format]}EventAttendanceMode",
        "location": _locations(event, url),
        "organizer": [_organisation(host.organisation.name, host.organisation.website) for host in stage.hosts],
        "superEvent": {"@type": "EventSeries", "name": translated(view.series.name)},
    }
    if event.summary:
        data["description"] = translated(event.summary)
    if event.logo:
        data["image"] = absolute(f"/media/{event.logo.name}")
    return {key: value for key, value in data.items() if value}


def _locations(event: Event, url: str) -> list[dict[str, Any]]:
    found = []
    if event.format is not EventFormat.ONLINE:
        address = {
            "streetAddress": event.venue_address,
            "postalCode": event.venue_postcode,
            "addressLocality": event.venue_city,
            "addressRegion": ", ".join(event.regions),
        }
        told = {key: value for key, value in address.items() if value}
        found.append(
            {
                "@type": "Place",
                "name": event.venue_name or event.venue_city or translated(event.name),
                "address": {"@type": "PostalAddress", **told},
            }
        )
    if event.format is not EventFormat.ON_SITE:
        found.append({"@type": "VirtualLocation", "url": url})
    return found


def _organisation(name: str, website: str | None) -> dict[str, str]:
    return {"@type": "Organization", "name": name} | ({"url": website} if website else {})
