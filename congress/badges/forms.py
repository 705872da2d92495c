"""What to print, and how."""

from __future__ import annotations

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from congress.badges.enums import BadgeFormat
from congress.core.forms import BaseForm, SelectChoice
from congress.core.languages import lazy_gettext as _l

EVERYBODY, NOT_PRINTED = "all", "new"


class PrintForm(BaseForm):
    """A print run; the categories are filled in by the view."""

    layout = RadioField(
        _l("Paper"),
        choices=[
            SelectChoice(BadgeFormat.A6.value, _l("A6, one badge a page (for badge printers and holders)")),
            SelectChoice(BadgeFormat.A4_SHEET.value, _l("A4 sheets, ten badges with cut marks")),
        ],
        default=BadgeFormat.A6.value,
        validators=[InputRequired()],
    )
    people = SelectField(_l("Who"), validators=[InputRequired()], default=EVERYBODY)
