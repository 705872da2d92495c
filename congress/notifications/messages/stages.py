"""What mails tell of a registration: event, time, place, category, as plain values for the templates."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.badges.documents import ticket_pdf
from congress.calendars import ics
from congress.calendars.entries import item_of_registration
from congress.calendars.places import place_of
from congress.core.errors import Unavailable
from congress.core.languages import gettext, translated
from congress.core.pdf import PdfBusy
from congress.core.templating import date_long, time_short
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.handlers import TryLater
from congress.mail.messages import Attachment
from congress.notifications import links
from congress.registration.enums import Attendance
from congress.registration.models import Registration

_drawing = threading.Semaphore(2)
"""How many mails of this process wait for their ticket at a time; more would be refused as too many."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One registration, as a mail shows it."""

    name: str
    when: str
    where: str
    category: str
    reference: str
    url: str
    join_url: str


def stages_of(registrations: Sequence[Registration], language: str) -> list[Stage]:
    """The stages in the order of time."""
    return [_stage(one, language) for one in sorted(registrations, key=lambda one: one.event.starts_at)]


def load(ids: Collection[int]) -> list[Registration]:
    """Registrations with everything that mails, calendar entries and tickets tell of them."""
    statement = (
        sa.select(Registration)
        .where(Registration.id.in_(ids))
        .order_by(Registration.id)
        .options(
            joinedload(Registration.event).options(joinedload(Event.series), joinedload(Event.logo)),
            joinedload(Registration.category),
            joinedload(Registration.group),
            selectinload(Registration.tickets),
        )
    )
    return list(db.session.scalars(statement))


def invitation(registrations: Sequence[Registration], language: str) -> tuple[str, bytes]:
    """The calendar part: what to enter, or what to move."""
    items = [item_of_registration(one, language, invited=True) for one in registrations]
    return ics.mail_method(items, "REQUEST"), ics.invitation(items, "REQUEST", language)


def withdrawal(registration: Registration, language: str) -> tuple[str, bytes]:
    """The calendar part that takes the entry out again."""
    items = [item_of_registration(registration, language, invited=True)]
    return ics.mail_method(items, "CANCEL"), ics.invitation(items, "CANCEL", language)


def ticket(registrations: Sequence[Registration]) -> list[Attachment]:
    """The ticket as PDF; none when this server cannot draw, and the mail then says where the ticket is."""
    try:
        with _drawing:
            content = ticket_pdf(registrations)
    except PdfBusy as busy:
        raise TryLater("documents are being drawn for others", counts=False) from busy
    except Unavailable:
        return []
    return [Attachment(gettext("ticket.pdf"), "application/pdf", content)]


def when(event: Event) -> str:
    """Saturday 13 March 2027, 09:30–18:00; both days when there are two."""
    starts, ends, zone = event.starts_at, event.ends_at, event.zone
    if event.first_day == event.last_day:
        return f"{date_long(starts, zone)}, {time_short(starts, zone)}–{time_short(ends, zone)}"
    first = f"{date_long(starts, zone)}, {time_short(starts, zone)}"
    return f"{first} – {date_long(ends, zone)}, {time_short(ends, zone)}"


def _stage(registration: Registration, language: str) -> Stage:
    event = registration.event
    online = registration.category.attendance is Attendance.ONLINE
    return Stage(
        name=translated(event.name, language),
        when=when(event),
        where=gettext("Online") if online else place_of(event),
        category=translated(registration.category.name, language),
        reference=f"{registration.reference[:4]} {registration.reference[4:]}",
        url=links.event_page(event, language),
        join_url=(event.join_url or "") if online else "",
    )
