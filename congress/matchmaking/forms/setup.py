"""The settings of matchmaking, and what is taken over from another stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from congress.core.forms import LocalDateTimeField, translated_paragraphs
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.forms.base import CheckboxesField, StaffForm, VersionedForm, choices, complain, text_pair
from congress.events.models import Event
from congress.matchmaking import words
from congress.matchmaking.enums import RequestMode, SchedulingMode
from congress.matchmaking.models import Matchmaking
from congress.matchmaking.services.copying import Part

INTRODUCTION_LENGTH = 3000
PLAIN = ("pending_cap", "expiry_hours", "cutoff_minutes", "max_meetings", "walking_minutes")


class MatchmakingForm(VersionedForm):
    """Window, modes, limits and introduction; its times are clocks on the wall in the event's zone."""

    booking_opens_at = LocalDateTimeField(_l("Requests from"), required=True)
    booking_closes_at = LocalDateTimeField(_l("Requests until"), required=True)
    request_mode = RadioField(_l("How a request is agreed"), validators=[InputRequired()])
    scheduling_mode = RadioField(_l("Who finds the time"), validators=[InputRequired()])
    pending_cap = IntegerField(
        _l("Open requests per person"), validators=[InputRequired(), NumberRange(min=1, max=100)]
    )
    expiry_hours = IntegerField(
        _l("Hours to answer a request"), validators=[InputRequired(), NumberRange(min=1, max=720)]
    )
    cutoff_minutes = IntegerField(
        _l("Minutes before a meeting until which it can be moved"),
        validators=[InputRequired(), NumberRange(min=0, max=10_080)],
    )
    max_meetings = IntegerField(_l("Meetings per person at most"), validators=[Optional(), NumberRange(1, 500)])
    walking_minutes = IntegerField(
        _l("Minutes for walking between two zones"), validators=[InputRequired(), NumberRange(min=0, max=120)]
    )
    introduction = translated_paragraphs(_l("Introduction"), max_length=INTRODUCTION_LENGTH)
    agreed = BooleanField(_l("I have read what this means for the requests and meetings that exist"))

    def __init__(self, zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone
        self.instants: dict[str, dt.datetime] = {}
        self.request_mode.choices = choices((one.value, words.REQUEST_MODES[one]) for one in RequestMode)
        self.scheduling_mode.choices = choices((one.value, words.SCHEDULING_MODES[one]) for one in SchedulingMode)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for field in (self.booking_opens_at, self.booking_closes_at):
            self._read(field)
        if self.booking_opens_at.errors or self.booking_closes_at.errors:
            return False
        if self.instants["booking_closes_at"] <= self.instants["booking_opens_at"]:
            complain(self.booking_closes_at, _("The end of the requests must come after their beginning."))
            return False
        return valid

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "request_mode": RequestMode(self.request_mode.data),
            "scheduling_mode": SchedulingMode(self.scheduling_mode.data),
            "introduction": text_pair(self.introduction.data),
            **{name: self[name].data for name in PLAIN},
            **self.instants,
        }

    @staticmethod
    def data_of(matchmaking: Matchmaking, zone: str) -> dict[str, Any]:
        """The initial values."""
        times = {name: getattr(matchmaking, name) for name in ("booking_opens_at", "booking_closes_at")}
        return {
            "version": matchmaking.changed_at.isoformat(),
            "introduction": matchmaking.introduction,
            "request_mode": matchmaking.request_mode.value,
            "scheduling_mode": matchmaking.scheduling_mode.value,
            **{name: getattr(matchmaking, name) for name in PLAIN},
            **{name: time.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for name, time in times.items()},
        }

    def _read(self, field: LocalDateTimeField) -> None:
        if field.errors:
            return
        try:
            instant = field.instant(self.zone)
        except ValidationError as error:
            complain(field, str(error))
        else:
            if instant is not None:
                self.instants[field.name] = instant


PARTS: dict[Part, object] = {
    Part.SETTINGS: _l("Limits, walking time and introduction"),
    Part.SESSIONS: _l("Sessions, at the same time of the same day of the event"),
    Part.TABLES: _l("Zones and tables"),
    Part.RULES: _l("Who may meet whom, quotas and interpreters (replaces yours)"),
    Part.TAGS: _l("Which tags are active"),
}


class CopyForm(StaffForm):
    """Another stage of the series, and what is taken over from it."""

    source = SelectField(_l("Stage"), coerce=int, validators=[InputRequired()])
    parts = CheckboxesField(_l("What to take over"), validators=[InputRequired()])

    def offer(self, stages: Iterable[Event]) -> None:
        """The stages that have a set-up and that the account may read."""
        self.source.choices = choices((one.id, translated(one.name)) for one in stages)
        self.parts.choices = choices((part.value, label) for part, label in PARTS.items())

    @property
    def chosen(self) -> set[Part]:
        """What was ticked."""
        return {Part(one) for one in self.parts.data or ()}
