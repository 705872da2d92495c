"""What is to become of proposals: ticked ones, the best ones, and the end of it."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired

from congress.core.forms import LineField
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm, choices, complain
from congress.programme.enums import Decision
from congress.programme.scores import MAX_POINTS

MAX_TOP = 10_000


class Rule(StrEnum):
    """Which ones are the best."""

    TOP = "top"
    LEAST = "least"


class DecideForm(StaffForm):
    """A decision for the ticked proposals (`codes`), or for the one whose own button was pressed (`only`)."""

    def wanted(self, codes: list[str], decision: str, only: str) -> tuple[list[str], Decision | None]:
        """The codes and the decision; None is none. `only` is "accept ABC234"."""
        if only:
            decision, _space, code = only.partition(" ")
            codes = [code]
        return codes, Decision(decision) if decision in set(Decision) else None


class ByScoreForm(StaffForm):
    """The best n, or all with so many points."""

    rule = RadioField(_l("Accept"), default=Rule.TOP.value, validators=[InputRequired()])
    value = LineField(_l("How many, or which score"), required=True, max_length=12)
    reject_others = BooleanField(_l("Reject all others that are not decided yet"))
    number: Fraction | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rule.choices = choices(
            [(Rule.TOP.value, _("The best, so many of them")), (Rule.LEAST.value, _("All with at least this score"))]
        )

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        self.number = _number(self.value.data or "")
        is_top, number = self.rule.data == Rule.TOP.value, self.number
        if is_top and (number is None or number > MAX_TOP or number.denominator != 1):
            complain(self.value, _("Please give a whole number."))
        elif number is None or number > (MAX_TOP if is_top else MAX_POINTS):
            complain(self.value, _("Please give a score from 0 to 10."))
        return not self.value.errors

    def arguments(self) -> dict[str, Any]:
        """What the service takes."""
        by_rule = {"top": int(self.number or 0)} if self.rule.data == Rule.TOP.value else {"least": self.number}
        return {**by_rule, "reject_others": bool(self.reject_others.data)}


class ApplyForm(StaffForm):
    """The end of it; `seen` is the fingerprint of what the page showed."""

    seen = HiddenField(validators=[DataRequired()])
    tell = BooleanField(_l("Send these mails"), default=True)


def _number(text: str) -> Fraction | None:
    plain = text.replace(",", ".").replace(" ", "")
    if not plain.replace(".", "", 1).isdigit() or not plain.isascii():
        return None
    return Fraction(plain)
