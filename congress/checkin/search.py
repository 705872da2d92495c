"""Finding a person at the door: by name, organisation or reference, and by nothing that a door may not know."""

from __future__ import annotations

import datetime as dt
from typing import Any

from congress.checkin.admission import standing_entry
from congress.checkin.devices import Door
from congress.checkin.errors import SearchTooShort
from congress.checkin.queries import entries as entry_queries
from congress.checkin.queries import people as queries
from congress.checkin.verdicts import person_of, utc
from congress.core.text import search_key
from congress.registration.enums import RegistrationStatus
from congress.registration.tickets import clean_reference

SHORTEST = 2
LONGEST = 100
MOST_WORDS = 6
MOST_PEOPLE = 20
ORDER = (RegistrationStatus.CONFIRMED, RegistrationStatus.PENDING, RegistrationStatus.CANCELLED)


def find_people(door: Door, text: str, now: dt.datetime, language: str) -> list[dict[str, Any]]:
    """At most 20 people of the event of this door, those who may enter first.

    `SearchTooShort` for less than two characters or more than a hundred: the list is not to be read out whole.
    """
    text = text.strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise SearchTooShort
    words = search_key(text).split()[:MOST_WORDS]
    rows = queries.people_like(door.event_id, words, clean_reference(text))
    # The stored search text also holds the mail address, which nobody may probe for here.
    shown = [row for row in rows if _shows(row, words) or row.reference.startswith(clean_reference(text))]
    shown = sorted(shown, key=lambda row: (ORDER.index(row.status), row.family_name, row.given_name))[:MOST_PEOPLE]
    ids = [row.registration_id for row in shown]
    entries = entry_queries.entries_of_people(ids, door.local_day(now), rehearsal=door.rehearsal)
    return [_person(row, entries.get(row.registration_id, []), language) for row in shown]


def _shows(row: Any, words: list[str]) -> bool:
    visible = search_key(f"{row.given_name} {row.family_name} {row.organisation}")
    return all(word in visible for word in words)


def _person(row: Any, entries: list[entry_queries.Entry], language: str) -> dict[str, Any]:
    first = standing_entry(entries)
    return {
        **person_of(row, language),
        "state": row.status,
        "admitted_at": first and utc(first.scanned_at),
        "admitted_door": first and first.door,
    }
