"""Founding a delegation and looking after it."""

from __future__ import annotations

from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from congress.core.forms import LineField
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm


class DelegationForm(StaffForm):
    """What it is called, and whether two colleagues may meet the same partner."""

    name = LineField(_l("Name of the delegation"), required=True, description=_l("Most often your organisation."))
    only_one = BooleanField(
        _l("Only one of us meets the same partner"),
        default=True,
        description=_l(
            "A colleague’s meeting with somebody then rules out another one of yours with the same person."
        ),
    )


class ColleagueForm(StaffForm):
    """One colleague of several."""

    person = SelectField(_l("Colleague"), choices=[], validators=[InputRequired(_l("Please choose a person."))])
