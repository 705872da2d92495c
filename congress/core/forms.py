"""The base of all forms: parse and check the shape of what people typed; no writes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, session
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict
from wtforms import EmailField, Field, FileField, FormField, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.fields import DateTimeLocalField
from wtforms.fields import SelectChoice as SelectChoice  # type: ignore[attr-defined]  # noqa: PLC0414 (re-exported; newer than its stubs)
from wtforms.form import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from congress.core import addresses, text
from congress.core.idempotency import body_digest, once
from congress.core.languages import lazy_gettext as _l

YEARS = range(2000, 2101)
NOT_CONTENT = frozenset({"csrf_token", "idempotency_key"})


def clean_line(value: str | None) -> str | None:
    """Filter: one line of text, cleaned."""
    return text.one_line(value) if value else value


def clean_paragraphs(value: str | None) -> str | None:
    """Filter: longer text, cleaned."""
    return text.paragraphs(value) if value else value


class BaseForm(FlaskForm):
    """A form with a key that makes sending it twice act once."""

    class Meta(FlaskForm.Meta):
        """A file fills a field for files and no other."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            found = super().wrap_formdata(form, formdata)
            if not isinstance(found, CombinedMultiDict):
                return found
            names = {field.name for field in form if isinstance(field, FileField)}
            files = [(name, one) for name, one in request.files.items(multi=True) if name in names]
            return CombinedMultiDict([ImmutableMultiDict(files), request.form])

    idempotency_key = HiddenField(default=lambda: uuid.uuid4().hex, validators=[Optional(), Length(max=64)])

    def once(self, produce: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Run `produce` at most once for this form: a double click or a resend gets the first result."""
        pairs = [
            (name, value) for name, values in request.form.lists() if name not in NOT_CONTENT for value in values
        ]
        key = self.idempotency_key.data or uuid.uuid4().hex
        return once(key, f"{browser_id()} {request.method} {request.path}", body_digest(pairs), produce)


def browser_id() -> str:
    """Who sends this form: the account when signed in, else this browser's session."""
    return str(session.get("_user_id") or session.get("csrf_token") or "anonymous")


class LineField(StringField):
    """One line of text of at most `max_length` characters."""

    def __init__(
        self, label: object, *, required: bool = False, max_length: int = text.NAME_LENGTH, **kwargs: Any
    ) -> None:
        validators = [DataRequired() if required else Optional(), Length(max=max_length)]
        validators += kwargs.pop("validators", [])
        super().__init__(label, validators=validators, filters=[clean_line], **kwargs)  # type: ignore[arg-type]


class ParagraphsField(TextAreaField):
    """Longer text of at most `max_length` characters."""

    def __init__(self, label: object, *, required: bool = False, max_length: int = 4000, **kwargs: Any) -> None:
        validators = [DataRequired() if required else Optional(), Length(max=max_length)]
        super().__init__(label, validators=validators, filters=[clean_paragraphs], **kwargs)  # type: ignore[arg-type]


class AddressField(EmailField):
    """An e-mail address."""

    def __init__(self, label: object, *, required: bool = True, **kwargs: Any) -> None:
        validators = [DataRequired() if required else Optional(), must_be_address]
        super().__init__(label, validators=validators, filters=[clean_line], **kwargs)  # type: ignore[arg-type]


def must_be_address(_form: object, field: Field) -> None:
    """Validator: mail could be sent to it."""
    if field.data and not addresses.is_address(field.data):
        raise ValidationError(str(_l("Please give a complete e-mail address, like name@example.org.")))


def translated_line(label: object, *, required: bool = False, max_length: int = text.NAME_LENGTH) -> FormField[Any]:
    """Two line fields, French and English; `data` is `{"fr": ..., "en": ...}`."""

    class TranslatedLine(PlainForm):
        fr = LineField(_l("French"), required=required, max_length=max_length)
        en = LineField(_l("English"), max_length=max_length)

    return FormField(TranslatedLine, label)  # type: ignore[arg-type]


def translated_paragraphs(label: object, *, max_length: int = 4000) -> FormField[Any]:
    """Two longer fields, French and English; `data` is `{"fr": ..., "en": ...}`."""

    class TranslatedParagraphs(PlainForm):
        fr = ParagraphsField(_l("French"), max_length=max_length)
        en = ParagraphsField(_l("English"), max_length=max_length)

    return FormField(TranslatedParagraphs, label)  # type: ignore[arg-type]


class LocalDateTimeField(DateTimeLocalField):
    """A date and time as a clock on the wall shows it; `instant(zone)` gives the aware UTC instant."""

    def __init__(self, label: object, *, required: bool = False, **kwargs: Any) -> None:
        validators = [InputRequired() if required else Optional()]
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(label, validators=validators, format=formats, **kwargs)  # type: ignore[arg-type]

    def process_formdata(self, valuelist: list[str]) -> None:
        """As usual; years in which no event takes place are a slip, and at their ends no time zone can be applied."""
        super().process_formdata(valuelist)
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(str(_l("Please give a year between 2000 and 2100.")))

    def instant(self, zone: str) -> dt.datetime | None:
        """The instant in UTC; raises `ValidationError` for a local time that the zone skips."""
        if self.data is None:
            return None
        local = self.data.replace(tzinfo=ZoneInfo(zone))
        instant: dt.datetime = local.astimezone(dt.UTC)
        if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != self.data:
            raise ValidationError(str(_l("This time does not exist: clocks are moved forward that night.")))
        return instant
