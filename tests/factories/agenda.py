"""People with sessions that they can sign up for."""

from __future__ import annotations

from typing import Any

from congress.events.models import Event
from congress.programme.models import Session
from congress.registration.models import Category, Registration
from tests.factories.programme import make_release, make_room, make_session, make_slot
from tests.factories.registrations import make_category, make_registration


def make_workshop(event: Event, capacity: int | None = 2, *, hour: float = 9, **values: Any) -> Session:
    """A session with sign-up in a room of its own for 50 people; released by whoever made all that is needed."""
    session = make_session(event, needs_sign_up=True, sign_up_capacity=capacity, **values)
    make_slot(event, session, make_room(event), hour=hour)
    return session


def make_released_workshop(event: Event, capacity: int | None = 2, **values: Any) -> Session:
    """The same, released."""
    session = make_workshop(event, capacity, **values)
    make_release(event)
    return session


def make_people(event: Event, number: int, category: Category | None = None) -> list[Registration]:
    """Confirmed registrations in one category without limit."""
    shared = category or make_category(event, capacity=None)
    return [make_registration(event, shared) for _ in range(number)]
