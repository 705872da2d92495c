"""What reviewers give points for."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from congress.core.forms import translated_line
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm, text_pair

HELP_LENGTH = 500
MAX_WEIGHT = 100
MAX_SEEN = 10_000_000


class CriterionForm(StaffForm):
    """A criterion."""

    name = translated_line(_l("Name"), required=True, max_length=120)
    help = translated_line(_l("What reviewers look at"), max_length=HELP_LENGTH)
    weight = IntegerField(
        _l("Weight"),
        default=1,
        validators=[InputRequired(), NumberRange(1, MAX_WEIGHT)],
        description=_l("From 1 to 100. A criterion with weight 2 counts twice as much as one with weight 1."),
    )

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "name": text_pair(self.name.data),
            "help": text_pair(self.help.data),
            "weight": self.weight.data,
        }


class RemoveCriterionForm(StaffForm):
    """Deleting one; `seen` is the number of reviews that the page said would lose points."""

    seen = IntegerField(default=0, validators=[Optional(), NumberRange(0, MAX_SEEN)], widget=HiddenInput())
