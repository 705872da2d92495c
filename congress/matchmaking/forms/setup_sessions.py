"""A session of meetings, and a day to copy it to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from wtforms import IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from congress.core.forms import LocalDateTimeField, translated_line
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.templating import date_long
from congress.events.forms.base import StaffForm, choices, complain, text_pair
from congress.events.models import Event
from congress.matchmaking import words
from congress.matchmaking.enums import SessionModality
from congress.matchmaking.models import MeetingSession
from congress.matchmaking.session_plan import SessionPlan, count_until, end_of
from congress.programme.days import days_of, local_of

NAME_LENGTH = 120
MAX_SLOTS = 96


class SessionForm(StaffForm):
    """When a session begins, how long its slots are, and how many there are or when the last one ends."""

    name = translated_line(_l("Name"), max_length=NAME_LENGTH)
    starts_at = LocalDateTimeField(_l("Begins"), required=True)
    slot_minutes = IntegerField(
        _l("Minutes per meeting"), default=20, validators=[InputRequired(), NumberRange(min=5, max=240)]
    )
    gap_minutes = IntegerField(
        _l("Minutes between two meetings"), default=5, validators=[InputRequired(), NumberRange(min=0, max=60)]
    )
    slot_count = IntegerField(_l("Number of slots"), validators=[Optional(), NumberRange(min=1, max=MAX_SLOTS)])
    ends_at = LocalDateTimeField(_l("Or: ends at the latest"))
    modality = RadioField(_l("How people meet"), default=SessionModality.ON_SITE.value, validators=[InputRequired()])

    def __init__(self, zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone
        self.plan: SessionPlan | None = None
        self.modality.choices = choices((one.value, words.MODALITIES[one]) for one in SessionModality)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        starts, ends = self._instant(self.starts_at), self._instant(self.ends_at)
        if not valid or starts is None or self.ends_at.errors:
            return False
        count = self._count(starts, ends)
        if count is None:
            return False
        self.plan = SessionPlan(
            text_pair(self.name.data),
            starts,
            self.slot_minutes.data or 0,
            self.gap_minutes.data or 0,
            count,
            SessionModality(self.modality.data),
        )
        return True

    @staticmethod
    def data_of(session: MeetingSession, zone: str) -> dict[str, Any]:
        """The initial values."""
        plain = ("name", "slot_minutes", "gap_minutes", "slot_count")
        return {name: getattr(session, name) for name in plain} | {
            "starts_at": local_of(session.starts_at, zone),
            "modality": session.modality.value,
        }

    @staticmethod
    def suggested(event: Event, last: MeetingSession | None) -> dict[str, Any]:
        """What a new session begins with: like the last one and after it, else at the beginning of the event."""
        if last is None:
            return {"starts_at": local_of(event.starts_at, event.zone), "slot_count": 6}
        return SessionForm.data_of(last, event.zone) | {
            "name": {},
            "starts_at": local_of(end_of(last) + dt.timedelta(minutes=last.gap_minutes), event.zone),
        }

    def _count(self, starts: dt.datetime, ends: dt.datetime | None) -> int | None:
        """As many slots as fit until the end, or the number that was typed; one of the two has to be given."""
        if ends is None and self.slot_count.data:
            return int(self.slot_count.data)
        if ends is None:
            complain(self.slot_count, _("Please give the number of slots, or the end."))
            return None
        minutes = int((ends - starts).total_seconds() // 60)
        count = count_until(minutes, self.slot_minutes.data or 1, self.gap_minutes.data or 0)
        if not 1 <= count <= MAX_SLOTS:
            complain(self.ends_at, _("Between the beginning and this time there must be room for 1 to 96 slots."))
            return None
        return count

    def _instant(self, field: LocalDateTimeField) -> dt.datetime | None:
        if field.errors:
            return None
        try:
            return field.instant(self.zone)
        except ValidationError as error:
            complain(field, str(error))
            return None


class CopySessionForm(StaffForm):
    """Another day of the event."""

    day = SelectField(_l("Day"), validators=[InputRequired()])

    def offer(self, event: Event, session: MeetingSession) -> None:
        """The other days of the event."""
        own = local_of(session.starts_at, event.zone).date()
        self.day.choices = choices((day.isoformat(), date_long(day)) for day in days_of(event) if day != own)

    @property
    def chosen(self) -> dt.date:
        """The day."""
        return dt.date.fromisoformat(str(self.day.data))
