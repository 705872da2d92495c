"""A session, its state, its speakers, its material."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from congress.core.forms import LineField, ParagraphsField, translated_line, translated_paragraphs
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.forms.base import LinkField, StaffForm, choices, or_none, text_pair
from congress.programme import uploads, words
from congress.programme.enums import Level, Participation, SessionState
from congress.programme.errors import FileRefused
from congress.programme.models import TITLE_LENGTH, Session, SessionFormat, Track
from congress.programme.uploads import Upload

ABSTRACT_LENGTH = 10_000
NOTE_LENGTH = 4000
JOIN_LENGTH = 500
URL_LENGTH = 1000
MAX_CAPACITY = 100_000


class SessionForm(StaffForm):
    """What a session says; the code in its address and its state are not among it."""

    version = HiddenField()
    title = translated_line(_l("Title"), required=True, max_length=TITLE_LENGTH)
    subtitle = translated_line(_l("Subtitle"), max_length=TITLE_LENGTH)
    abstract = translated_paragraphs(_l("Abstract"), max_length=ABSTRACT_LENGTH)
    format_id = SelectField(_l("Format"), coerce=int, default=0, validators=[InputRequired()])
    track_id = SelectField(_l("Track"), coerce=int, default=0, validators=[InputRequired()])
    language = SelectField(_l("Language"), default="fr", validators=[InputRequired()])
    level = SelectField(_l("Level"), default=Level.ALL.value, validators=[InputRequired()])
    is_recorded = BooleanField(_l("Is recorded"))
    participation = RadioField(_l("Takes part"), default=Participation.ON_SITE.value, validators=[InputRequired()])
    join_url = LinkField(_l("Link to join online"), max_length=JOIN_LENGTH)
    needs_sign_up = BooleanField(_l("Needs a sign-up"))
    sign_up_capacity = IntegerField(_l("Places"), validators=[Optional(), NumberRange(min=0, max=MAX_CAPACITY)])
    note = ParagraphsField(_l("Internal note"), max_length=NOTE_LENGTH)

    def offer(self, tracks: Iterable[Track], formats: Iterable[SessionFormat], language: str = "fr") -> None:
        """Offer the tracks and formats of the event, and the language that an imported session came with."""
        self.track_id.choices = choices([(0, _("None")), *((one.id, translated(one.name)) for one in tracks)])
        self.format_id.choices = choices([(0, _("None")), *((one.id, translated(one.name)) for one in formats)])
        self.language.choices = choices({**words.LANGUAGES, language: words.language_in_words(language)}.items())
        self.level.choices = choices((one.value, words.LEVELS[one]) for one in Level)
        self.participation.choices = choices((one.value, words.PARTICIPATIONS[one]) for one in Participation)

    @property
    def seen_version(self) -> int:
        """The version that was opened; 0 when the field was tampered with."""
        written = self.version.data or ""
        return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0  # noqa: PLR2004

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "title": text_pair(self.title.data),
            "subtitle": text_pair(self.subtitle.data),
            "abstract": text_pair(self.abstract.data),
            "format_id": self.format_id.data or None,
            "track_id": self.track_id.data or None,
            "language": self.language.data,
            "level": Level(self.level.data),
            "participation": Participation(self.participation.data),
            "is_recorded": self.is_recorded.data,
            "join_url": or_none(self.join_url.data),
            "needs_sign_up": self.needs_sign_up.data,
            "sign_up_capacity": self.sign_up_capacity.data,
            "note": self.note.data or "",
        }


def data_of(session: Session) -> dict[str, Any]:
    """The initial values of `SessionForm`."""
    names = ("title", "subtitle", "abstract", "language", "level", "participation", "is_recorded", "join_url")
    more = ("needs_sign_up", "sign_up_capacity", "note", "version")
    values = {name: getattr(session, name) for name in (*names, *more)}
    return {**values, "track_id": session.track_id or 0, "format_id": session.format_id or 0}


class StateForm(StaffForm):
    """Another state."""

    state = RadioField(_l("New state"), validators=[InputRequired(_l("Please choose a state."))])

    def offer(self, states: Iterable[SessionState]) -> None:
        """Offer the states that can be reached from the present one."""
        wanted = list(states)
        self.state.choices = choices((one.value, words.STATES[one]) for one in SessionState if one in wanted)


class CastForm(StaffForm):
    """Somebody more who speaks."""

    speaker = SelectField(_l("Speaker"), validators=[InputRequired()])

    def offer(self, speakers: Iterable[tuple[str, str]]) -> None:
        """Offer those who do not speak in it yet, as (code, name)."""
        self.speaker.choices = choices(speakers)


class FileForm(StaffForm):
    """A file. A valid form has `upload`, checked."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Please choose a file."))])
    file_label = LineField(_l("What it is called on the page"), max_length=200)
    upload: Upload | None = None

    def validate_file(self, field: FileField) -> None:
        """Read no more than we would keep."""
        if not field.data:
            return
        try:
            content = field.data.stream.read(uploads.MAX_BYTES + 1)
            self.upload = uploads.checked(content, field.data.filename or "")
        except FileRefused as refusal:
            raise ValidationError(str(refusal.sentence)) from refusal


class LinkForm(StaffForm):
    """A link."""

    url = LinkField(_l("Link"), max_length=URL_LENGTH, required=True)
    link_label = LineField(_l("What it is called on the page"), max_length=200)
