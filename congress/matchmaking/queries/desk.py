"""What the desk asks: which slot is on, who is looked for, whose badge was scanned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import AGREED
from congress.matchmaking.models import Meeting, MeetingPerson, MeetingSlot, Profile
from congress.matchmaking.queries.profiles import WITH_PERSON
from congress.registration import tickets
from congress.registration.models import Registration, Ticket

MATCHES = 20
MOST_WORDS = 6


def slot_at(slots: Sequence[MeetingSlot], now: dt.datetime) -> MeetingSlot | None:
    """The slot that is on, else the next one, else the last."""
    return next((slot for slot in slots if slot.ends_at > now), slots[-1] if slots else None)


def meeting_of_desk(event: Event, code: str) -> Meeting | None:
    """A meeting that its people know the place of, with them."""
    return db.session.scalar(
        sa.select(Meeting)
        .where(
            Meeting.event_id == event.id,
            Meeting.code == code,
            Meeting.state.in_(AGREED),
            Meeting.shown_slot_id.is_not(None),
        )
        .options(selectinload(Meeting.people).joinedload(MeetingPerson.profile, innerjoin=True))
        .execution_options(populate_existing=True)
    )


def people_named(event: Event, asked: str) -> Sequence[Profile]:
    """The first people of matchmaking whose name, organisation or reference holds all the words."""
    words = search_key(asked).split()[:MOST_WORDS]
    if not words:
        return []
    statement = (
        sa.select(Profile)
        .join(Profile.registration)
        .where(
            Profile.event_id == event.id,
            *(Registration.search_text.contains(word, autoescape=True) for word in words),
        )
        .options(*WITH_PERSON)
        .order_by(Registration.family_name, Registration.given_name, Profile.id)
        .limit(MATCHES)
    )
    return db.session.scalars(statement).all()


def person_of_badge(event: Event, scanned: str) -> Profile | None:
    """Whose badge or ticket a scanner read, or whose reference was typed; None when it is nobody in matchmaking.

    The desk only prints what is public to its staff, so that the signature need not be checked here.
    """
    statement = sa.select(Profile).join(Profile.registration).where(Profile.event_id == event.id)
    payload = tickets.parse(scanned)
    if payload is None:
        statement = statement.where(Registration.reference == tickets.clean_reference(scanned))
    elif payload.event_id != event.id:
        return None
    else:
        statement = statement.join(Ticket, Ticket.registration_id == Registration.id)
        statement = statement.where(Ticket.event_id == event.id, Ticket.code == payload.code)
    return db.session.scalar(statement.options(*WITH_PERSON))
