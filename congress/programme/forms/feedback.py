"""What people say of a session."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired

from congress.core.forms import BaseForm, ParagraphsField, SelectChoice
from congress.core.languages import lazy_gettext as _l
from congress.programme.words import RATINGS

COMMENT_LENGTH = 1000


class FeedbackForm(BaseForm):
    """A rating, and words for those who want."""

    rating = RadioField(
        _l("How did you like it?"), coerce=int, validators=[InputRequired(_l("Please choose a rating."))]
    )
    comment = ParagraphsField(
        _l("Comment"), max_length=COMMENT_LENGTH, description=_l("The organisers read it. Please name nobody.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rating.choices = [SelectChoice(value, str(label)) for value, label in RATINGS.items()]
