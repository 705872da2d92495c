"""What the public pages say: where each stage stands now, figures computed from data, when time changes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from congress.backoffice import site_queries as queries
from congress.backoffice.site_queries import Places
from congress.core import clock
from congress.events.enums import EventStatus, SeriesKind, WindowState
from congress.events.models import Event, EventHost, Series, SeriesHost
from congress.organisations.models import Organisation
from congress.registration.figures import registered_of_events
from congress.registration.models import Category

MAP = "https://www.openstreetmap.org"
FEW = 20
"""From this many places on, the page says that few are left."""


class StageState(StrEnum):
    """Where a public event stands for somebody who would like to come."""

    OPEN = "open"
    ONLINE_ONLY = "online_only"
    UPCOMING = "upcoming"
    FULL = "full"
    CLOSED = "closed"
    OVER = "over"
    CANCELLED = "cancelled"


BOOKABLE = frozenset({StageState.OPEN, StageState.ONLINE_ONLY})
AHEAD = BOOKABLE | {StageState.UPCOMING, StageState.FULL, StageState.CLOSED}


@dataclass(frozen=True, slots=True)
class Stage:
    """An event as the public sees it now. `left` is the number to show, None when there is none to show."""

    event: Event
    number: int
    state: StageState
    categories: Sequence[Category]
    places: Places
    hosts: Sequence[EventHost]

    @property
    def is_bookable(self) -> bool:
        """Whether a button to register makes sense."""
        return self.state in BOOKABLE

    @property
    def is_ahead(self) -> bool:
        """Whether it is still to come, or going on."""
        return self.state in AHEAD

    @property
    def left(self) -> int | None:
        """Places on site that are left, when the organiser shows them and there is a limit."""
        shown = self.event.show_remaining and self.state is StageState.OPEN and self.places.has_on_site
        return self.places.on_site if shown else None

    @property
    def has_few_left(self) -> bool:
        """Whether one should not wait."""
        return self.left is not None and self.left <= FEW


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A series with its public events. `participants` is None when it is not to be shown."""

    series: Series
    stages: Sequence[Stage]
    hosts: Sequence[SeriesHost]
    organisers: Sequence[Organisation]
    participants: int | None

    @property
    def is_tour(self) -> bool:
        """Whether its events are stages of a tour."""
        return self.series.kind is SeriesKind.TOUR

    @property
    def others(self) -> list[Organisation]:
        """The organisations that host events without carrying the series."""
        carriers = {host.organisation_id for host in self.hosts}
        return [one for one in self.organisers if one.id not in carriers]

    @property
    def bookable(self) -> list[Stage]:
        """The stages that one can register for now."""
        return [stage for stage in self.stages if stage.is_bookable]

    @property
    def ahead(self) -> list[Stage]:
        """What is still to come, the next one first."""
        return sorted((stage for stage in self.stages if stage.is_ahead), key=_by_date)

    @property
    def past(self) -> list[Stage]:
        """What is over or cancelled, the last one first."""
        return sorted((stage for stage in self.stages if not stage.is_ahead), key=_by_date, reverse=True)

    @property
    def taking_place(self) -> list[Stage]:
        """All that were not cancelled."""
        return [stage for stage in self.stages if stage.state is not StageState.CANCELLED]

    @property
    def has_map(self) -> bool:
        """Whether a map says something: a tour whose stages name their regions."""
        return self.is_tour and any(stage.event.regions for stage in self.stages)


def load_series(slug: str | None = None) -> list[SeriesView]:
    """Every published series, or one; a constant number of queries."""
    return _views(queries.public_series() if slug is None else queries.series_by_slug(slug))


def load_event(slug: str) -> tuple[Stage, SeriesView] | None:
    """One public event and its series."""
    for view in _views(queries.series_of_event(slug)):
        for stage in view.stages:
            if stage.event.slug == slug:
                return stage, view
    return None


