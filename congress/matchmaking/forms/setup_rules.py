"""The matrix of who may ask whom, quotas of types, and interpreters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm, choices
from congress.matchmaking import words
from congress.matchmaking.enums import OrganisationType
from congress.matchmaking.models import ContactRule, TypeQuota
from congress.matchmaking.services.rules import PAIRS, Pair
from congress.programme.words import LANGUAGES

MOST_MEETINGS = 500


def key_of(pair: Pair) -> str:
    """How a pair is written in a form."""
    return f"{pair[0].value}:{pair[1].value}"


class MatrixForm(StaffForm):
    """Which pairs may meet, and which may write to each other; what is not ticked is forbidden."""

    meet = SelectMultipleField(_l("May meet"))
    chat = SelectMultipleField(_l("May write"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        keys = [(key_of(pair), key_of(pair)) for pair in PAIRS]
        self.meet.choices, self.chat.choices = choices(keys), choices(keys)

    @staticmethod
    def data_of(rules: Iterable[ContactRule]) -> dict[str, Any]:
        """The initial values: everything but what a rule forbids."""
        found = {(one.from_type, one.to_type): one for one in rules}
        return {
            "meet": [key_of(pair) for pair in PAIRS if pair not in found or found[pair].may_meet],
            "chat": [key_of(pair) for pair in PAIRS if pair not in found or found[pair].may_chat],
        }

    def pairs(self, name: str) -> set[Pair]:
        """What was ticked in one of the two fields."""
        ticked = set(self[name].data or ())
        return {pair for pair in PAIRS if key_of(pair) in ticked}


def _most(kind: OrganisationType) -> IntegerField:
    return IntegerField(words.TYPES[kind], validators=[Optional(), NumberRange(min=1, max=MOST_MEETINGS)])  # type: ignore[arg-type]


class QuotasForm(StaffForm):
    """The most meetings per person of each type; empty for no bound of its own."""

    industry = _most(OrganisationType.INDUSTRY)
    biotech = _most(OrganisationType.BIOTECH)
    tech_provider = _most(OrganisationType.TECH_PROVIDER)
    academic = _most(OrganisationType.ACADEMIC)
    cluster = _most(OrganisationType.CLUSTER)
    public = _most(OrganisationType.PUBLIC)
    investor = _most(OrganisationType.INVESTOR)

    @property
    def quotas(self) -> dict[OrganisationType, int]:
        """What was typed."""
        return {one: int(self[one.value].data) for one in OrganisationType if self[one.value].data}

    @staticmethod
    def data_of(quotas: Iterable[TypeQuota]) -> dict[str, Any]:
        """The initial values."""
        return {one.type.value: one.max_meetings for one in quotas}


class InterpretersForm(StaffForm):
    """Interpreters between two languages."""

    one = SelectField(_l("Between"), default="fr", validators=[InputRequired()])
    other = SelectField(_l("and"), default="en", validators=[InputRequired()])
    number = IntegerField(
        _l("Interpreters at the same time"), default=1, validators=[InputRequired(), NumberRange(min=0, max=500)]
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.one.choices = choices(LANGUAGES.items())
        self.other.choices = choices(LANGUAGES.items())

    def validate_other(self, field: SelectField) -> None:
        """Between a language and itself nobody interprets."""
        if field.data == self.one.data:
            raise ValidationError(_("Please choose two different languages."))

    @property
    def languages(self) -> set[str]:
        """The two."""
        return {str(self.one.data), str(self.other.data)}
