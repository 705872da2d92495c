"""What the state of a registration and of its event allows."""

from __future__ import annotations

import datetime as dt

from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.registration.enums import TRANSITIONS, RegistrationStatus
from congress.registration.models import Registration


def can_become(registration: Registration, status: RegistrationStatus) -> bool:
    """Whether the transition table allows it."""
    return status in TRANSITIONS[registration.status]


def can_cancel(registration: Registration) -> bool:
    """Whether an organiser may cancel it."""
    return can_become(registration, RegistrationStatus.CANCELLED)


def can_restore(registration: Registration) -> bool:
    """Whether an organiser may take a cancellation back (when a place is free)."""
    return registration.status is RegistrationStatus.CANCELLED


def can_cancel_by_link(registration: Registration, event: Event, now: dt.datetime) -> bool:
    """Whether the person may cancel it: until the event is over."""
    return can_cancel(registration) and now < event.ends_at


def can_correct_by_link(registration: Registration, event: Event, now: dt.datetime) -> bool:
    """Whether the person may correct the data: while it is live, until the event is over."""
    return registration.holds_place and now < event.ends_at


def can_use_ticket(registration: Registration, event: Event) -> bool:
    """Whether there is a ticket to show."""
    return registration.status is RegistrationStatus.CONFIRMED and event.status is EventStatus.PUBLISHED
