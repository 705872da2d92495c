"""Registering: one transaction from the lock on the places to the announcement."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from congress.audit.services import record
from congress.core import clock
from congress.core.errors import Malformed
from congress.core.languages import translated
from congress.core.strict_json import MAX_INTEGER
from congress.core.tokens import new_link
from congress.core.upserts import insert, insert_unless_there, loaded
from congress.events.enums import EventStatus, WindowState
from congress.events.models import Event
from congress.extensions import db
from congress.registration import consents as consent_texts
from congress.registration import errors, issuing, tickets
from congress.registration.capacity import lock_places
from congress.registration.enums import ConsentKind, RegistrationSource, RegistrationStatus
from congress.registration.models import Category, Registration, RegistrationGroup
from congress.registration.services.pages import places_changed
from congress.registration.services.people import Choice, Person
from congress.registration.signals import registration_confirmed

MAX_CHOICES = 30
UNSET = {"calendar_sequence": 0, "badge_printed_at": None, "cancelled_at": None}
LIVE = "status IN ('pending', 'confirmed')"
_CHOSEN = (
    sa.select(Category, Event)
    .join(Event, Event.id == Category.event_id)
    .where(Category.id.in_(sa.bindparam("ids", expanding=True)))
)


def register(
    choices: Sequence[Choice],
    person: Person,
    consents: Mapping[ConsentKind, bool],
    *,
    source: RegistrationSource,
    note: str = "",
) -> RegistrationGroup:
    """Register a person for one or several events: for all of them, or for none.

    Organisers (`source`) are not held by the registration window nor by what is public, but by the places.
    """
    wanted = _sorted_choices(choices)
    categories = _categories_of(wanted, source)
    now = clock.now()
    for _, event in categories:
        check_event(event, source, now)
    free = lock_places([category.id for category, _ in categories])
    for category, event in categories:
        if free[category.id] == 0:
            raise errors.EventFull(translated(category.name), translated(event.name), event_id=event.id)
    group = _insert_group(person, now)
    values = person.columns() | {"status": RegistrationStatus.CONFIRMED, "created_at": now} | UNSET
    registrations = [
        _insert_registration(group, category, event, values | {"source": source, "note": note})
        for category, event in categories
    ]
    set_committed_value(group, "registrations", registrations)
    consent_texts.store_answers({one.id: one.event_id for one in registrations}, consents)
    registration_confirmed.send(None, group=group)
    places_changed([event for _, event in categories])
    return group


def _sorted_choices(choices: Sequence[Choice]) -> list[Choice]:
    """In the order of events, which is the order of locks; each event at most once."""
    if not 1 <= len(choices) <= MAX_CHOICES or len({choice.event_id for choice in choices}) != len(choices):
        raise Malformed
    return sorted(choices, key=lambda choice: choice.event_id)


def _categories_of(choices: Sequence[Choice], source: RegistrationSource) -> list[tuple[Category, Event]]:
    ids = [choice.category_id for choice in choices if abs(choice.category_id) <= MAX_INTEGER]
    rows = db.session.execute(_CHOSEN, {"ids": ids}).all()
    found = {category.id: (category, event) for category, event in rows}
    pairs: list[tuple[Category, Event]] = []
    for choice in choices:
        category, event = found.get(choice.category_id, (None, None))
        if category is None or event is None or event.id != choice.event_id or category.archived_at is not None:
            raise errors.CategoryUnavailable(event_id=choice.event_id)
        if source is RegistrationSource.ONLINE and not category.is_public:
            raise errors.CategoryUnavailable(event_id=choice.event_id)
        pairs.append((category, event))
    return pairs


def check_event(event: Event, source: RegistrationSource, now: dt.datetime) -> None:
    """Raise unless this event takes registrations from this source now."""
    name = translated(event.name)
    if event.status is EventStatus.CANCELLED:
        raise errors.EventCancelled(name, event_id=event.id)
    if event.status is not EventStatus.PUBLISHED:
        raise errors.EventNotPublished(name, event_id=event.id)
    if source is not RegistrationSource.ONLINE:
        return
    state = event.window_state(now)
    if state is WindowState.UPCOMING:
        raise errors.WindowNotOpen(name, event.registration_opens_at, event.zone, event_id=event.id)
    if state is WindowState.CLOSED:
        raise errors.WindowClosed(name, event_id=event.id)


def _insert_group(person: Person, now: dt.datetime) -> RegistrationGroup:
    link_salt, link_hash = new_link("manage")
    calendar_salt, calendar_hash = new_link("calendar")
    values = {
        "link_salt": link_salt,
        "link_hash": link_hash,
        "calendar_salt": calendar_salt,
        "calendar_hash": calendar_hash,
        "language": person.language,
        "created_at": now,
        "changed_at": now,
    }
    return loaded(RegistrationGroup, insert(RegistrationGroup, values), values)


def _insert_registration(
    group: RegistrationGroup, category: Category, event: Event, shared: Mapping[str, Any]
) -> Registration:
    now = shared["created_at"]
    values = dict(shared) | {
        "public_id": uuid.uuid4().hex,
        "reference": tickets.new_reference(),
        "event_id": event.id,
        "category_id": category.id,
        "group_id": group.id,
        "changed_at": now,
        "confirmed_at": now,
    }
    row_id = insert_unless_there(Registration, values, ("event_id", "email_key"), LIVE)
    if row_id is None:
        raise errors.AlreadyRegistered(translated(event.name), event_id=event.id)
    registration = loaded(Registration, row_id, values)
    ticket = issuing.issue(registration.id, event.id, now)
    for name, value in {"group": group, "event": event, "category": category, "tickets": [ticket]}.items():
        set_committed_value(registration, name, value)
    record(
        "registration.confirmed",
        "registration",
        registration.id,
        event_id=event.id,
        series_id=event.series_id,
        after={"category_id": category.id, "source": shared["source"], "reference": registration.reference},
    )
    return registration
