"""The organisers' forms about one registration."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from congress.core.forms import LineField, ParagraphsField
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.forms.base import StaffForm
from congress.registration.figures import CategoryUse
from congress.registration.forms.public import PersonForm
from congress.registration.words import LANGUAGES

NOTE_LENGTH = 2000
REASON_LENGTH = 300


class StaffPersonForm(PersonForm, StaffForm):
    """Somebody's data as the team writes them down, and the language of their mails."""

    language = SelectField(
        _l("Language of the mails"),
        choices=[SelectChoice(*one) for one in LANGUAGES.items()],
        validators=[InputRequired()],
    )


class EditForm(StaffPersonForm):
    """A correction; `version` tells whether somebody else saved meanwhile."""

    version = HiddenField()


class CategoryChoice(StaffForm):
    """A category of the event, also one that is full or not public: the service says what is possible."""

    category = RadioField(
        _l("Category"), coerce=int, choices=[], validators=[InputRequired(_l("Please choose a category."))]
    )

    def offer(self, uses: list[CategoryUse]) -> None:
        """Offer the categories that are not archived."""
        self.category.choices = [
            SelectChoice(one.category.id, translated(one.category.name))
            for one in uses
            if one.category.archived_at is None
        ]


class EntryForm(CategoryChoice, StaffPersonForm):
    """Somebody who is registered by the team."""

    note = ParagraphsField(_l("Note for the team"), max_length=NOTE_LENGTH)


class NoteForm(StaffForm):
    """What the team should know about somebody."""

    note = ParagraphsField(_l("Note for the team"), max_length=NOTE_LENGTH)


class CancelForm(StaffForm):
    """Why it is cancelled, for the team."""

    reason = LineField(_l("Reason, for your team"), max_length=REASON_LENGTH)

    def note_after(self, note: str, sentence: str) -> str | None:
        """The note with the reason as its last line; None when no reason was given."""
        if not self.reason.data:
            return None
        lines: list[Any] = [note, f"{sentence} {self.reason.data}"]
        return "\n".join(line for line in lines if line)[-NOTE_LENGTH:]
