"""One person's day in one list: the meetings, and between them the sessions with a place for that person."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from congress.agenda.enums import SignUpState
from congress.agenda.queries import live_sign_ups_of
from congress.core.languages import gettext, translated
from congress.events.models import Event
from congress.matchmaking.models import Meeting, MeetingTable, Profile
from congress.matchmaking.names import name_of, organisations_of
from congress.matchmaking.queries.schedules import Entry, schedules_of
from congress.programme import releases
from congress.programme.snapshot import Programme


@dataclass(frozen=True, slots=True)
class Line:
    """Something at a time: a meeting, or a session (`meeting` is None). `where` is table, video or room in words."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    subtitle: str
    where: str
    meeting: Meeting | None = None


Days = Sequence[tuple[dt.date, Sequence[Line]]]


def days_of(event: Event, profiles: Sequence[Profile]) -> Mapping[int, Days]:
    """The schedules of these people by local day, in the language that is spoken. A constant number of queries."""
    entries = schedules_of([one.id for one in profiles])
    sessions = _sessions(event, profiles)
    found = {}
    for profile in profiles:
        lines = [_meeting(one) for one in entries[profile.id]] + sessions.get(profile.id, [])
        lines.sort(key=lambda one: (one.starts_at, one.meeting is None, one.title))
        zone = ZoneInfo(event.zone)
        by_day = itertools.groupby(lines, key=lambda one: one.starts_at.astimezone(zone).date())
        found[profile.id] = [(day, list(of_day)) for day, of_day in by_day]
    return found


def place_in_words(table: MeetingTable | None) -> str:
    """Where to go: the number first, because that is what people look for."""
    if table is None:
        return str(gettext("By video"))
    number: str = gettext("Table %(number)s", number=table.number)
    zone = translated(table.zone.name) if table.zone else ""
    return f"{number} – {zone}" if zone else number


def _meeting(entry: Entry) -> Line:
    names = [name_of(one) for one in entry.others]
    return Line(
        entry.slot.starts_at,
        entry.slot.ends_at,
        ", ".join(names),
        organisations_of(entry.others),
        place_in_words(entry.table),
        entry.meeting,
    )


def _sessions(event: Event, profiles: Sequence[Profile]) -> Mapping[int, list[Line]]:
    programme = releases.latest(event.id)
    if programme is None:
        return {}
    of_registration = {one.registration_id: one.id for one in profiles}
    found: dict[int, list[Line]] = {}
    for one in live_sign_ups_of(of_registration):
        if one.state is SignUpState.CONFIRMED:
            own = found.setdefault(of_registration[one.registration_id], [])
            own += _lines(programme, one.session_id)
    return found


def _lines(programme: Programme, session_id: int) -> list[Line]:
    return [
        Line(
            slot.starts_at,
            slot.ends_at,
            translated(programme.session_by_id[session_id].title),
            "",
            translated(room.name) if (room := programme.room_by_id.get(slot.room_id or 0)) else "",
        )
        for slot in programme.slots_by_session.get(session_id, ())
        if slot.is_live
    ]
