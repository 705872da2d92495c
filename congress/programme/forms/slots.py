"""Where and when something takes place: the form for people, and what the editor's script sends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, TimeField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from congress.core.errors import Malformed
from congress.core.forms import BaseForm, LineField, LocalDateTimeField, translated_line
from congress.core.http import MAX_ID
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.core.templating import date_long
from congress.events.forms.base import StaffForm, choices, text_pair
from congress.events.models import Event, Room
from congress.programme.days import DAY_BEGINS, day_of, days_of, instant_of, local_of
from congress.programme.enums import SlotKind
from congress.programme.models import Slot
from congress.programme.services.slots import Place

GRIDS = (5, 15, 30, 60)
DAY_MINUTES = 24 * 60
HOURS_AND_MINUTES = ["%H:%M", "%H:%M:%S"]


class SlotForm(StaffForm):
    """Day, time, duration or end, and room. A time before 04:00 is in the night after the day."""

    version = HiddenField()
    day = SelectField(_l("Day"), validators=[InputRequired()])
    start = TimeField(
        _l("Begins"),
        format=HOURS_AND_MINUTES,
        validators=[InputRequired()],
    )
    minutes = IntegerField(_l("Duration in minutes"), validators=[Optional(), NumberRange(min=1, max=DAY_MINUTES)])
    end = TimeField(
        _l("or end"),
        format=HOURS_AND_MINUTES,
        validators=[Optional()],
    )
    room = SelectField(_l("Room"), coerce=int, default=0)

    def __init__(self, event: Event, rooms: Sequence[Room], *, without: object, **kwargs: Any) -> None:
        """`without`: what having no room means for this slot."""
        super().__init__(**kwargs)
        self._event = event
        self.day.choices = choices((day.isoformat(), date_long(day)) for day in days_of(event))
        self.room.choices = choices([(0, without), *((room.id, translated(room.name)) for room in rooms)])

    @property
    def seen_version(self) -> int:
        """The version of the slot that the page was opened with; 0 when the field was tampered with."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(MAX_ID)) else 0

    def place(self, now: Slot | None = None) -> Place:
        """When and where; a time that reads as that of `now` is the same one, also when clocks repeat an hour."""
        zone, day = self._event.zone, dt.date.fromisoformat(str(self.day.data))
        start = self.start.data or DAY_BEGINS
        starts_at = _instant(_on(day, start), zone, now)
        room_id = self.room.data or None
        if self.end.data is not None:
            local = _on(day, self.end.data)
            whole_day = self.end.data == DAY_BEGINS != start
            ends_at = instant_of(local + dt.timedelta(days=1) if whole_day else local, zone)
            return Place(starts_at, ends_at, room_id)
        minutes = self.minutes.data
        return Place(starts_at, starts_at + dt.timedelta(minutes=minutes) if minutes else None, room_id)


class PauseForm(SlotForm):
    """A break or a blocker, with its title."""

    title = translated_line(_l("Title"), required=True)

    @property
    def texts(self) -> dict[str, str]:
        """The title as it is stored."""
        return text_pair(self.title.data)


class DropForm(BaseForm):
    """What the editor's script sends: times on the wall of the event. Without `room` it is for all, or nowhere."""

    session = LineField("session", max_length=12)
    kind = HiddenField(validators=[Optional(), AnyOf([kind.value for kind in SlotKind])])
    start = LocalDateTimeField("start", required=True)
    end = LocalDateTimeField("end")
    room = IntegerField(validators=[Optional(), NumberRange(min=1, max=MAX_ID)])
    version = IntegerField(validators=[Optional(), NumberRange(min=1, max=MAX_ID)])

    def place(self, event: Event, now: Slot | None = None) -> Place:
        """When and where; `NoSuchTime` for what the clocks skip. A start that reads as that of `now` is the same."""
        start, end = self.start.data, self.end.data
        if start is None:
            raise Malformed
        ends_at = instant_of(end, event.zone) if end else None
        return Place(_instant(start, event.zone, now), ends_at, self.room.data)


class RemoveForm(BaseForm):
    """Taking a slot out, as it was seen."""

    version = IntegerField(validators=[InputRequired(), NumberRange(min=1, max=MAX_ID)])


class GridForm(StaffForm):
    """The step of the grid."""

    DEFAULT = 15
    minutes = SelectField(_l("Step of the grid"), coerce=int)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minutes.choices = choices((one, _("%(number)s min", number=one)) for one in GRIDS)


def slot_data(slot: Slot, zone: str) -> dict[str, Any]:
    """The initial values of a `SlotForm` or `PauseForm`."""
    return {
        "version": str(slot.version),
        "day": day_of(slot.starts_at, zone).isoformat(),
        "start": local_of(slot.starts_at, zone).time(),
        "minutes": (slot.ends_at - slot.starts_at) // dt.timedelta(minutes=1),
        "room": slot.room_id or 0,
        "title": dict(slot.title),
    }


def _on(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day if time >= DAY_BEGINS else day + dt.timedelta(days=1), time)


def _instant(local: dt.datetime, zone: str, now: Slot | None) -> dt.datetime:
    return now.starts_at if now and local_of(now.starts_at, zone) == local else instant_of(local, zone)
