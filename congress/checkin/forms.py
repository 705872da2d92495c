"""Forms of the doors' pages."""

from __future__ import annotations

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from congress.core.forms import LineField, SelectChoice
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm

NAME_LENGTH = 80


class CheckpointForm(StaffForm):
    """A door."""

    name = LineField(
        _l("Name of the door"),
        required=True,
        max_length=NAME_LENGTH,
        description=_l("As people know it: Main entrance, Car park, Hall B."),
    )
    rehearsal = BooleanField(
        _l("Rehearsal"),
        description=_l("Entries are tried out: they are kept apart, never count, and any day is accepted."),
    )


class DeviceForm(StaffForm):
    """A telephone or laptop at a door."""

    label = LineField(
        _l("Whose device, or which one"),
        required=True,
        max_length=NAME_LENGTH,
        description=_l("So that you recognise it later: Sam's phone, Tablet 2."),
    )
    language = RadioField(
        _l("Language of the door"),
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
        default="fr",
        validators=[InputRequired()],
    )
