"""Each warning as a sentence that names what it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import ngettext, translated
from congress.programme.conflicts import ScheduleWarning
from congress.programme.enums import WarningKind
from congress.programme.schedule import Schedule
from congress.programme.words import STATES

KINDS: dict[WarningKind, object] = {
    WarningKind.ROOM_TWICE: _l("Two at a time in a room"),
    WarningKind.SPEAKER_TWICE: _l("Speaker in two places"),
    WarningKind.WALKING: _l("Too little time to walk"),
    WarningKind.AVAILABILITY: _l("Speaker not available"),
    WarningKind.ROOM_HOURS: _l("Room closed"),
    WarningKind.CAPACITY: _l("Room too small"),
    WarningKind.OUTSIDE_DAYS: _l("Outside the days of the event"),
    WarningKind.WITHOUT_ROOM: _l("Without room"),
    WarningKind.UNCONFIRMED: _l("Not confirmed"),
    WarningKind.UNSCHEDULED: _l("Without time"),
}


@dataclass(frozen=True)
class Told:
    """A warning and its sentence in the reader's language."""

    warning: ScheduleWarning
    sentence: str


class Teller:
    """Makes sentences about a schedule. `titles` of sessions that have no slot, by id."""

    def __init__(self, schedule: Schedule, titles: Mapping[int, Mapping[str, str]] | None = None) -> None:
        self._entries = {one.id: one for one in schedule.entries}
        self._schedule, self._titles = schedule, titles or {}

    def tell(self, warning: ScheduleWarning) -> Told:
        """The warning in words."""
        values = {
            "title": self._title(warning.slot_id, warning.session_id),
            "other": self._title(warning.other_slot_id),
            "room": self._room(warning.room_id),
            "speaker": self._schedule.speakers.get(warning.speaker_id or 0, "?"),
            "state": self._state(warning.slot_id),
            "number": warning.number,
            "limit": warning.limit,
        }
        return Told(warning, SENTENCES[warning.kind](warning, values))

    def _title(self, slot_id: int | None, session_id: int | None = None) -> str:
        entry = self._entries.get(slot_id or 0)
        title = translated(entry.title if entry else self._titles.get(session_id or 0))
        return title or str(_("Untitled"))

    def _room(self, room_id: int | None) -> str:
        room = self._schedule.rooms.get(room_id or 0)
        return translated(room.name) if room else ""

    def _state(self, slot_id: int | None) -> str:
        entry = self._entries.get(slot_id or 0)
        return str(STATES[entry.state]) if entry and entry.state else ""


def _room_twice(warning: ScheduleWarning, values: Mapping[str, object]) -> str:
    if warning.room_id is None:
        return str(_("“%(other)s” and “%(title)s” are at the same time, and one of them is for all rooms.", **values))
    return str(_("“%(other)s” and “%(title)s” are in %(room)s at the same time.", **values))


def _capacity(_warning: ScheduleWarning, values: Mapping[str, object]) -> str:
    if not values["room"]:
        return str(_("%(number)s people signed up for “%(title)s”, which has %(limit)s places.", **values))
    return str(_("%(number)s people signed up for “%(title)s”; there are %(limit)s places in %(room)s.", **values))


SENTENCES: dict[WarningKind, Callable[[ScheduleWarning, Mapping[str, object]], str]] = {
    WarningKind.ROOM_TWICE: _room_twice,
    WarningKind.CAPACITY: _capacity,
    WarningKind.SPEAKER_TWICE: lambda _w, values: str(
        _("%(speaker)s is in “%(other)s” and in “%(title)s” at the same time.", **values)
    ),
    WarningKind.WALKING: lambda warning, values: str(
        ngettext(
            "%(speaker)s has %(num)s minute from “%(other)s” to “%(title)s” in another room; %(limit)s are needed.",
            "%(speaker)s has %(num)s minutes from “%(other)s” to “%(title)s” in another room; %(limit)s are needed.",
            warning.number,
            **values,
        )
    ),
    WarningKind.AVAILABILITY: lambda _w, values: str(
        _("%(speaker)s is not available for all of “%(title)s”.", **values)
    ),
    WarningKind.ROOM_HOURS: lambda _w, values: str(
        _("“%(title)s” is outside the opening hours of %(room)s.", **values)
    ),
    WarningKind.OUTSIDE_DAYS: lambda _w, values: str(_("“%(title)s” is outside the days of the event.", **values)),
    WarningKind.WITHOUT_ROOM: lambda _w, values: str(_("“%(title)s” has no room.", **values)),
    WarningKind.UNCONFIRMED: lambda _w, values: str(
        _("“%(title)s” is not confirmed (%(state)s): a release leaves it out.", **values)
    ),
    WarningKind.UNSCHEDULED: lambda _w, values: str(_("“%(title)s” has no time yet.", **values)),
}
