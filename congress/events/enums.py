"""Kinds, formats, states and roles of events."""

from __future__ import annotations

from enum import StrEnum


class SeriesKind(StrEnum):
    """What a series is."""

    CONGRESS = "congress"
    TOUR = "tour"


class EventFormat(StrEnum):
    """How people take part."""

    ON_SITE = "on_site"
    ONLINE = "online"
    HYBRID = "hybrid"


class EventStatus(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


SEEN_BY_PUBLIC = (EventStatus.PUBLISHED, EventStatus.CANCELLED)
"""The states in which an event has a public page: a cancelled one stays visible, as cancelled."""

EVENT_TRANSITIONS: dict[EventStatus, frozenset[EventStatus]] = {
    EventStatus.DRAFT: frozenset({EventStatus.PUBLISHED}),
    EventStatus.PUBLISHED: frozenset({EventStatus.DRAFT, EventStatus.CANCELLED}),
    EventStatus.CANCELLED: frozenset({EventStatus.PUBLISHED}),
}


class HostRole(StrEnum):
    """What an organisation is to a series or event."""

    OWNER = "owner"
    CO_ORGANISER = "co_organiser"
    PARTNER = "partner"


class Role(StrEnum):
    """What a member of a team may do, on one event or on all events of a series."""

    OWNER = "owner"
    ORGANISER = "organiser"
    PROGRAMME = "programme"
    REVIEWER = "reviewer"
    MATCHMAKING = "matchmaking"
    REGISTRATION = "registration"
    DOOR = "door"
    EXHIBITOR = "exhibitor"
    VIEWER = "viewer"


class WindowState(StrEnum):
    """Whether one can register now."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"
