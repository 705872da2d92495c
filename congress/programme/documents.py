"""What stands in the PDF of a programme: plain values for templates/documents/programme.html, and where files are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from congress.core import colours, storage
from congress.core.languages import gettext, speaking, translated
from congress.core.links import absolute
from congress.core.templating import date_long, date_range, datetime_long, time_short, zone_city
from congress.events.models import Event
from congress.programme import timetable, words
from congress.programme.days import day_of
from congress.programme.enums import Participation
from congress.programme.models import Release
from congress.programme.snapshot import Programme, Session
from congress.programme.timetable import Entry

FOLDER = "programmes"
NEUTRAL = "#6b7f86"
"""The bar of a session without a track."""


def file_name(release: Release, language: str) -> str:
    """Unguessable, and another one when personal data were erased from the release."""
    return _name(release.event_id, release.id, release.fingerprint, language)


def file_of(release: Release, language: str) -> Path | None:
    """The PDF of a release, when it was drawn."""
    return storage.stored_file(FOLDER, file_name(release, language))


def is_there(event_id: int, release_id: int, fingerprint: str, language: str) -> bool:
    """The same as a question, for those who have not read the row."""
    return storage.stored_file(FOLDER, _name(event_id, release_id, fingerprint, language)) is not None


def _name(event_id: int, release_id: int, fingerprint: str, language: str) -> str:
    return f"{event_id}-{release_id}-{fingerprint}-{language}.pdf"


def delete_files(event_id: int, keep: Release | None = None) -> None:
    """Delete the PDFs of an event, except those of one release."""
    kept = f"{event_id}-{keep.id}-{keep.fingerprint}-" if keep else None
    for path in storage.folder(FOLDER).glob(f"{event_id}-*"):
        if kept is None or not path.name.startswith(kept):
            path.unlink(missing_ok=True)


def values_of(event: Event, programme: Programme, language: str) -> dict[str, Any]:
    """The document in one language; the event comes with its series."""
    colour = colours.clean_colour(event.colour) or colours.clean_colour(event.series.colour) or colours.DEFAULT
    with speaking(language):
        name = translated(event.name)
        return {
            "language": language,
            "title": gettext("Programme – %(event)s", event=name),
            "event": name,
            "series": translated(event.series.name),
            "when": date_range(event.first_day, event.last_day),
            "where": ", ".join(filter(None, (event.venue_name, event.venue_city))),
            "state": gettext(
                "As of release %(name)s, %(when)s. All times are those of %(city)s.",
                name=programme.name,
                when=datetime_long(programme.released_at, event.zone),
                city=zone_city(event.zone),
            ),
            "latest": gettext("The latest version is always at %(address)s", address=_page(event, language)),
            "address": _page(event, language),
            "page_of": gettext("Page"),
            "footer": gettext("%(event)s – release %(name)s", event=name, name=programme.name),
            "colour": colour,
            "on_colour": colours.readable_on(colour),
            "tracks": [
                {"name": translated(track.name), "colour": colours.clean_colour(track.colour) or NEUTRAL}
                for track in programme.tracks
                if track.id in {session.track_id for session in programme.live_sessions}
            ],
            "days": list(_days(event, programme, language)),
        }


def _days(event: Event, programme: Programme, language: str) -> Iterator[dict[str, Any]]:
    entries = [timetable.entry_of(programme, slot) for slot in programme.live_slots]
    for day, on_day in itertools.groupby(entries, key=lambda one: day_of(one.slot.starts_at, event.zone)):
        times = itertools.groupby(on_day, key=lambda one: one.slot.starts_at)
        yield {
            "name": date_long(day),
            "times": [
                {
                    "time": time_short(starts_at, event.zone),
                    "entries": [_entry(event, one, language) for one in at_once],
                }
                for starts_at, at_once in times
            ],
        }


def _entry(event: Event, one: Entry, language: str) -> Mapping[str, Any]:
    session = one.session
    return {
        "title": translated(one.title),
        "subtitle": translated(session.subtitle) if session else "",
        "until": time_short(one.slot.ends_at, event.zone),
        "room": translated(one.room.name) if one.room else "",
        "track": translated(one.track.name) if one.track else "",
        "colour": (colours.clean_colour(one.track.colour) if one.track else None) or NEUTRAL,
        "people": [{"name": person.full_name, "organisation": person.organisation} for person in one.speakers],
        "facts": _facts(session) if session else [],
        "url": f"{_page(event, language)}sessions/{session.code}/" if session else "",
    }


def _facts(session: Session) -> list[str]:
    """Format, language and how to take part, as far as they say something."""
    facts = [translated(session.format), words.language_in_words(session.language)]
    if session.participation is not Participation.ON_SITE:
        facts.append(str(words.PARTICIPATIONS[session.participation]))
    return [fact for fact in facts if fact]


def _page(event: Event, language: str) -> str:
    return absolute(f"/{language}/events/{event.slug}/programme/")
