"""What somebody notes about another person."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import AnyOf

from congress.core.forms import BaseForm
from congress.matchmaking.enums import Mark

NOTHING = ""


class MarkForm(BaseForm):
    """The mark as it is to be, not a switch: pressed twice, it is still that."""

    mark = HiddenField(default=NOTHING, validators=[AnyOf([NOTHING, *(one.value for one in Mark)])])
