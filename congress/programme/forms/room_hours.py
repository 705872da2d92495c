"""Opening hours of a room: a line per day, in which several windows may stand."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, ValidationError

from congress.core.forms import LineField
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.templating import date_long
from congress.events.forms.base import StaffForm
from congress.events.models import Event
from congress.programme.days import DAY_BEGINS, day_of, days_of, instant_of, local_of
from congress.programme.schedule import Window

ONE = re.compile(r"(\d{1,2})[:hH.](\d{2})\s*[-–—]\s*(\d{1,2})[:hH.](\d{2})")
MIDNIGHT = "24"


class WindowsField(LineField):
    """Like 09:00-12:30, 14:00-18:00. `windows`: pairs of times."""

    windows: Sequence[tuple[dt.time, dt.time]] = ()

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        found = []
        for part in filter(None, (one.strip() for one in re.split(r"[,;]", self.data or ""))):
            match = ONE.fullmatch(part)
            begin, end = (_time(*match.group(1, 2)), _time(*match.group(3, 4))) if match else (None, None)
            if begin is None or end is None:
                raise ValidationError(_("Please write hours like this: 09:00-12:30, 14:00-18:00"))
            found.append((begin, end))
        self.windows = found


class HoursForm(StaffForm):
    """The days stand in the subclass that `hours_form` makes."""

    everywhere = BooleanField(_l("The same hours for all rooms"))

    def windows(self, event: Event) -> list[Window]:
        """All windows as instants; `EndsBeforeStart` and `NoSuchTime` are left to whoever stores them."""
        return [
            (_instant(day, begin, event.zone), _instant(day, end, event.zone, is_end=True))
            for day, field in self.days(event)
            for begin, end in field.windows
        ]

    def days(self, event: Event) -> list[tuple[dt.date, WindowsField]]:
        """The field of each day."""
        return [(day, self[_name(day)]) for day in days_of(event)]


def hours_form(event: Event, windows: Sequence[Window] = ()) -> HoursForm:
    """A form with a line for each day of the event, filled with the windows there are."""
    fields = {_name(day): WindowsField(date_long(day), max_length=200) for day in days_of(event)}
    made = type("RoomHoursForm", (HoursForm,), fields)
    form: HoursForm = made(data=_written(windows, event.zone))
    return form


def _written(windows: Sequence[Window], zone: str) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for opens, closes in sorted(windows):
        text = "-".join(f"{local_of(one, zone):%H:%M}" for one in (opens, closes))
        found.setdefault(_name(day_of(opens, zone)), []).append(text)
    return {name: ", ".join(texts) for name, texts in found.items()}


def _name(day: dt.date) -> str:
    return f"day_{day:%Y%m%d}"


def _time(hours: str, minutes: str) -> dt.time | None:
    try:
        return dt.time(0 if hours == MIDNIGHT and minutes == "00" else int(hours), int(minutes))
    except ValueError:
        return None


def _instant(day: dt.date, time: dt.time, zone: str, *, is_end: bool = False) -> dt.datetime:
    """Before 04:00 is in the night after the day, and so is an end at 04:00."""
    is_after = time < DAY_BEGINS or (is_end and time == DAY_BEGINS)
    return instant_of(dt.datetime.combine(day + dt.timedelta(days=is_after), time), zone)
