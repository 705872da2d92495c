"""A speaker's data, photo and times."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, ValidationError
from wtforms.validators import InputRequired

from congress.core.forms import AddressField, LineField, LocalDateTimeField, translated_paragraphs
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events.errors import PictureRefused
from congress.events.forms.base import StaffForm, choices, complain, text_pair
from congress.events.logos import Logo
from congress.programme import photos, words
from congress.programme.models import Speaker

BIOGRAPHY_LENGTH = 5000
MAIL_LANGUAGES = ("fr", "en")


class OwnDataForm(StaffForm):
    """What speakers write about themselves."""

    version = HiddenField()
    given_name = LineField(_l("First name"))
    family_name = LineField(_l("Last name"), required=True)
    organisation = LineField(_l("Organisation"))
    job_title = LineField(_l("Job title"))
    biography = translated_paragraphs(_l("Biography"), max_length=BIOGRAPHY_LENGTH)
    language = SelectField(_l("Language of the mails"), default="fr", validators=[InputRequired()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.language.choices = choices((tag, words.LANGUAGES[tag]) for tag in MAIL_LANGUAGES)

    @property
    def seen_version(self) -> int:
        """The version that was opened; 0 when the field was tampered with."""
        written = self.version.data or ""
        return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0  # noqa: PLR2004

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "given_name": self.given_name.data or "",
            "family_name": self.family_name.data,
            "organisation": self.organisation.data or "",
            "job_title": self.job_title.data or "",
            "biography": text_pair(self.biography.data),
            "language": self.language.data,
        }


class SpeakerForm(OwnDataForm):
    """The same as the team writes it down, with the address."""

    email = AddressField(_l("E-mail address"), required=False)

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {**super().values(), "email": self.email.data or None}


def data_of(speaker: Speaker) -> dict[str, Any]:
    """The initial values of both forms."""
    names = ("given_name", "family_name", "organisation", "job_title", "biography", "language", "email", "version")
    return {name: getattr(speaker, name) for name in names}


class PhotoForm(StaffForm):
    """A photo. A valid form has `photo`, drawn anew."""

    picture = FileField(_l("Photo"), validators=[FileRequired(_l("Please choose a file."))])
    photo: Logo | None = None

    def validate_picture(self, field: FileField) -> None:
        """Read no more than we would decode."""
        if not field.data:
            return
        try:
            self.photo = photos.redraw(field.data.stream.read(photos.MAX_BYTES + 1))
        except PictureRefused as refusal:
            raise ValidationError(str(refusal.sentence)) from refusal


class WindowForm(StaffForm):
    """A time in which somebody can speak, as the clocks at the event show it."""

    starts_at = LocalDateTimeField(_l("From"), required=True)
    ends_at = LocalDateTimeField(_l("Until"), required=True)

    def window(self, zone: str) -> tuple[dt.datetime, dt.datetime] | None:
        """Both instants; None when one does not exist or they are in the wrong order, which is then on the form."""
        found: list[dt.datetime] = []
        for field in (self.starts_at, self.ends_at):
            try:
                instant = field.instant(zone)
            except ValidationError as error:
                complain(field, str(error))
                return None
            except OverflowError:
                complain(field, _("Please give a date near that of the event."))
                return None
            if instant is not None:
                found.append(instant)
        starts_at, ends_at = found
        if ends_at <= starts_at:
            complain(self.ends_at, _("The end must be after the start."))
            return None
        return starts_at, ends_at
