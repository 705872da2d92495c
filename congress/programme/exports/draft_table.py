"""The draft as the table that can be imported again: one row per time, or per session without one."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from congress.core.languages import LANGUAGES, translated
from congress.core.languages import gettext as _
from congress.core.spreadsheets import Cell, Table
from congress.events.models import Event
from congress.events.queries import rooms_of
from congress.programme.imports.known import sessions_of
from congress.programme.imports.tables import COLUMNS, TEXTS
from congress.programme.models import Session, Slot, Speaker


def draft_table(event: Event) -> Table:
    """Every session of the draft, whatever its state, with the addresses of its speakers."""
    rooms = {room.id: translated(room.name) for room in rooms_of(event)}
    rows = [
        _row(session, slot, rooms, ZoneInfo(event.zone))
        for session in sessions_of(event)
        for slot in (*session.slots,) or (None,)
    ]
    return Table(_("Programme"), COLUMNS, rows)


def _row(session: Session, slot: Slot | None, rooms: dict[int, str], zone: ZoneInfo) -> list[Cell]:
    texts = (getattr(session, name).get(language, "") for name in TEXTS for language in LANGUAGES)
    return [
        session.code,
        slot.guid if slot else session.guid,
        *texts,
        translated(session.format.name) if session.format else "",
        translated(session.track.name) if session.track else "",
        session.language,
        session.level.value,
        session.participation.value,
        "yes" if session.is_recorded else "no",
        rooms.get(slot.room_id or 0, "") if slot else "",
        _local(slot.starts_at, zone) if slot else "",
        _local(slot.ends_at, zone) if slot else "",
        "; ".join(map(_person, session.speakers)),
    ]


def _local(instant: dt.datetime, zone: ZoneInfo) -> str:
    """With its offset: a local time comes twice on the night when summer time ends."""
    return instant.astimezone(zone).isoformat(sep=" ", timespec="minutes")


def _person(speaker: Speaker) -> str:
    name = speaker.full_name.replace(";", ",").replace("<", "(").replace(">", ")")
    return f"{name} <{speaker.email}>" if speaker.email else name
