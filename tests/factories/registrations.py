"""Categories, quotas and registrations with their tickets."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.addresses import address_key
from congress.core.tokens import new_link
from congress.events.models import Event
from congress.extensions import db
from congress.registration import tickets
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Category, EventKey, Quota, Registration, RegistrationGroup, Ticket

_counter = itertools.count(1)


def make_category(event: Event, capacity: int | None = 100, **values: Any) -> Category:
    """A public category with a quota of its own."""
    number = next(_counter)
    defaults: dict[str, Any] = {
        "event_id": event.id,
        "name": {"fr": f"Catégorie {number}", "en": f"Category {number}"},
    }
    category = Category(**(defaults | values))
    db.session.add(category)
    if capacity is not None:
        quota = Quota(event_id=event.id, name=f"Places {number}", capacity=capacity, categories=[category])
        db.session.add(quota)
    db.session.flush()
    return category


def make_group() -> RegistrationGroup:
    """An empty group with its two links."""
    link_salt, link_hash = new_link("manage")
    calendar_salt, calendar_hash = new_link("calendar")
    now = clock.now()
    group = RegistrationGroup(
        link_salt=link_salt,
        link_hash=link_hash,
        calendar_salt=calendar_salt,
        calendar_hash=calendar_hash,
        language="fr",
        created_at=now,
        changed_at=now,
    )
    db.session.add(group)
    db.session.flush()
    return group


def make_registration(event: Event, category: Category | None = None, **values: Any) -> Registration:
    """A confirmed registration with a valid ticket."""
    number = next(_counter)
    now = clock.now()
    email = values.pop("email", f"participant{number}@example.org")
    given, family = values.get("given_name", "Zoé"), values.get("family_name", f"Lefèvre {number}")
    defaults: dict[str, Any] = {
        "public_id": uuid.uuid4().hex,
        "reference": tickets.new_reference(),
        "event_id": event.id,
        "category_id": (category or make_category(event)).id,
        "group_id": values.pop("group_id", None) or make_group().id,
        "status": RegistrationStatus.CONFIRMED,
        "given_name": given,
        "family_name": family,
        "email": email,
        "email_key": address_key(email),
        "organisation": "Exemple SA",
        "search_text": address_key(f"{given} {family} {email} Exemple SA"),
        "language": "fr",
        "created_at": now,
        "changed_at": now,
        "confirmed_at": now,
    }
    registration = Registration(**(defaults | values))
    db.session.add(registration)
    db.session.flush()
    make_ticket(event, registration)
    return registration


def make_ticket(event: Event, registration: Registration) -> Ticket:
    """A valid ticket, signed with the event's key."""
    key = make_event_key(event)
    code = tickets.new_code()
    ticket = Ticket(
        event_id=event.id,
        registration_id=registration.id,
        key_id=key.key_id,
        code=code,
        payload=tickets.sign(key.sealed_private_key, key.key_id, event.id, code),
        created_at=clock.now(),
    )
    db.session.add(ticket)
    db.session.flush()
    return ticket


def make_event_key(event: Event) -> EventKey:
    """The event's signing key, made on first use."""
    found = db.session.scalar(sa.select(EventKey).where(EventKey.event_id == event.id))
    if found is not None:
        return found
    public, sealed = tickets.new_key_pair()
    key = EventKey(event_id=event.id, key_id=1, public_key=public, sealed_private_key=sealed, created_at=clock.now())
    db.session.add(key)
    db.session.flush()
    return key