def neighbours(stage: Stage, view: SeriesView) -> tuple[Stage | None, Stage | None]:
    """The stage before and the one after, cancelled ones skipped."""
    before = [one for one in view.taking_place if one.number < stage.number]
    after = [one for one in view.taking_place if one.number > stage.number]
    return (before[-1] if before else None, after[0] if after else None)


def map_link(event: Event) -> str:
    """Where OpenStreetMap shows the venue: the point when it is known, else a search."""
    if event.latitude is not None and event.longitude is not None:
        point = f"{event.latitude:.5f}/{event.longitude:.5f}"
        return f"{MAP}/?mlat={event.latitude:.5f}&mlon={event.longitude:.5f}#map=17/{point}"
    town = " ".join(filter(None, (event.venue_postcode, event.venue_city)))
    return f"{MAP}/search?" + urlencode({"query": ", ".join(filter(None, (event.venue_address, town)))})


def next_events(views: Iterable[SeriesView]) -> list[Stage]:
    """What is still to come in all series, in the order of time."""
    return sorted((stage for view in views for stage in view.ahead), key=_by_date)


def organisers_of(views: Iterable[SeriesView]) -> list[Organisation]:
    """All organisations that carry a series or host an event, each once, by name."""
    found = {one.id: one for view in views for one in view.organisers}
    return sorted(found.values(), key=lambda one: one.name.casefold())


def next_change(views: Iterable[SeriesView]) -> dt.datetime | None:
    """When these pages will say something else although nobody changed anything."""
    now = clock.now()
    moments = (
        moment
        for view in views
        for stage in view.stages
        for moment in (stage.event.registration_opens_at, stage.event.registration_closes_at, stage.event.ends_at)
    )
    return min((moment for moment in moments if moment > now), default=None)


def state_of(event: Event, places: Places, now: dt.datetime) -> StageState:
    """Where an event stands now."""
    if event.status is EventStatus.CANCELLED:
        return StageState.CANCELLED
    if now >= event.ends_at:
        return StageState.OVER
    window = event.window_state(now)
    if window is WindowState.UPCOMING:
        return StageState.UPCOMING
    if window is WindowState.CLOSED or not places.free:
        return StageState.CLOSED
    if all(left == 0 for left in places.free.values()):
        return StageState.FULL
    on_site_full = places.has_on_site and places.on_site == 0
    return StageState.ONLINE_ONLY if on_site_full and places.has_online else StageState.OPEN


def _views(found: Collection[Series]) -> list[SeriesView]:
    series_ids = [series.id for series in found]
    events = queries.public_events(series_ids)
    event_ids = [event.id for event in events]
    categories = queries.public_categories(event_ids)
    places, hosts = queries.places_of_events(categories), queries.hosts_of_events(event_ids)
    series_hosts, participants = queries.hosts_of_series(series_ids), registered_of_events(event_ids)
    now = clock.now()
    views = []
    for series in found:
        own = [event for event in events if event.series_id == series.id]
        stages = [
            Stage(
                event,
                number,
                state_of(event, places[event.id], now),
                categories[event.id],
                places[event.id],
                hosts[event.id],
            )
            for number, event in enumerate(own, start=1)
        ]
        everybody: list[SeriesHost | EventHost] = [
            *series_hosts[series.id],
            *(host for event in own for host in hosts[event.id]),
        ]
        views.append(
            SeriesView(
                series,
                stages,
                series_hosts[series.id],
                queries.organising(everybody),
                _participants(own, participants),
            )
        )
    return views


def _participants(events: Sequence[Event], live: dict[int, int]) -> int | None:
    """Everybody registered for events that take place. Shown only when each of them shows what is left."""
    counted = [event for event in events if event.status is not EventStatus.CANCELLED]
    if not all(event.show_remaining for event in counted):
        return None
    return sum(live.get(event.id, 0) for event in counted) or None


def _by_date(stage: Stage) -> tuple[dt.datetime, int]:
    return stage.event.starts_at, stage.event.id
