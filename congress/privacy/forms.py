"""What organisers type on the pages about personal data."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired

from congress.core.forms import BaseForm, LineField, SelectChoice, translated_paragraphs
from congress.core.languages import lazy_gettext as _l
from congress.registration.enums import ConsentKind

KINDS: dict[ConsentKind, object] = {
    ConsentKind.PRIVACY_NOTICE: _l("Privacy notice"),
    ConsentKind.PARTICIPANT_LIST: _l("List of participants"),
    ConsentKind.PHOTO: _l("Photos and videos"),
}


class ActForm(BaseForm):
    """A button."""


class EraseForm(BaseForm):
    """The reference of the registration, typed, so that nobody is erased by a slip."""

    reference = LineField(_l("Reference of the registration"), required=True, max_length=20)


class EraseSpeakerForm(BaseForm):
    """The code of the speaker, typed, so that nobody is erased by a slip."""

    code = LineField(_l("Code of the speaker"), required=True, max_length=20)


class EraseAuthorForm(BaseForm):
    """The code of the proposal, typed, so that nobody is erased by a slip."""

    code = LineField(_l("Code of the proposal"), required=True, max_length=20)


class TextForm(BaseForm):
    """A new version of one text."""

    kind = RadioField(
        _l("Which text"),
        choices=[SelectChoice(kind, name) for kind, name in KINDS.items()],
        validators=[InputRequired()],
    )
    text = translated_paragraphs(_l("Text"), max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.text.form:
            field.flags.required = True

    def validate(self, extra_validators: object = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not (self.text.form.fr.data and self.text.form.en.data):
            self.form_errors.append(str(_l("Please give the text in French and in English.")))
            return False
        return True
