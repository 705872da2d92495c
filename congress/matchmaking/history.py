"""What happened to a meeting, in words for its people: nothing that only organisers know, no private reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from congress.core.languages import gettext
from congress.core.templating import datetime_short, time_short
from congress.matchmaking import words
from congress.matchmaking.enums import MeetingEvent, MeetingState
from congress.matchmaking.listing import Row
from congress.matchmaking.models import MeetingChange, MeetingSlot, MeetingTable
from congress.matchmaking.names import name_of
from congress.matchmaking.queries.shown import history_of, places_by_ids
from congress.matchmaking.schedule import place_in_words
from congress.matchmaking.states import SHOWS

TOLD = SHOWS | {
    MeetingEvent.REQUEST,
    MeetingEvent.DECLINE,
    MeetingEvent.WITHDRAW,
    MeetingEvent.EXPIRE,
    MeetingEvent.PROPOSE,
    MeetingEvent.DECLINE_PROPOSAL,
    MeetingEvent.CANCEL,
}
"""What its people read in the history of a meeting; the rest is between organisers and the timetable."""


@dataclass(frozen=True, slots=True)
class Line:
    """One step: when, what, by whom, and where it led."""

    at: dt.datetime
    what: object
    by: str
    place: str
    reason: str


def history_in_words(row: Row) -> list[Line]:
    """The steps that the reader may know, the latest first."""
    changes = [one for one in history_of(row.meeting) if one.event in TOLD and _is_known(row, one)]
    slots, tables = places_by_ids([one.new_slot_id for one in changes], [one.new_table_id for one in changes])
    return [_line(row, one, slots, tables) for one in reversed(changes)]


def _line(row: Row, change: MeetingChange, slots: dict[int, MeetingSlot], tables: dict[int, MeetingTable]) -> Line:
    slot, table = slots.get(change.new_slot_id or 0), tables.get(change.new_table_id or 0)
    place = ""
    if slot is not None and change.event in SHOWS and change.to_state is MeetingState.SCHEDULED:
        zone = row.reader.registration.event.zone
        when = f"{datetime_short(slot.starts_at, zone)}–{time_short(slot.ends_at, zone)}"
        place = f"{when} · {place_in_words(table)}"
    return Line(change.at, words.EVENTS[change.event], _by(row, change), place, _reason(row, change))


def _is_known(row: Row, change: MeetingChange) -> bool:
    """Before the first publication, organisers move meetings about without anybody knowing."""
    published_at = row.meeting.published_at
    return change.event is not MeetingEvent.MOVE or (published_at is not None and change.at >= published_at)


def _by(row: Row, change: MeetingChange) -> str:
    if change.by_profile_id == row.reader.id:
        return str(gettext("by you"))
    people = {one.profile_id: one.profile for one in row.meeting.people}
    if change.by_profile_id in people:
        return name_of(people[change.by_profile_id])
    if change.by_profile_id is not None:
        return str(gettext("by the delegation"))
    return str(gettext("by the organisers")) if change.actor_kind == "account" else ""


def _reason(row: Row, change: MeetingChange) -> str:
    """Of a cancellation for both sides, of a refusal for who gave it."""
    if change.event is MeetingEvent.CANCEL or change.by_profile_id == row.reader.id:
        return change.reason
    return ""
