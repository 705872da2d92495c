"""What organisers do with profiles: a quota, and a list that they bring in."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm
from congress.matchmaking.forms.profiles import MOST_MEETINGS


class QuotaForm(StaffForm):
    """The most meetings of one person."""

    quota = IntegerField(_l("At most how many meetings"), validators=[Optional(), NumberRange(0, MOST_MEETINGS)])


class PeopleFileForm(StaffForm):
    """The file."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Please choose a file."))])


class PeopleImportForm(StaffForm):
    """The preview's button: which file, and what was shown of it."""

    name = HiddenField()
    digest = HiddenField()
