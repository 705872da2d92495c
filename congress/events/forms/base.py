"""Fields that several forms share, and a form that shows what a service refused."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wtforms import BooleanField, ColorField, Field, FormField, HiddenField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from congress.core.colours import DEFAULT, clean_colour
from congress.core.errors import DomainError
from congress.core.forms import BaseForm, LineField, SelectChoice
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.links import is_web_address
from congress.events.slugs import is_slug
from congress.extensions import db

LINK_LENGTH = 300


class StaffForm(BaseForm):
    """A form whose translated fields say which language they are in, also in the list of errors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            if isinstance(field, FormField):
                for part in field.form:
                    part.full_label = part.label.text
                    part.label.text = f"{field.label.text} – {part.full_label}"

    def attempt(self, act: Callable[[], object]) -> dict[str, Any] | None:
        """Run `act` once for this form; a refusal is undone, shown on the form, and gives None.

        The result is the dictionary that `act` returned the first time, or an empty one.
        """

        def produce() -> dict[str, Any]:
            result = act()
            return result if isinstance(result, dict) else {}

        try:
            with db.session.begin_nested():
                return self.once(produce)
        except DomainError as refusal:
            self.form_errors.append(str(refusal.sentence))
            return None


class VersionedForm(StaffForm):
    """A form that knows with which state of its row it was opened."""

    version = HiddenField()

    @property
    def opened_at(self) -> dt.datetime:
        """The `changed_at` of the row when the page was opened; the distant past when the field was tampered with."""
        try:
            opened = dt.datetime.fromisoformat(self.version.data or "")
        except ValueError:
            opened = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
        return opened if opened.tzinfo else opened.replace(tzinfo=dt.UTC)


class EmptyForm(StaffForm):
    """A form that is one button."""


class SlugField(LineField):
    """The end of a page's address; empty means: made from the name."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not is_slug(self.data):
            raise ValidationError(_("Use small letters without accents, digits and hyphens, like grand-est-2027."))


class LinkField(LineField):
    """An address on the web; `schemes` are the ones that are accepted."""

    def __init__(self, label: object, *, schemes: tuple[str, ...] = ("https", "http"), **kwargs: Any) -> None:
        super().__init__(label, max_length=kwargs.pop("max_length", LINK_LENGTH), **kwargs)
        self.schemes = schemes

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not is_web_address(self.data, self.schemes):
            raise ValidationError(_("Please give a complete address that starts with %(start)s.", start="https://"))


class CoordinateField(LineField):
    """Degrees with a point or a comma; `value` is the number."""

    value: float | None = None

    def __init__(self, label: object, *, limit: int, **kwargs: Any) -> None:
        super().__init__(label, max_length=20, **kwargs)
        self.limit = limit

    def process_data(self, value: float | None) -> None:
        """What the row holds, as it is typed."""
        self.data = None if value is None else str(value)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        self.value = None
        if not self.data:
            return
        try:
            self.value = float(str(self.data).replace(",", "."))
        except ValueError:
            self.value = math.nan
        if not abs(self.value) <= self.limit:
            self.value = None
            raise ValidationError(
                _("Please give degrees between -%(limit)s and %(limit)s, like 48.5734.", limit=self.limit)
            )


class CheckboxesField(SelectMultipleField):
    """Several of a few, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ColourFields:
    """A colour of its own, or none. Mixed into forms."""

    own_colour = BooleanField(_l("Use a colour of its own"))
    colour = ColorField(_l("Colour"), default=DEFAULT)

    @property
    def chosen_colour(self) -> str | None:
        """`#rrggbb`, or None for none of its own."""
        return clean_colour(self.colour.data) if self.own_colour.data else None

    def validate_colour(self, field: ColorField) -> None:
        """A colour is written by the browser; anything else is refused."""
        if self.own_colour.data and clean_colour(field.data) is None:
            raise ValidationError(_("Please choose a colour."))


def complain(field: Field, sentence: str) -> None:
    """Add an error to a field after its own validators have run."""
    field.errors = [*field.errors, sentence]


def colour_data(colour: str | None) -> dict[str, Any]:
    """The initial values of `ColourFields`."""
    return {"own_colour": colour is not None, "colour": colour or DEFAULT}


def choices(pairs: Iterable[tuple[Any, object]]) -> list[SelectChoice]:
    """The choices of a field from (value, label)."""
    return [SelectChoice(value, str(label)) for value, label in pairs]


def text_pair(data: Mapping[str, str | None]) -> dict[str, str]:
    """A translated text as it is stored: only the languages that were filled in."""
    return {language: text for language in ("fr", "en") if (text := data.get(language))}


def or_none(text: str | None) -> str | None:
    """Nothing is stored as nothing."""
    return text or None
