"""What becomes of stars and sign-ups when something below changes: rows in the same transaction, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from congress.agenda import services
from congress.events.models import Event
from congress.programme.models import Session
from congress.programme.snapshot import Programme
from congress.registration.models import Registration


def end_sign_ups(_sender: object, *, registration: Registration, **_more: object) -> None:
    """A cancelled registration leaves its sessions to those who wait."""
    services.end_all_of([registration])


def end_what_is_closed_to(_sender: object, *, registration: Registration, before: Mapping[str, Any]) -> None:
    """Who takes part online now has no place in a session on site."""
    if "category_id" in before:
        services.drop_what_is_closed_to(registration)


def follow_release(event: Event, *, after: Programme, **_more: object) -> None:
    """Sessions that left lose their sign-ups, larger rooms take those who wait."""
    services.follow_release(event, after)


def fill_places(_sender: object, *, session: Session, **_more: object) -> None:
    """A larger capacity takes those who wait."""
    services.capacity_changed(session)
