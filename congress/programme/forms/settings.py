"""Tracks, formats, and what holds for the whole programme."""

from __future__ import annotations

from wtforms import ColorField, IntegerField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from congress.core.colours import clean_colour
from congress.core.forms import translated_line
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import ngettext
from congress.events.forms.base import StaffForm, choices

COLOUR = "#1f5fa8"
NAME_LENGTH = 120
GRIDS = (5, 15, 30, 60)


class TrackForm(StaffForm):
    """A track."""

    name = translated_line(_l("Name"), required=True, max_length=NAME_LENGTH)
    colour = ColorField(_l("Colour"), default=COLOUR, validators=[InputRequired()])

    def validate_colour(self, field: ColorField) -> None:
        """A colour is written by the browser; anything else is refused."""
        if clean_colour(field.data) is None:
            raise ValidationError(_("Please choose a colour."))

    @property
    def chosen_colour(self) -> str:
        """`#rrggbb`."""
        return clean_colour(self.colour.data) or COLOUR


class FormatForm(StaffForm):
    """A format."""

    format_name = translated_line(_l("Name"), required=True, max_length=NAME_LENGTH)
    minutes = IntegerField(_l("Minutes"), default=30, validators=[InputRequired(), NumberRange(min=5, max=1440)])


class ProgrammeForm(StaffForm):
    """The grid of the editor, and how long people walk."""

    grid_minutes = SelectField(_l("Grid of the editor"), coerce=int, validators=[InputRequired()])
    walking_minutes = IntegerField(
        _l("Minutes for walking between two rooms"), validators=[InputRequired(), NumberRange(min=0, max=120)]
    )

    def offer(self) -> None:
        """The grids that the editor knows."""
        self.grid_minutes.choices = choices(
            (one, ngettext("%(num)s minute", "%(num)s minutes", one)) for one in GRIDS
        )
