"""The mail about a published timetable: one for each person, with all that it changed and the whole schedule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from congress.mail.messages import Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.matchmaking.enums import AGREED
from congress.matchmaking.models import Meeting, MeetingChange
from congress.matchmaking.names import person_of
from congress.matchmaking.queries.shown import (
    changes_by_ids,
    in_calendars,
    meetings_by_ids,
    places_by_ids,
)
from congress.notifications.messages.meeting_parts import (
    Card,
    Reading,
    calendar_of,
    card_of,
    message_of,
    place_before,
    read,
    withdrawal_of,
)
from congress.registration.enums import RegistrationStatus


class Tiding(StrEnum):
    """What a publication did to a meeting."""

    ADDED = "added"
    MOVED = "moved"
    DROPPED = "dropped"


@message("meeting_timetable")
def timetable(mail: Mail) -> Message:
    """What is new, what moved from where to where, what has no place any more; then the whole schedule."""
    reader = read(mail)
    if reader.person.status is not RegistrationStatus.CONFIRMED:
        raise NoLongerTrue
    found = _tidings(mail, reader)
    if not found:
        raise NoLongerTrue
    entered = [one for one, _change, tiding in found if tiding is not Tiding.DROPPED]
    dropped = [_as_it_was(one, change) for one, change, tiding in found if tiding is Tiding.DROPPED]
    values = {
        "groups": [(kind, cards) for kind in Tiding if (cards := _cards(found, kind))],
        "schedule": _schedule(mail, reader),
    }
    calendar = calendar_of(entered, "REQUEST") if entered else None
    return message_of(reader, values, calendar, withdrawal_of(dropped))


def _tidings(mail: Mail, reader: Reading) -> list[tuple[Reading, MeetingChange, Tiding]]:
    """The reader's meetings that the publication changed, with the first of its changes, in the order of time."""
    first: dict[int, MeetingChange] = {}
    for change in changes_by_ids(mail.context["change_ids"]):
        first.setdefault(change.meeting_id, change)
    found = []
    for meeting in meetings_by_ids(first.keys()):
        tiding = _tiding(first[meeting.id], meeting)
        if tiding and person_of(meeting, reader.profile.id) is not None:
            found.append((replace(reader, found=meeting), first[meeting.id], tiding))
    return sorted(found, key=lambda one: _starts(one[0]))


def _tiding(change: MeetingChange, meeting: Meeting) -> Tiding | None:
    """Told from what is true when the mail leaves."""
    if meeting.shown_slot_id is None:
        return Tiding.DROPPED if change.old_slot_id is not None else None
    if change.old_slot_id is None:
        return Tiding.ADDED
    shown = (meeting.shown_slot_id, meeting.shown_table_id)
    return None if shown == (change.old_slot_id, change.old_table_id) else Tiding.MOVED


def _cards(found: Sequence[tuple[Reading, MeetingChange, Tiding]], kind: Tiding) -> list[Card]:
    return [
        card_of(one, before=place_before(one, change) if kind is not Tiding.ADDED else ())
        for one, change, tiding in found
        if tiding is kind
    ]


def _as_it_was(one: Reading, change: MeetingChange) -> Reading:
    """With the place that calendars have to forget."""
    slots, tables = places_by_ids([change.old_slot_id], [change.old_table_id])
    return replace(one, was=(slots[change.old_slot_id or 0], tables.get(change.old_table_id or 0)))


def _starts(one: Reading) -> dt.datetime:
    slot = one.meeting.shown_slot
    return slot.starts_at if slot else one.event.ends_at


def _schedule(mail: Mail, reader: Reading) -> list[Card]:
    """Everything that the reader has, in the order of time."""
    found = [meeting for _own, meeting in in_calendars([reader.person.id]) if meeting.state in AGREED]
    readings = [Reading(mail, reader.profile, one) for one in found]
    return [card_of(one) for one in sorted(readings, key=_starts)]
