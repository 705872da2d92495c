"""Forms of the organisers: a call, and a question of its form."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, NumberRange

from congress.core.forms import (
    LineField,
    LocalDateTimeField,
    ParagraphsField,
    translated_line,
    translated_paragraphs,
)
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm, choices, complain, text_pair
from congress.programme.answers import offered
from congress.programme.call_words import CALL_KINDS, QUESTION_KINDS
from congress.programme.enums import CallKind, QuestionKind
from congress.programme.models import Call, Question
from congress.programme.services.questions import WITH_OPTIONS

MAX_PEOPLE = 20
MAX_OPTIONS = 40
SPARE_OPTIONS = 4
VERSION_LENGTH = 9


class CallForm(StaffForm):
    """A call; its times are clocks on the wall in the event's zone."""

    version = HiddenField()
    kind = RadioField(_l("Kind"), default=CallKind.TALKS.value, validators=[InputRequired()])
    title = translated_line(_l("Title"), required=True, max_length=150)
    text = translated_paragraphs(_l("Text"), max_length=10_000)
    opens_at = LocalDateTimeField(_l("Opens"), required=True)
    closes_at = LocalDateTimeField(_l("Deadline"), required=True)
    max_people = IntegerField(
        _l("People per proposal at most"), default=5, validators=[InputRequired(), NumberRange(min=1, max=MAX_PEOPLE)]
    )
    is_blind = BooleanField(_l("Blind: reviewers see no names"))
    only_assigned = BooleanField(_l("Reviewers see only what is assigned to them"))
    reviews_close_at = LocalDateTimeField(_l("Reviews close"))

    def __init__(self, zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone
        self.instants: dict[str, dt.datetime | None] = {}
        self.kind.choices = choices(CALL_KINDS.items())

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        fields = (self.opens_at, self.closes_at, self.reviews_close_at)
        for field in fields:
            self._read(field)
        if any(field.errors for field in fields):
            return False
        opens, closes = self.instants["opens_at"], self.instants["closes_at"]
        if opens and closes and closes <= opens:
            complain(self.closes_at, _("The deadline must come after the opening."))
            return False
        reviews = self.instants["reviews_close_at"]
        if closes and reviews and reviews <= closes:
            complain(self.reviews_close_at, _("Reviews must close after the deadline of the call."))
            return False
        return valid

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "kind": CallKind(self.kind.data),
            "title": text_pair(self.title.data),
            "text": text_pair(self.text.data),
            "max_people": self.max_people.data,
            "is_blind": self.is_blind.data,
            "only_assigned": self.only_assigned.data,
            **self.instants,
        }

    @property
    def seen_version(self) -> int:
        """The call's version when the page was opened."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < VERSION_LENGTH else -1

    @staticmethod
    def data_of(call: Call, zone: str) -> dict[str, Any]:
        """The initial values."""
        plain = ("version", "title", "text", "max_people", "is_blind", "only_assigned")
        times = {name: getattr(call, name) for name in ("opens_at", "closes_at", "reviews_close_at")}
        local = {name: time.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for name, time in times.items() if time}
        return {name: getattr(call, name) for name in plain} | {"kind": call.kind.value} | local

    def _read(self, field: LocalDateTimeField) -> None:
        """The instant of a local time, when there is one."""
        self.instants[field.name] = None
        if field.errors or field.data is None:
            return
        try:
            self.instants[field.name] = field.instant(self.zone)
        except ValidationError as error:
            complain(field, str(error))


class OptionForm(PlainForm):
    """One option of a question; one without words is none."""

    option_id = HiddenField()
    fr = LineField(_l("French"), max_length=150)
    en = LineField(_l("English"), max_length=150)


class QuestionForm(StaffForm):
    """A question of the form."""

    kind = SelectField(_l("Kind of answer"), default=QuestionKind.LINE.value, validators=[InputRequired()])
    label = translated_line(_l("Question"), required=True, max_length=200)
    help = translated_line(_l("Help"), max_length=300)
    is_required = BooleanField(_l("An answer is required"))
    names_people = BooleanField(_l("The answer may name people: it is hidden in blind reviews"))
    options = FieldList(FormField(OptionForm), max_entries=MAX_OPTIONS)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = choices(QUESTION_KINDS.items())
        while not self.is_submitted() and len(self.options) < self._rows():
            self.options.append_entry()

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        is_choice = self.kind.data in {kind.value for kind in WITH_OPTIONS}
        if is_choice and len(self._filled()) < 2:  # noqa: PLR2004 (a choice is between two)
            complain(self.kind, _("Please give at least two options."))
            return False
        return valid

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "kind": QuestionKind(self.kind.data),
            "label": text_pair(self.label.data),
            "help": text_pair(self.help.data),
            "is_required": self.is_required.data,
            "names_people": self.names_people.data,
            "options": self._filled(),
        }

    @staticmethod
    def data_of(question: Question) -> dict[str, Any]:
        """The initial values."""
        plain = ("label", "help", "is_required", "names_people")
        options = [
            {"option_id": one["id"], "fr": one["label"].get("fr"), "en": one["label"].get("en")}
            for one in offered(question)
        ]
        return {name: getattr(question, name) for name in plain} | {"kind": question.kind.value, "options": options}

    def _rows(self) -> int:
        filled = sum(bool(row.data["fr"] or row.data["en"]) for row in self.options)
        return min(MAX_OPTIONS, filled + SPARE_OPTIONS)

    def _filled(self) -> list[dict[str, Any]]:
        rows = [row.data for row in self.options]
        return [{"id": row["option_id"], "label": text_pair(row)} for row in rows if row["fr"] or row["en"]]


class NoteForm(StaffForm):
    """The team's own note on a proposal."""

    note = ParagraphsField(_l("Internal note"), max_length=4000)
