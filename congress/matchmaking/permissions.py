"""Who is let into matchmaking, and when."""

from __future__ import annotations

from congress.events.enums import EventStatus
from congress.matchmaking.models import Matchmaking
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration


def can_take_part(registration: Registration) -> bool:
    """Whether a registration may have a profile: it is confirmed, and its event is public and takes place."""
    return registration.status is RegistrationStatus.CONFIRMED and registration.event.status is EventStatus.PUBLISHED


def is_open(matchmaking: Matchmaking) -> bool:
    """Whether participants are let in: the organisers opened it."""
    return matchmaking.opened_at is not None
