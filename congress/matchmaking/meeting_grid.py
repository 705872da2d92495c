"""The timetable as a grid: one session, its slots across; tables or people down. And the same as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.core.spreadsheets import Cell, Table
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking import words
from congress.matchmaking.enums import HAS_PLACE, Side
from congress.matchmaking.models import Meeting, MeetingSession, MeetingSlot, MeetingTable, Profile
from congress.matchmaking.names import name_of, organisations_of
from congress.matchmaking.queries.drafts import is_hidden
from congress.matchmaking.queries.meetings import WITH_PEOPLE

WIDTHS = (18, 18, 10, 18, 26, 28, 26, 28, 18, 10, 12)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the grid: a table, a person, or the videos (neither), with the meetings by slot."""

    meetings: Mapping[int, Sequence[Meeting]]
    table: MeetingTable | None = None
    profile: Profile | None = None


def by_table(session: MeetingSession, meetings: Sequence[Meeting]) -> list[Line]:
    """The tables in use by number, then the meetings by video."""
    tables = {one.table.id: one.table for one in meetings if one.table}
    lines = [
        Line(_by_slot(session, [one for one in meetings if one.table_id == table.id]), table=table)
        for table in sorted(tables.values(), key=lambda one: one.number)
    ]
    videos = [one for one in meetings if one.table_id is None]
    return [*lines, Line(_by_slot(session, videos))] if videos else lines


def by_person(session: MeetingSession, meetings: Sequence[Meeting]) -> list[Line]:
    """The people with meetings, by name."""
    found: dict[int, list[Meeting]] = {}
    people: dict[int, Profile] = {}
    for meeting in meetings:
        for seat in meeting.people:
            people[seat.profile_id] = seat.profile
            found.setdefault(seat.profile_id, []).append(meeting)
    ordered = sorted(people.values(), key=lambda one: (search_key(one.registration.family_name), one.id))
    return [Line(_by_slot(session, found[one.id]), profile=one) for one in ordered]


def meetings_of(event: Event, session: MeetingSession | None = None) -> Sequence[Meeting]:
    """Every meeting with a place, as organisers have it in mind; of one session, or of all."""
    statement = (
        sa.select(Meeting)
        .join(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .where(Meeting.event_id == event.id, Meeting.state.in_(HAS_PLACE))
        .options(*WITH_PEOPLE, joinedload(Meeting.table).joinedload(MeetingTable.zone))
        .order_by(MeetingSlot.starts_at, Meeting.id)
    )
    if session is not None:
        statement = statement.where(MeetingSlot.session_id == session.id)
    return db.session.scalars(statement).all()


def table_of(event: Event) -> Table:
    """The timetable for a spreadsheet, in the language that is spoken."""
    zone = ZoneInfo(event.zone)
    headers = (
        _("Starts"),
        _("Ends"),
        _("Table"),
        _("Zone"),
        _("Asked for the meeting"),
        _("Organisation"),
        _("Was asked"),
        _("Organisation"),
        _("State"),
        _("Locked"),
        _("Published"),
    )
    return Table(_("Timetable"), headers, [_row(one, zone) for one in meetings_of(event)], WIDTHS)


def _row(meeting: Meeting, zone: ZoneInfo) -> list[Cell]:
    sides = [[one.profile for one in meeting.people if one.side is side] for side in Side]
    people: list[Cell] = []
    for side in sides:
        people += [", ".join(map(name_of, side)), organisations_of(side)]
    slot, table = meeting.slot, meeting.table
    return [
        slot.starts_at.astimezone(zone).replace(tzinfo=None) if slot else None,
        slot.ends_at.astimezone(zone).replace(tzinfo=None) if slot else None,
        table.number if table else _("By video"),
        translated(table.zone.name) if table and table.zone else "",
        *people,
        str(words.STATES[meeting.state]),
        _("yes") if meeting.locked_at else "",
        "" if is_hidden(meeting) else _("yes"),
    ]


def _by_slot(session: MeetingSession, meetings: Sequence[Meeting]) -> dict[int, list[Meeting]]:
    found: dict[int, list[Meeting]] = {slot.id: [] for slot in session.slots}
    for meeting in meetings:
        if meeting.slot_id in found:
            found[meeting.slot_id].append(meeting)
    return found
