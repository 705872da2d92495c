"""What stands on paper: personal schedules and table cards, as plain values for `templates/documents`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from congress.core import colours, pdf
from congress.core.languages import gettext, speaking, translated
from congress.core.templating import date_long, date_range, time_short, zone_city
from congress.events.models import Event
from congress.matchmaking import schedule
from congress.matchmaking.models import MeetingTable, Profile
from congress.matchmaking.schedule import Line

PER_PART = 40
"""How many people one part of a print run holds: small enough for the memory of one process."""

CARDS_AT_MOST = 400


def schedule_pdf(event: Event, profile: Profile) -> bytes:
    """One person's schedule, in the language of the registration."""
    return pdf.single_documents.draw("schedules", schedules(event, [profile], profile.registration.language))


def table_cards_pdf(event: Event, tables: Sequence[MeetingTable], booths: dict[int, str], language: str) -> bytes:
    """A card to fold for each table, with its number on both sides; `booths` names whose table it is."""
    with speaking(language):
        values = _head(event, language) | {
            "title": gettext("Table cards"),
            "cards": [
                {
                    "number": table.number,
                    "zone": translated(table.zone.name, language) if table.zone else "",
                    "booth": booths.get(table.delegation_id or 0, ""),
                }
                for table in tables[:CARDS_AT_MOST]
            ],
        }
    return pdf.single_documents.draw("table_cards", values, seconds=60)


def schedules(event: Event, profiles: Sequence[Profile], language: str | None = None) -> dict[str, Any]:
    """The values of a document with one page or more for each person, in the own language unless one is given."""
    by_language: dict[str, list[Profile]] = {}
    for one in profiles:
        by_language.setdefault(language or one.registration.language, []).append(one)
    sheets: dict[int, dict[str, Any]] = {}
    for spoken, people in by_language.items():
        with speaking(spoken):
            days = schedule.days_of(event, people)
            sheets |= {one.id: _sheet(event, one, days[one.id], spoken) for one in people}
    head = _head(event, language or next(iter(by_language), "fr"))
    return head | {"title": gettext("Schedules"), "sheets": [sheets[one.id] for one in profiles]}


def _head(event: Event, language: str) -> dict[str, Any]:
    colour = colours.clean_colour(event.colour) or colours.clean_colour(event.series.colour) or colours.DEFAULT
    return {
        "language": language,
        "event": translated(event.name, language),
        "colour": colour,
        "on_colour": colours.readable_on(colour),
    }


def _sheet(event: Event, profile: Profile, days: schedule.Days, language: str) -> dict[str, Any]:
    registration = profile.registration
    return {
        "language": language,
        "event": translated(event.name, language),
        "when": date_range(event.first_day, event.last_day),
        "heading": gettext("My meetings"),
        "name": registration.full_name,
        "organisation": registration.organisation,
        "days": [{"name": date_long(day), "lines": [_line(event, one) for one in lines]} for day, lines in days],
        "empty": gettext("No meeting yet."),
        "foot": gettext(
            "Version %(number)s. Times are those of %(city)s. What is on your phone is always newer than paper.",
            number=profile.schedule_version,
            city=zone_city(event.zone),
        ),
    }


def _line(event: Event, line: Line) -> dict[str, Any]:
    return {
        "time": time_short(line.starts_at, event.zone),
        "until": time_short(line.ends_at, event.zone),
        "title": line.title,
        "subtitle": line.subtitle,
        "where": line.where,
        "is_meeting": line.meeting is not None,
    }
