"""Series and events."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from congress.core import clock
from congress.events.enums import EventFormat, EventStatus, SeriesKind
from congress.events.models import Event, Series
from congress.extensions import db

_counter = itertools.count(1)


def make_series(**values: Any) -> Series:
    """A published tour."""
    number = next(_counter)
    now = clock.now()
    defaults: dict[str, Any] = {
        "slug": f"tour-{number}",
        "kind": SeriesKind.TOUR,
        "name": {"fr": f"Tournée {number}", "en": f"Tour {number}"},
        "published_at": now,
        "created_at": now,
        "changed_at": now,
    }
    series = Series(**(defaults | values))
    db.session.add(series)
    db.session.flush()
    return series


def make_event(series: Series | None = None, **values: Any) -> Event:
    """A published event in ten days, with its registration window open."""
    number = next(_counter)
    now = clock.now()
    start = now.replace(hour=8, minute=0, second=0, microsecond=0) + dt.timedelta(days=10)
    defaults: dict[str, Any] = {
        "series_id": values.get("series_id") or (series or make_series()).id,
        "slug": f"stage-{number}",
        "status": EventStatus.PUBLISHED,
        "format": EventFormat.HYBRID,
        "name": {"fr": f"Étape {number}", "en": f"Stage {number}"},
        "zone": "Europe/Paris",
        "starts_at": start,
        "ends_at": start + dt.timedelta(hours=9),
        "registration_opens_at": now - dt.timedelta(days=10),
        "registration_closes_at": start,
        "regions": ["FR-GES"],
        "venue_name": "Palais inventé",
        "venue_city": "Strasbourg",
        "created_at": now,
        "changed_at": now,
        "published_at": now,
    }
    event = Event(**(defaults | values))
    db.session.add(event)
    db.session.flush()
    return event
