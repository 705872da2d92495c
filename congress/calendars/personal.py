"""The personal feed: what somebody registered for, what was starred or signed up for there, and meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from congress.agenda.permissions import may_join
from congress.agenda.queries import Picked, picked_sessions
from congress.calendars.entries import item_of_registration
from congress.calendars.feeds import Entries, Entry
from congress.calendars.items import CalendarDetails
from congress.calendars.meetings import item_of_meeting
from congress.calendars.programmes import cancelled_since
from congress.calendars.sessions import item_of_slot
from congress.core.languages import gettext, speaking
from congress.core.page_cache import Built
from congress.events.models import Event
from congress.matchmaking.queries.shown import in_calendars
from congress.programme import releases
from congress.registration.models import Registration


def personal_feed(
    registrations: Sequence[Registration], language: str, changed: dt.datetime, alarm: int | None
) -> Built:
    """All that is one person's, with the links to join online. It does not tell its own address: people share their
    calendars, and the address is a secret.
    """
    stages = ((item_of_registration(one, language), cancelled_at(one)) for one in registrations)
    entries = Entries(
        (replace(item, alarm_minutes=alarm), moment)
        for item, moment in (*stages, *_sessions(registrations, language), *_meetings(registrations, language))
    )
    with speaking(language):
        name = gettext("My events")
    details = CalendarDetails(
        name=name,
        source="",
        zone=registrations[0].event.zone if registrations else "Europe/Paris",
        language=language,
        changed=changed,
    )
    return entries.built(details)


def cancelled_at(registration: Registration) -> dt.datetime:
    """When the entry of a cancelled registration, or of a cancelled event, began to say so."""
    event = registration.event
    return registration.cancelled_at or event.calendar_changed_at or event.created_at


def _sessions(registrations: Sequence[Registration], language: str) -> Iterator[Entry]:
    """What was picked at public events, by those who are still registered."""
    events = {one.id: one.event for one in registrations if one.holds_place and one.event.is_published}
    picked: dict[int, list[Picked]] = {}
    for one in picked_sessions(events) if events else ():
        picked.setdefault(one.registration_id, []).append(one)
    for registration_id, own in picked.items():
        yield from _picked(events[registration_id], own, language)


def _meetings(registrations: Sequence[Registration], language: str) -> Iterator[Entry]:
    """What people were told, at public events; a cancelled one says so, also when the registration was."""
    public = {one.id: one for one in registrations if one.event.is_published}
    for registration_id, meeting in in_calendars(public) if public else ():
        own = public[registration_id]
        yield item_of_meeting(meeting, own, own.event, language), meeting.changed_at


def _picked(event: Event, picked: Sequence[Picked], language: str) -> Iterator[Entry]:
    programme = releases.latest(event.id)
    own = {one.session_id: one for one in picked}
    for slot in programme.slots if programme else ():
        one = own.get(slot.session_id or 0)
        if programme is not None and one is not None:
            private = may_join(programme.session_by_id[one.session_id], one)
            item = item_of_slot(programme, slot, event, language, private=private, sign_up=one)
            yield item, cancelled_since(slot, event)
