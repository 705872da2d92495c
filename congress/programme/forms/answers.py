"""The fields of a call's questions: one per kind, made from the question, giving what is stored."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import DateField, Field, RadioField, ValidationError
from wtforms.validators import Optional

from congress.core.forms import LineField, ParagraphsField
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.forms.base import CheckboxesField, LinkField, choices
from congress.programme.answers import offered
from congress.programme.enums import QuestionKind
from congress.programme.errors import FileRefused
from congress.programme.models import Question
from congress.programme.uploads import ACCEPT, Upload, checked

MAX_REQUEST_BYTES = 5 * 1024 * 1024
PARAGRAPHS = 5000
YEARS = range(1900, 2101)
_NUMBER = re.compile(r"[-+]?\d{1,12}(?:[.,]\d{1,6})?")
TOO_LARGE = _l("The file is larger than 5 MB. Please send a smaller one, or give a link to it.")


class NumberField(LineField):
    """A number with a point or a comma; `value` is what is stored."""

    value: int | float | None = None

    def process_data(self, value: float | None) -> None:
        """What the row holds, as it is typed."""
        self.data = None if value is None else f"{value:.6f}".rstrip("0").rstrip(".")

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        self.value = None
        typed = (self.data or "").replace(" ", "").replace("\u202f", "").replace("\xa0", "")
        if not typed:
            return
        if not _NUMBER.fullmatch(typed) or not typed.isascii():
            raise ValidationError(_("Please give a number, like 12 or 3.5."))
        number = float(typed.replace(",", "."))
        self.value = int(number) if number.is_integer() else number


class DayField(DateField):
    """A day; one that no calendar of ours has is refused in words."""

    def __init__(self, label: object, **kwargs: Any) -> None:
        super().__init__(label, validators=[Optional()], format=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)  # type: ignore[arg-type]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Also what is typed where the browser has no calendar."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please give a date, like 2027-03-13.")) from error
        if self.data is not None and self.data.year not in YEARS:
            raise ValueError(_("Please give a year between 1900 and 2100."))


class UploadField(FileField):
    """One file; `upload` is the checked one."""

    upload: Upload | None = None

    def pre_validate(self, _form: Any) -> None:
        self.upload = _checked(self.data) if isinstance(self.data, FileStorage) and self.data.filename else None


class UploadsField(MultipleFileField):
    """Several files; `uploads` are the checked ones."""

    uploads: tuple[Upload, ...] = ()

    def pre_validate(self, _form: Any) -> None:
        sent = [one for one in self.data or [] if isinstance(one, FileStorage) and one.filename]
        self.uploads = tuple(_checked(one) for one in sent)


def field_of(question: Question) -> Any:
    """The field of a question, unbound."""
    label = translated(question.label)
    shared: dict[str, Any] = {"description": translated(question.help)}
    if question.kind is QuestionKind.YES_NO:
        return RadioField(label, choices=choices([("yes", _("Yes")), ("no", _("No"))]), **_optional(shared))
    if question.kind is QuestionKind.CHOICE:
        return RadioField(label, choices=_offered(question), **_optional(shared))
    if question.kind is QuestionKind.CHOICES:
        return CheckboxesField(label, choices=_offered(question), **shared)
    makers: dict[QuestionKind, Any] = {
        QuestionKind.LINE: lambda: LineField(label, max_length=300, **shared),
        QuestionKind.PARAGRAPHS: lambda: ParagraphsField(label, max_length=PARAGRAPHS, **shared),
        QuestionKind.NUMBER: lambda: NumberField(label, max_length=30, **shared),
        QuestionKind.DATE: lambda: DayField(label, **shared),
        QuestionKind.LINK: lambda: LinkField(label, **shared),
        QuestionKind.FILE: lambda: UploadField(label, render_kw={"accept": ACCEPT}, **shared),
    }
    return makers[question.kind]()


def stored_value(question: Question, field: Field) -> Any:
    """What a valid field says, as it is stored."""
    if question.kind is QuestionKind.YES_NO:
        return {"yes": True, "no": False}.get(field.data)
    if question.kind is QuestionKind.NUMBER:
        return getattr(field, "value", None)
    if question.kind is QuestionKind.CHOICES:
        return [one["id"] for one in offered(question) if one["id"] in (field.data or [])]
    return field.data.isoformat() if isinstance(field.data, dt.date) else field.data or None


def field_value(question: Question, value: Any) -> Any:
    """A stored value as the initial value of its field."""
    if question.kind is QuestionKind.YES_NO:
        return {True: "yes", False: "no"}.get(value)
    return dt.date.fromisoformat(value) if question.kind is QuestionKind.DATE and value else value


def typed_text(field: Field) -> str:
    """What somebody typed or chose, as text."""
    if isinstance(field, UploadField | UploadsField):
        return ""
    labels = {str(one.value): str(one.label) for one in getattr(field, "choices", None) or ()}
    if labels:
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return ", ".join(labels[str(one)] for one in chosen if str(one) in labels)
    raw = getattr(field, "raw_data", None) or []
    return str(field.data or (raw[0] if raw else ""))


def _offered(question: Question) -> Any:
    return choices((one["id"], translated(one["label"])) for one in offered(question))


def _optional(shared: dict[str, Any]) -> dict[str, Any]:
    """Radios without an answer are no error of theirs: what is required is checked when the form is submitted."""
    return {"validators": [Optional()], **shared}


def _checked(sent: FileStorage) -> Upload:
    content = sent.stream.read(MAX_REQUEST_BYTES + 1)
    if len(content) > MAX_REQUEST_BYTES:
        raise ValidationError(str(TOO_LARGE))
    try:
        return checked(content, sent.filename or "")
    except FileRefused as refusal:
        raise ValidationError(str(refusal.sentence)) from refusal
