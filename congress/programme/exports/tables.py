"""A release as a table for spreadsheets: one row per slot."""

from __future__ import annotations

from congress.core.languages import gettext as _
from congress.core.spreadsheets import Cell, Table
from congress.programme import words
from congress.programme.exports.entries import Entry, Schedule

WIDTHS = (10, 38, 16, 44, 30, 18, 20, 12, 18, 16, 16, 20, 36, 50, 60)


def schedule_table(schedule: Schedule) -> Table:
    """The release in the order of time; times are local to the event."""
    headers = [
        _("Code"),
        "GUID",
        _("Day"),
        _("Title"),
        _("Subtitle"),
        _("Format"),
        _("Track"),
        _("Language"),
        _("Participation"),
        _("Start"),
        _("End"),
        _("Room"),
        _("Speakers"),
        _("Address"),
        _("Abstract"),
    ]
    return Table(_("Programme"), headers, [_row(schedule, entry) for entry in schedule.entries], WIDTHS)


def _row(schedule: Schedule, entry: Entry) -> list[Cell]:
    session = entry.session
    day = next(day for day in schedule.days if day.starts <= entry.starts < day.ends)
    return [
        session.code,
        entry.slot.guid,
        day.date.isoformat(),
        entry.title,
        entry.subtitle,
        entry.kind,
        entry.track,
        session.language,
        str(words.PARTICIPATIONS[session.participation]),
        entry.starts.replace(tzinfo=None),
        entry.ends.replace(tzinfo=None),
        entry.room,
        ", ".join(schedule.name_of(one) for one in entry.speakers),
        entry.url,
        entry.abstract,
    ]
