"""Reading who is who: registrations of one address, people of one event, events past their time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from congress.core import clock
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import Proposal, ProposalPerson, Speaker
from congress.programme.personal_data import speakers_past_retention
from congress.programme.services.forgetting import proposals_kept
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
    registered = sa.select(Registration.id).where(Registration.event_id == Event.id, _is_somebody()).exists()
    speaking = sa.select(Speaker.id).where(Speaker.event_id == Event.id).exists()
    proposing = sa.select(Proposal.id).where(Proposal.event_id == Event.id).exists()
    ended = db.session.execute(
        sa.select(Event, registered)
        .where(Event.ends_at < now, sa.or_(registered, speaking, proposing))
        .order_by(Event.id)
    )
    return [
        event
        for event, has_registrations in ended.all()
        if clock.local_day(now, event.zone) > event.retention_ends_on
        and (has_registrations or speakers_past_retention(event) or proposals_kept(event))
    ]


def speakers_of(event: Event, search: str) -> list[Speaker]:
    """Speakers of an event found by name, address or organisation; nothing for less than two characters."""
    words = search_key(search).split()[:MAX_WORDS]
    if len("".join(words)) < MIN_SEARCH:
        return []
    everybody = db.session.scalars(sa.select(Speaker).where(Speaker.event_id == event.id).order_by(Speaker.id))
    found = [one for one in everybody if _has_all(words, one.full_name, one.email or "", one.organisation)]
    return found[:MAX_FOUND]


def speaker_of(event: Event, code: str) -> Speaker | None:
    """A speaker of an event, with the event."""
    return db.session.scalar(
        sa.select(Speaker)
        .where(Speaker.event_id == event.id, Speaker.code == code)
        .options(joinedload(Speaker.event))
    )


def authors_of(event: Event, search: str) -> list[ProposalPerson]:
    """People of an event's proposals found by name, address or organisation; nothing for less than two characters."""
    words = search_key(search).split()[:MAX_WORDS]
    if len("".join(words)) < MIN_SEARCH:
        return []
    found = [one for one in db.session.scalars(_authors(event)) if _has_all(words, *_names(one))]
    return found[:MAX_FOUND]


def author_of(event: Event, person_id: int) -> ProposalPerson | None:
    """One of the people of an event's proposals, as long as the row still says who it is."""
    found: ProposalPerson | None = db.session.scalar(_authors(event).where(ProposalPerson.id == person_id))
    return found


def _authors(event: Event) -> sa.Select[Any]:
    return (
        sa.select(ProposalPerson)
        .join(ProposalPerson.proposal)
        .where(Proposal.event_id == event.id, ProposalPerson.email != "")
        .options(contains_eager(ProposalPerson.proposal))
        .order_by(ProposalPerson.id)
    )


def _names(person: ProposalPerson) -> tuple[str, ...]:
    return person.full_name, person.email, person.organisation


def _has_all(words: list[str], *texts: str) -> bool:
    text = search_key(" ".join(texts))
    return all(word in text for word in words)


def text_versions(event: Event) -> Sequence[ConsentText]:
    """An event's own consent texts, newest first."""
    return db.session.scalars(
        sa.select(ConsentText)
        .where(ConsentText.event_id == event.id)
        .order_by(ConsentText.kind, ConsentText.version.desc())
    ).all()


def _is_somebody() -> sa.ColumnElement[bool]:
    return Registration.email_key.not_like(f"{ERASED}%")
