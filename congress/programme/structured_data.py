"""What search engines read of a session: JSON-LD in the words of schema.org, never the link to join online."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from congress.core.languages import translated
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.programme.enums import Participation
from congress.programme.snapshot import Programme, Session, Slot, Speaker

VOCABULARY = "https://schema.org"
MODES = {Participation.ON_SITE: "Offline", Participation.ONLINE: "Online", Participation.BOTH: "Mixed"}


def session_data(
    event: Event, programme: Programme, session: Session, *, url: str, event_url: str
) -> list[dict[str, Any]]:
    """A schema.org Event for each time of a session; `url` is its page, `event_url` that of the whole event."""
    slots = programme.slots_by_session.get(session.id, ())
    return [_event(event, programme, session, slot, url, event_url) for slot in slots]


def _event(
    event: Event, programme: Programme, session: Session, slot: Slot, url: str, event_url: str
) -> dict[str, Any]:
    is_cancelled = event.status is EventStatus.CANCELLED
    data: dict[str, Any] = {
        "@context": VOCABULARY,
        "@type": "Event",
        "name": translated(session.title),
        "description": translated(session.subtitle) or translated(session.abstract),
        "url": url,
        "inLanguage": session.language,
        **_times(slot.starts_at, slot.ends_at, event.zone),
        "eventStatus": f"{VOCABULARY}/Event{'Cancelled' if is_cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"{VOCABULARY}/{MODES[session.participation]}EventAttendanceMode",
        "location": _locations(event, programme, session, slot, url),
        "performer": [_person(one) for one in programme.speakers_of(session)],
        "superEvent": {
            "@type": "BusinessEvent",
            "name": translated(event.name),
            "url": event_url,
            **_times(event.starts_at, event.ends_at, event.zone),
            "location": [_place(event, event.venue_name or event.venue_city or translated(event.name))],
        },
    }
    return {key: value for key, value in data.items() if value}


def _times(starts_at: dt.datetime, ends_at: dt.datetime, zone: str) -> dict[str, str]:
    local = ZoneInfo(zone)
    return {"startDate": starts_at.astimezone(local).isoformat(), "endDate": ends_at.astimezone(local).isoformat()}


def _locations(event: Event, programme: Programme, session: Session, slot: Slot, url: str) -> list[dict[str, Any]]:
    found = []
    if session.participation is not Participation.ONLINE:
        room = programme.room_by_id.get(slot.room_id or 0)
        names = [translated(room.name) if room else "", event.venue_name or event.venue_city]
        found.append(_place(event, ", ".join(filter(None, names)) or translated(event.name)))
    if session.participation is not Participation.ON_SITE:
        found.append({"@type": "VirtualLocation", "url": url})
    return found


def _place(event: Event, name: str) -> dict[str, Any]:
    address = {
        "streetAddress": event.venue_address,
        "postalCode": event.venue_postcode,
        "addressLocality": event.venue_city,
        "addressRegion": ", ".join(event.regions),
    }
    told = {key: value for key, value in address.items() if value}
    return {"@type": "Place", "name": name, "address": {"@type": "PostalAddress", **told}}


def _person(speaker: Speaker) -> dict[str, Any]:
    works_for = {"@type": "Organization", "name": speaker.organisation} if speaker.organisation else None
    said = {"@type": "Person", "name": speaker.full_name, "jobTitle": speaker.job_title, "worksFor": works_for}
    return {key: value for key, value in said.items() if value}
