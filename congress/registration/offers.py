"""What can be booked: an event or the stages of a series with their categories, as the public sees them now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core import clock
from congress.core.languages import translated
from congress.events.enums import SEEN_BY_PUBLIC, EventStatus, WindowState
from congress.events.models import Event, Series
from congress.extensions import db
from congress.registration.capacity import availability_of, availability_of_events
from congress.registration.consents import TextInForce, texts_in_force
from congress.registration.enums import ConsentKind
from congress.registration.models import Category

_EVENTS = cast("sa.Table", Event.__table__)
_SERIES = cast("sa.Table", Series.__table__)
_CATEGORIES = cast("sa.Table", Category.__table__)


class OfferState(StrEnum):
    """Whether somebody can register now, and if not, why."""

    OPEN = "open"
    UPCOMING = "upcoming"
    CLOSED = "closed"
    FULL = "full"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CategoryOffer:
    """A public category; `free` is None when there is no limit."""

    category: Category
    free: int | None

    @property
    def is_full(self) -> bool:
        """Whether no place is left."""
        return self.free == 0


@dataclass(frozen=True, slots=True)
class EventOffer:
    """One event with its public categories in the organiser's order, and the consent texts in force."""

    event: Event
    categories: Sequence[CategoryOffer]
    texts: dict[ConsentKind, TextInForce]
    state: OfferState

    @property
    def is_open(self) -> bool:
        """Whether a form makes sense."""
        return self.state is OfferState.OPEN


@dataclass(frozen=True, slots=True)
class Shape:
    """All that the form of an event is made of: the rows, as text, and the free places per public category."""

    event_id: int
    state: OfferState
    rows: str
    free: dict[int, int | None]


_EVENT_ROWS = (
    sa.select(
        *(column for column in _EVENTS.c if column.name not in {"page_version", "description", "changed_at"}),
        *(column.label(f"series_{column.name}") for column in (_SERIES.c.slug, _SERIES.c.name, _SERIES.c.colour)),
    )
    .join(_SERIES, _SERIES.c.id == _EVENTS.c.series_id)
    .where(
        _EVENTS.c.slug == sa.bindparam("slug"),
        _EVENTS.c.status.in_(SEEN_BY_PUBLIC),
    )
)
_CATEGORY_ROWS = (
    sa.select(_CATEGORIES)
    .where(_CATEGORIES.c.event_id == sa.bindparam("event_id"), _CATEGORIES.c.is_public)
    .where(_CATEGORIES.c.archived_at.is_(None))
    .order_by(_CATEGORIES.c.position, _CATEGORIES.c.id)
)
_EVENT_ID = sa.select(_EVENTS.c.id).where(
    _EVENTS.c.slug == sa.bindparam("slug"), _EVENTS.c.status.in_(SEEN_BY_PUBLIC)
)


def shape_of(slug: str) -> Shape | None:
    """What the form of an event shows now, read as plain rows; None as for `event_offer`."""
    event = db.session.execute(_EVENT_ROWS, {"slug": slug}).one_or_none()
    if event is None:
        return None
    categories = db.session.execute(_CATEGORY_ROWS, {"event_id": event.id}).all()
    everything = availability_of(event.id)
    free = {row.id: everything[row.id] for row in categories}
    texts = texts_in_force([event.id])[event.id]
    window = Event.window_state(cast("Event", event), clock.now())  # a row with the same columns
    state = _state(event.status, window, free.values())
    return Shape(event.id, state, f"{event} {categories} {texts}", free)


def public_event_id(slug: str) -> int | None:
    """The id of an event that the public sees."""
    return db.session.scalar(_EVENT_ID, {"slug": slug})


def event_offer(slug: str) -> EventOffer | None:
    """What one event offers; None for a draft as for an event that does not exist."""
    offers = _offers(Event.slug == slug)
    return offers[0] if offers else None


def series_offers(slug: str) -> tuple[Series, list[EventOffer]] | None:
    """What the published events of a published series offer; a constant number of queries."""
    series = db.session.scalar(sa.select(Series).where(Series.slug == slug, Series.published_at.is_not(None)))
    return (series, _offers(Event.series_id == series.id)) if series else None


def _offers(which: sa.ColumnElement[bool]) -> list[EventOffer]:
    events = db.session.scalars(
        sa.select(Event)
        .where(which, Event.status.in_(SEEN_BY_PUBLIC))
        .options(joinedload(Event.series, innerjoin=True))
        .order_by(Event.position, Event.starts_at, Event.id)
    ).all()
    ids = [event.id for event in events]
    categories = db.session.scalars(
        sa.select(Category)
        .where(Category.event_id.in_(ids), Category.is_public, Category.archived_at.is_(None))
        .order_by(Category.position, Category.id)
    ).all()
    free, texts, now = availability_of_events(ids), texts_in_force(ids), clock.now()
    found: list[EventOffer] = []
    for event in events:
        own = [CategoryOffer(one, free[one.id]) for one in categories if one.event_id == event.id]
        state = _state(event.status, event.window_state(now), [one.free for one in own])
        found.append(EventOffer(event, own, texts[event.id], state))
    return found


def _state(status: EventStatus, window: WindowState, free: Collection[int | None]) -> OfferState:
    if status is EventStatus.CANCELLED:
        return OfferState.CANCELLED
    if window is WindowState.UPCOMING:
        return OfferState.UPCOMING
    if window is WindowState.CLOSED or not free:
        return OfferState.CLOSED
    return OfferState.FULL if all(left == 0 for left in free) else OfferState.OPEN


def distinct_texts(
    texts: Sequence[tuple[Event, dict[ConsentKind, TextInForce]]], kind: ConsentKind
) -> list[tuple[str, Mapping[str, str]]]:
    """What to show of one kind for several events: the common text alone, or each text with the events' names."""
    events_of: dict[int | None, list[Event]] = {}
    content: dict[int | None, Mapping[str, str]] = {}
    for event, in_force in texts:
        events_of.setdefault(in_force[kind].id, []).append(event)
        content[in_force[kind].id] = in_force[kind].text
    if len(content) == 1:
        return [("", text) for text in content.values()]
    return [(", ".join(translated(one.name) for one in events), content[key]) for key, events in events_of.items()]
