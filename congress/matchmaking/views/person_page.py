"""What every page about one person shows beside `Seen`: names of codes, and when the person is there."""

from __future__ import annotations

from typing import Any

from congress.events.models import Event
from congress.matchmaking import words
from congress.matchmaking.countries import country_name
from congress.matchmaking.halves import half_days_of, presence_of
from congress.matchmaking.queries.setup import slots_of
from congress.matchmaking.visibility import Seen
from congress.programme.words import language_in_words


def facts_of(seen: Seen, event: Event) -> dict[str, Any]:
    """The values that `person_body` in templates/matchmaking/public/parts/people.html asks for."""
    category = seen.profile.registration.category
    half_days = half_days_of(event, slots_of(event)) if seen.shows_presence else []
    return {
        "seen": seen,
        "words": words,
        "country_name": country_name,
        "languages": [language_in_words(one) for one in seen.languages],
        "days": [(one, presence_of(seen.presences, category, one)) for one in half_days],
    }
