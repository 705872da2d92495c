"""Reading who is who: registrations of one address, people of one event, events past their time."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core import clock
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.registration.models import ConsentText, Registration
from congress.registration.personal_data import ERASED

MIN_SEARCH = 2
MAX_WORDS = 5
MAX_FOUND = 20


def registrations_of(address_key: str, event_id: int | None) -> Sequence[Registration]:
    """Every registration of an address, on one event or on all."""
    statement = sa.select(Registration).where(Registration.email_key == address_key).order_by(Registration.id)
    if event_id is not None:
        statement = statement.where(Registration.event_id == event_id)
    return db.session.scalars(statement).all()


def people_of(event: Event, search: str) -> Sequence[Registration]:
    """Registrations of an event found by name, address or reference; nothing for less than two characters."""
    words = search_key(search).split()[:MAX_WORDS]
    if len("".join(words)) < MIN_SEARCH:
        return []
    matches = [Registration.search_text.contains(word, autoescape=True) for word in words]
    by_reference = sa.func.lower(Registration.reference) == search.strip().lower()
    return db.session.scalars(
        sa.select(Registration)
        .where(Registration.event_id == event.id, _is_somebody(), sa.or_(sa.and_(*matches), by_reference))
        .options(joinedload(Registration.category, innerjoin=True))
        .order_by(Registration.family_name, Registration.given_name, Registration.id)
        .limit(MAX_FOUND)
    ).all()


def person_of(event: Event, public_id: str) -> Registration | None:
    """One registration of an event, as long as it still says who it is."""
    return db.session.scalar(
        sa.select(Registration).where(
            Registration.event_id == event.id, Registration.public_id == public_id, _is_somebody()
        )
    )


def people_kept(event: Event) -> int:
    """How many people's data are still kept."""
    addresses = sa.func.count(sa.distinct(Registration.email_key))
    return db.session.scalar(sa.select(addresses).where(Registration.event_id == event.id, _is_somebody())) or 0


def events_past_retention() -> Sequence[Event]:
    """Events whose retention has ended and that still hold somebody's data."""
    now = clock.now()
    held = sa.select(Registration.id).where(Registration.event_id == Event.id, _is_somebody()).exists()
    ended = db.session.scalars(sa.select(Event).where(Event.ends_at < now, held).order_by(Event.id))
    return [event for event in ended if clock.local_day(now, event.zone) > event.retention_ends_on]


def text_versions(event: Event) -> Sequence[ConsentText]:
    """An event's own consent texts, newest first."""
    return db.session.scalars(
        sa.select(ConsentText)
        .where(ConsentText.event_id == event.id)
        .order_by(ConsentText.kind, ConsentText.version.desc())
    ).all()


def _is_somebody() -> sa.ColumnElement[bool]:
    return Registration.email_key.not_like(f"{ERASED}%")
