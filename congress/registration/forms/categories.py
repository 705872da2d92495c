"""The forms of categories and of shared places."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional

from congress.core.forms import LineField, translated_line, translated_paragraphs
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.forms.base import CheckboxesField, ColourFields, StaffForm, colour_data, text_pair
from congress.events.models import Event
from congress.registration.enums import Attendance
from congress.registration.errors import SharedByOne
from congress.registration.figures import CategoryUse
from congress.registration.models import Category, Quota
from congress.registration.words import ATTENDANCES

MAX_CAPACITY = 100_000
DESCRIPTION_LENGTH = 600


class CategoryForm(ColourFields, StaffForm):
    """A category with its own places."""

    name = translated_line(_l("Name"), required=True, max_length=120)
    description = translated_paragraphs(_l("Description"), max_length=DESCRIPTION_LENGTH)
    attendance = RadioField(_l("Takes part"), default=Attendance.ON_SITE.value, validators=[InputRequired()])
    is_public = BooleanField(_l("Anybody can choose it when registering"), default=True)
    capacity = IntegerField(_l("Places of its own"), validators=[Optional(), NumberRange(min=0, max=MAX_CAPACITY)])
    valid_from = DateField(_l("First day"), validators=[Optional()])
    valid_until = DateField(_l("Last day"), validators=[Optional()])

    def __init__(self, event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event = event
        self.attendance.choices = [SelectChoice(kind.value, str(ATTENDANCES[kind])) for kind in Attendance]

    def validate_valid_from(self, field: DateField) -> None:
        """A day of the event."""
        self._must_be_day(field)

    def validate_valid_until(self, field: DateField) -> None:
        """A day of the event, not before the first one."""
        self._must_be_day(field)
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("The last day cannot be before the first one."))

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "name": text_pair(self.name.data),
            "description": text_pair(self.description.data),
            "attendance": Attendance(self.attendance.data),
            "is_public": self.is_public.data,
            "colour": self.chosen_colour,
            "valid_from": self.valid_from.data,
            "valid_until": self.valid_until.data,
        }

    def _must_be_day(self, field: DateField) -> None:
        if field.data and not self.event.first_day <= field.data <= self.event.last_day:
            raise ValidationError(_("This is not a day of the event."))


class QuotaForm(StaffForm):
    """Places that categories share."""

    name = LineField(_l("Name"), required=True, max_length=120)
    capacity = IntegerField(_l("Places"), validators=[InputRequired(), NumberRange(min=0, max=MAX_CAPACITY)])
    categories = CheckboxesField(
        _l("Categories that share them"),
        coerce=int,
        choices=[],
        validators=[InputRequired(SharedByOne.sentence)],
    )

    def offer(self, uses: list[CategoryUse]) -> None:
        """Offer the categories that are not archived."""
        self.categories.choices = [
            SelectChoice(one.category.id, translated(one.category.name))
            for one in uses
            if one.category.archived_at is None
        ]


def category_data(category: Category, own: Quota | None) -> dict[str, Any]:
    """The initial values of the form."""
    return colour_data(category.colour) | {
        "name": category.name,
        "description": category.description,
        "attendance": category.attendance.value,
        "is_public": category.is_public,
        "capacity": own.capacity if own else None,
        "valid_from": category.valid_from,
        "valid_until": category.valid_until,
    }


def quota_data(quota: Quota) -> dict[str, Any]:
    """The initial values of the form."""
    return {"name": quota.name, "capacity": quota.capacity, "categories": [one.id for one in quota.categories]}
