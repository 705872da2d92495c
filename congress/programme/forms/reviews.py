"""The form of a review, made from the criteria of its call; asking people to review."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from congress.accounts.models import Account
from congress.core.forms import ParagraphsField, SelectChoice
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.forms.base import CheckboxesField, StaffForm, choices, complain
from congress.programme.models import Criterion, Review
from congress.programme.scores import MAX_POINTS

MAX_PER_PROPOSAL = 20
COMMENT_LENGTH = 5000
PREFIX = "points_"


class PointsField(RadioField):
    """0 to 10 points, or none yet."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        points = [SelectChoice(one, str(one)) for one in range(MAX_POINTS + 1)]
        super().__init__(label, coerce=int, choices=points, **kwargs)

    def pre_validate(self, _form: Any) -> None:
        """No points are points that are missing; the form knows whether they have to be given."""
        if self.raw_data and self.data not in range(MAX_POINTS + 1):
            raise ValidationError(_("Please give between 0 and 10 points."))


class ReviewForm(StaffForm):
    """Points for each criterion unless one abstains, and a comment. Use `review_form`."""

    comment = ParagraphsField(_l("Comment for the organisers and the other reviewers"), max_length=COMMENT_LENGTH)
    abstained = BooleanField(
        _l("I abstain"),
        description=_l("For example because of a conflict of interest. The review then does not count."),
    )

    def points(self) -> dict[int, int]:
        """The points by the id of their criterion."""
        fields = {int(field.short_name.removeprefix(PREFIX)): field for field in self.point_fields()}
        return {key: field.data for key, field in fields.items() if field.data is not None}

    def point_fields(self) -> list[PointsField]:
        """The fields of the criteria in their order."""
        return [field for field in self if isinstance(field, PointsField)]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.abstained.data:
            return bool(valid)
        missing = [field for field in self.point_fields() if field.data is None and not field.errors]
        for field in missing:
            complain(field, _("Please give between 0 and 10 points, or abstain."))
        return bool(valid) and not missing


def review_form(criteria: Sequence[Criterion], review: Review | None) -> ReviewForm:
    """A form with a field for each criterion, filled with what was written."""
    fields = {f"{PREFIX}{one.id}": PointsField(translated(one.name)) for one in criteria}
    data: dict[str, Any] = {}
    if review is not None:
        data = {"comment": review.comment, "abstained": review.abstained}
        data |= {f"{PREFIX}{one.criterion_id}": one.points for one in review.scores}
    made: ReviewForm = type("ReviewFormOfCall", (ReviewForm,), fields)(data=data)
    return made


class AssignForm(StaffForm):
    """Who is asked to review one proposal."""

    reviewers = CheckboxesField(_l("Reviewers"), coerce=int)

    def __init__(self, reviewers: Sequence[Account], own: Collection[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reviewers.choices = choices((one.id, one.name or one.email) for one in reviewers if one.id not in own)


class DistributeForm(StaffForm):
    """How many are asked for each proposal, and who can be."""

    per_proposal = IntegerField(
        _l("Reviewers for each proposal"), default=3, validators=[InputRequired(), NumberRange(1, MAX_PER_PROPOSAL)]
    )
    reviewers = CheckboxesField(
        _l("Among"), coerce=int, validators=[InputRequired(_l("Please choose at least one reviewer."))]
    )

    def __init__(self, reviewers: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reviewers.choices = choices((one.id, one.name or one.email) for one in reviewers)
