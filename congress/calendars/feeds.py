"""The feeds of events that calendar programs subscribe to: one event, a series, those of an organisation.

An event of several days is one entry from its first hour to its last, as in the invitation mail: one UID whose
SEQUENCE tells every change. Split by days, an event that loses one would leave that day behind in calendars that
never saw it cancelled. Programs draw entries of more than a day as a banner over the days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from email.utils import parseaddr

from congress.calendars import ics, queries
from congress.calendars.items import CalendarDetails, CalendarItem, ItemStatus, Party
from congress.calendars.places import place_of, position_of
from congress.core import clock
from congress.core.languages import gettext, speaking, translated
from congress.core.links import absolute, site_name
from congress.core.page_cache import Built
from congress.core.rendering import setting
from congress.events.enums import EventFormat, EventStatus
from congress.events.models import Event, Series
from congress.organisations.models import Organisation

Entry = tuple[CalendarItem, dt.datetime]
"""What stands in a feed, with the moment of its last change."""

KEPT = dt.timedelta(days=30)
"""How long something cancelled stays to say so, for programs that ask rarely."""


def event_feed(event: Event, language: str, source: str) -> Built:
    """One event; `source` is the path of the feed."""
    entries = Entries([(item_of_event(event, language), last_change(event))])
    details = CalendarDetails(
        name=translated(event.name, language),
        source=absolute(source),
        zone=event.zone,
        language=language,
        changed=last_change(event),
        description=translated(event.summary, language),
        url=absolute(f"/{language}/events/{event.slug}/"),
        colour=event.colour or event.series.colour or "",
    )
    return entries.built(details)


def series_feed(series: Series, language: str, source: str) -> Built:
    """All public events of a series."""
    events = queries.public_events_of(series)
    entries = Entries((item_of_event(event, language), last_change(event)) for event in events)
    details = CalendarDetails(
        name=translated(series.name, language),
        source=absolute(source),
        zone=events[0].zone if events else "Europe/Paris",
        language=language,
        changed=queries.last_public_change(series),
        description=translated(series.summary, language),
        url=absolute(f"/{language}/series/{series.slug}/"),
        colour=series.colour or "",
    )
    return entries.built(details)


def organisation_feed(organisation: Organisation, language: str, source: str) -> Built:
    """The public events that an organisation hosts."""
    events = queries.public_events_hosted_by(organisation)
    entries = Entries((item_of_event(event, language), last_change(event)) for event in events)
    details = CalendarDetails(
        name=organisation.name,
        source=absolute(source),
        zone=events[0].zone if events else "Europe/Paris",
        language=language,
        changed=max([organisation.calendar_changed_at or organisation.created_at, *map(last_change, events)]),
        url=organisation.website or "",
    )
    return entries.built(details)


def item_of_event(event: Event, language: str) -> CalendarItem:
    """The public entry of an event; the link to join online is never in it."""
    with speaking(language):
        place = gettext("Online") if event.format is EventFormat.ONLINE else place_of(event)
    series = translated(event.series.name, language)
    return CalendarItem(
        uid=f"event-{event.id}@{site_name()}",
        created=event.created_at,
        changed=last_change(event),
        sequence=event.calendar_sequence,
        starts=event.starts_at,
        ends=event.ends_at,
        zone=event.zone,
        title=translated(event.name, language),
        organiser=Party(series, event.contact_email or parseaddr(setting("MAIL_FROM"))[1]),
        status=ItemStatus.CANCELLED if event.status is EventStatus.CANCELLED else ItemStatus.CONFIRMED,
        description=translated(event.summary, language),
        location=place,
        url=absolute(f"/{language}/events/{event.slug}/"),
        image=absolute(f"/media/{event.logo.name}") if event.logo else "",
        categories=[series],
        geo=position_of(event),
        colour=event.colour or event.series.colour or "",
    )


def last_change(event: Event) -> dt.datetime:
    """The last change of what calendars tell of an event; a cancelled one says so since then."""
    return event.calendar_changed_at or event.created_at


class Entries:
    """Entries, each with the moment of its last change; what was cancelled long ago is left out."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        now = clock.now()
        kept, self._leave, self._left = [], [], []
        for item, changed in entries:
            leaves = changed + KEPT
            if item.cancelled and leaves <= now:
                self._left.append(leaves)
                continue
            kept.append(item)
            if item.cancelled:
                self._leave.append(leaves)
        self._kept = kept

    def built(self, details: CalendarDetails) -> Built:
        """The file, and until when it stays as it is. A cancelled entry that left is a change too."""
        details = replace(details, changed=max([details.changed, *self._left]))
        body = ics.feed(details, self._kept)
        return Built(body, fresh_until=min(self._leave, default=None), changed_at=details.changed)
