"""Bringing in a schedule: the file, how to read it, and the consent to what the preview showed."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import InputRequired

from congress.core.languages import LANGUAGES, current_language
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm, choices
from congress.programme.enums import SessionState
from congress.programme.words import STATES

NAMES = {"fr": _l("French"), "en": _l("English")}


class ReadingForm(StaffForm):
    """How a file is to be read."""

    language = RadioField(_l("Language of the texts, where the file does not say"), validators=[InputRequired()])
    state = RadioField(
        _l("State of new sessions"), validators=[InputRequired()], default=SessionState.CONFIRMED.value
    )
    shift = BooleanField(_l("Move the days: the first day of the file becomes the first day of this event"))

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.language.choices = choices((code, NAMES[code]) for code in LANGUAGES)
        if not self.language.data:
            self.language.data = current_language()
        states = (SessionState.CONFIRMED, SessionState.ACCEPTED)
        self.state.choices = choices((state.value, STATES[state]) for state in states)


class UploadForm(ReadingForm):
    """The file."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Please choose a file."))])


class ImportForm(ReadingForm):
    """The preview's button: which file, and what was shown of it."""

    name = HiddenField()
    digest = HiddenField()
