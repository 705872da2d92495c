"""The feeds of a released programme: all sessions, those of a track, those of a speaker. Breaks are not in them.

A slot that left the programme stays for a while as cancelled. A session that only changed its track or its speakers
is no longer in their feed, whose date moves forward with every release.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from congress.calendars.feeds import Entries
from congress.calendars.items import CalendarDetails
from congress.calendars.sessions import item_of_slot
from congress.core.languages import gettext, speaking, translated
from congress.core.links import absolute
from congress.core.page_cache import Built
from congress.events.models import Event
from congress.programme.snapshot import Programme, Session, Slot, Speaker, Track


def programme_feed(event: Event, programme: Programme, language: str, source: str) -> Built:
    """All sessions; `source` is the path of the feed."""
    with speaking(language):
        name = gettext("%(event)s: programme", event=translated(event.name))
    return _feed(event, programme, _details(event, programme, language, source, name), programme.sessions)


def track_feed(event: Event, programme: Programme, track: Track, language: str, source: str) -> Built:
    """The sessions of a track."""
    name = _joined(event, translated(track.name, language), language)
    details = _details(event, programme, language, source, name, colour=track.colour)
    return _feed(event, programme, details, [one for one in programme.sessions if one.track_id == track.id])


def speaker_feed(event: Event, programme: Programme, speaker: Speaker, language: str, source: str) -> Built:
    """The sessions of a speaker."""
    name = _joined(event, speaker.full_name, language)
    details = _details(event, programme, language, source, name, page=f"speakers/{speaker.code}/")
    return _feed(event, programme, details, [one for one in programme.sessions if speaker.id in one.speaker_ids])


def cancelled_since(slot: Slot, event: Event) -> dt.datetime:
    """When a slot, or with it the whole event, began to be cancelled."""
    return slot.cancelled_at or event.calendar_changed_at or event.created_at


def _joined(event: Event, part: str, language: str) -> str:
    return f"{translated(event.name, language)} · {part}"


def _details(
    event: Event, programme: Programme, language: str, source: str, name: str, *, page: str = "", colour: str = ""
) -> CalendarDetails:
    return CalendarDetails(
        name=name,
        source=absolute(source),
        zone=event.zone,
        language=language,
        changed=max(programme.released_at, event.calendar_changed_at or event.created_at),
        description=translated(event.summary, language),
        url=absolute(f"/{language}/events/{event.slug}/programme/{page}"),
        image=absolute(f"/media/{event.logo.name}") if event.logo else "",
        colour=colour or event.colour or event.series.colour or "",
    )


def _feed(event: Event, programme: Programme, details: CalendarDetails, sessions: Collection[Session]) -> Built:
    wanted = {session.id for session in sessions}
    entries = Entries(
        (item_of_slot(programme, slot, event, details.language), cancelled_since(slot, event))
        for slot in programme.slots
        if slot.session_id in wanted
    )
    return entries.built(details)
