"""What stands on tickets and badges: plain values for the templates in `templates/documents`."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from congress.badges.enums import BadgeFormat
from congress.core import colours, pdf, storage
from congress.core.languages import gettext, speaking, translated
from congress.core.templating import date_long, date_short, time_short
from congress.events.models import Event
from congress.registration.enums import Attendance, RegistrationStatus, TicketState
from congress.registration.models import Registration

PER_SHEET = 10
BADGES_PER_PART = 40
CUT_MARKS = tuple(
    [f"v x{x} {edge}" for x in range(3) for edge in ("top", "bottom")]
    + [f"h y{y} {edge}" for y in range(6) for edge in ("left", "right")]
)
NAME_SIZES = ((13, "short"), (24, "medium"), (60, "long"))
CATEGORY_COLOURS = ("#0b4f5c", "#8a4b12", "#4a3f8f", "#15704a", "#8c2f4b", "#3d4f58")


def ticket_pdf(registrations: Sequence[Registration]) -> bytes:
    """One page a registration, in its language; they come with event, series, logo, category and tickets."""
    language = registrations[0].language
    with speaking(language):
        values = {
            "language": language,
            "title": gettext("Ticket"),
            "tickets": [_ticket(registration, language) for registration in registrations],
        }
    return pdf.single_documents.draw("ticket", values)


def badge_pdf(registration: Registration) -> bytes:
    """One badge on an A6 page."""
    with speaking(registration.language):
        values = _sheet(registration.event, BadgeFormat.A6, [registration], registration.language)
    return pdf.single_documents.draw("badges", values)


def badge_parts(
    event: Event, layout: BadgeFormat, registrations: Iterable[Sequence[Registration]], language: str
) -> Iterator[dict[str, Any]]:
    """The values of each part of a print run, one for each batch of registrations."""
    for batch in registrations:
        with speaking(language):
            values = _sheet(event, layout, batch, language)
        yield values


def part_size(layout: BadgeFormat) -> int:
    """How many badges one part holds: whole pages, and small enough for the memory of one process."""
    return BADGES_PER_PART if layout is BadgeFormat.A6 else BADGES_PER_PART // PER_SHEET * PER_SHEET


def _sheet(event: Event, layout: BadgeFormat, batch: Sequence[Registration], language: str) -> dict[str, Any]:
    categories = {registration.category_id: registration.category for registration in batch}
    order = {category_id: index for index, category_id in enumerate(categories)}
    badges = [_badge(registration, order[registration.category_id]) for registration in batch]
    per_page = 1 if layout is BadgeFormat.A6 else PER_SHEET
    colour = colours.clean_colour(event.colour) or colours.DEFAULT
    return {
        "language": language,
        "title": gettext("Badges"),
        "format": layout.value,
        "event": translated(event.name, language),
        "when": _when(event),
        "logo": _logo(event),
        "colour": colour,
        "on_colour": colours.readable_on(colour),
        "categories": [_category(category, language) for category in categories.values()],
        "pages": [badges[start : start + per_page] for start in range(0, len(badges), per_page)],
        "marks": CUT_MARKS,
    }


def _badge(registration: Registration, category: int) -> dict[str, Any]:
    longest = max(len(registration.given_name), len(registration.family_name))
    return {
        "given_name": registration.given_name,
        "family_name": registration.family_name,
        "organisation": registration.organisation,
        "job_title": registration.job_title,
        "reference": spaced_reference(registration.reference),
        "payload": valid_payload(registration),
        "category": category,
        "size": next((name for limit, name in NAME_SIZES if longest <= limit), "endless"),
    }


def _category(category: Any, language: str) -> dict[str, str]:
    colour = colours.clean_colour(category.colour) or CATEGORY_COLOURS[category.position % len(CATEGORY_COLOURS)]
    return {
        "name": translated(category.name, language),
        "colour": colour,
        "on_colour": colours.readable_on(colour),
    }


def _ticket(registration: Registration, language: str) -> dict[str, Any]:
    event, category = registration.event, registration.category
    colour = colours.clean_colour(event.colour) or colours.DEFAULT
    cancelled = registration.status is RegistrationStatus.CANCELLED
    online = category.attendance is Attendance.ONLINE
    facts = [
        (gettext("Name"), registration.full_name),
        (gettext("Organisation"), registration.organisation),
        (gettext("Category"), translated(category.name, language)),
        (gettext("When"), _when(event, with_times=True)),
        (gettext("Where"), gettext("Online") if online else _where(event)),
        (gettext("How to get there"), "" if online else translated(event.venue_access, language)),
    ]
    note = gettext("Show this code at the entrance, on paper or on your phone.")
    if online:
        note = gettext("You take part online. The link is on your registration page.")
    if cancelled:
        note = gettext("This registration is cancelled: this page does not open the door.")
    return {
        "series": translated(event.series.name, language),
        "event": translated(event.name, language),
        "colour": colour,
        "on_colour": colours.readable_on(colour),
        "logo": _logo(event),
        "facts": [(label, value) for label, value in facts if value],
        "payload": None if cancelled else valid_payload(registration),
        "reference": spaced_reference(registration.reference),
        "note": note,
        "footer": _footer(event),
    }


def _footer(event: Event) -> str:
    parts = [gettext("This ticket is personal. Its code holds no personal data; it is checked once at the entrance.")]
    if event.contact_email:
        parts.append(gettext("Questions: %(address)s", address=event.contact_email))
    return "\n".join(parts)


def _when(event: Event, *, with_times: bool = False) -> str:
    first, last, zone = event.first_day, event.last_day, event.zone
    if not with_times:
        return date_short(first) if first == last else f"{date_short(first)} – {date_short(last)}"
    if first == last:
        hours = f"{time_short(event.starts_at, zone)} – {time_short(event.ends_at, zone)}"
        return f"{date_long(first)}\n{hours} ({zone})"
    starts = f"{date_long(first)}, {time_short(event.starts_at, zone)}"
    return f"{starts}\n{date_long(last)}, {time_short(event.ends_at, zone)} ({zone})"


def _where(event: Event) -> str:
    town = " ".join(part for part in (event.venue_postcode, event.venue_city) if part)
    return "\n".join(part for part in (event.venue_name, event.venue_address, town) if part)


def _logo(event: Event) -> str | None:
    """The event's logo as a `data:` address: documents fetch nothing."""
    picture = event.logo
    path = storage.stored_file("media", picture.name) if picture else None
    if path is None:
        return None
    return f"data:image/{path.suffix[1:]};base64,{base64.b64encode(path.read_bytes()).decode()}"


def valid_payload(registration: Registration) -> str | None:
    """The payload of the ticket that opens the door, if there is one."""
    return next((ticket.payload for ticket in registration.tickets if ticket.state is TicketState.VALID), None)


def spaced_reference(reference: str) -> str:
    """ABCD EFGH: easier to read out."""
    half = len(reference) // 2
    return f"{reference[:half]} {reference[half:]}"
