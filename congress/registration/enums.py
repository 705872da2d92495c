"""States and kinds of registrations."""

from __future__ import annotations

from enum import StrEnum


class RegistrationStatus(StrEnum):
    """Where a registration stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


TRANSITIONS: dict[RegistrationStatus, frozenset[RegistrationStatus]] = {
    RegistrationStatus.PENDING: frozenset({RegistrationStatus.CONFIRMED, RegistrationStatus.CANCELLED}),
    RegistrationStatus.CONFIRMED: frozenset({RegistrationStatus.CANCELLED}),
    RegistrationStatus.CANCELLED: frozenset({RegistrationStatus.CONFIRMED}),
}
"""Every legal change of state; a cancelled registration may be restored by an organiser when a place is free."""

HOLDS_PLACE = frozenset({RegistrationStatus.PENDING, RegistrationStatus.CONFIRMED})
"""The states that count against a quota and against "one live registration per address and event"."""


class Attendance(StrEnum):
    """How a category takes part."""

    ON_SITE = "on_site"
    ONLINE = "online"


class RegistrationSource(StrEnum):
    """How a registration came in."""

    ONLINE = "online"
    ORGANISER = "organiser"
    DEMO = "demo"


class CancelledBy(StrEnum):
    """Who gave the place back."""

    PARTICIPANT = "participant"
    ORGANISER = "organiser"


class TicketState(StrEnum):
    """Whether a ticket opens the door."""

    VALID = "valid"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


class ConsentKind(StrEnum):
    """What a consent text is about; the notice is read, the others are ticked."""

    PRIVACY_NOTICE = "privacy_notice"
    PARTICIPANT_LIST = "participant_list"
    PHOTO = "photo"
    SPONSORS = "sponsors"
