"""Forms of the agenda: a star, a sign-up, and what organisers search and add."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from congress.core.forms import BaseForm, SelectChoice
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.forms.base import StaffForm
from congress.registration.models import Registration

ON, OFF = "1", "0"


class StarForm(BaseForm):
    """The star as it is to be, not a switch: pressed twice, it is still that."""

    starred = HiddenField(validators=[InputRequired(), AnyOf([ON, OFF])])


class SignUpForm(BaseForm):
    """`despite`: the person has read what else there is at that time."""

    despite = HiddenField(validators=[Optional(), Length(max=1)])


class AddForm(StaffForm):
    """Somebody who is to be signed up by an organiser, among those who were found."""

    person = RadioField(_l("Person"), choices=[], validators=[InputRequired(_l("Please choose a person."))])
    over_capacity = BooleanField(_l("Give a place even when the session is full"))

    def offer(self, found: list[Registration]) -> None:
        """The registrations to choose from."""
        self.person.choices = [SelectChoice(one.public_id, _in_words(one)) for one in found]


def _in_words(one: Registration) -> str:
    return " – ".join(filter(None, (one.full_name, one.organisation, translated(one.category.name), one.email)))
