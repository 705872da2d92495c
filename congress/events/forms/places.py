"""Hosts, rooms, colour and logo."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from congress.core.forms import LineField, SelectChoice, translated_line
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events import words
from congress.events.enums import HostRole
from congress.events.errors import PictureRefused
from congress.events.forms.base import ColourFields, LinkField, StaffForm, choices, complain, text_pair
from congress.events.logos import MAX_BYTES, Logo, redraw
from congress.organisations.enums import OrganisationKind
from congress.organisations.models import Organisation
from congress.organisations.words import KINDS

MAX_CAPACITY = 100_000


class HostForm(StaffForm):
    """Add an organisation: one that is known, or a new one."""

    organisation = SelectField(_l("Organisation"), coerce=int, default=0)
    new_name = LineField(_l("Name of the new organisation"))
    new_kind = SelectField(_l("Kind of organisation"), default=OrganisationKind.COMPANY.value)
    new_website = LinkField(_l("Website"))
    role = RadioField(_l("Role"), default=HostRole.CO_ORGANISER.value, validators=[InputRequired()])

    def __init__(self, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        known = [(one.id, one.name) for one in organisations]
        self.organisation.choices = choices([(0, _("A new organisation")), *known])
        self.new_kind.choices = choices((kind.value, label) for kind, label in KINDS.items())
        self.role.choices = host_roles()

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not self.organisation.data and not self.new_name.data:
            complain(self.new_name, _("Choose an organisation above, or give the name of a new one."))
            return False
        return bool(valid)


class HostRoleForm(StaffForm):
    """Another role for a host."""

    role = SelectField(_l("Role"), validators=[InputRequired()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = host_roles()


class RoomForm(StaffForm):
    """A room."""

    name = translated_line(_l("Name"), required=True, max_length=120)
    capacity = IntegerField(_l("Places"), validators=[Optional(), NumberRange(min=0, max=MAX_CAPACITY)])

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {"name": text_pair(self.name.data), "capacity": self.capacity.data}


class ColourForm(ColourFields, StaffForm):
    """An event's own colour."""


class LogoForm(StaffForm):
    """A logo. A valid form has `logo`, drawn anew."""

    picture = FileField(_l("Picture"), validators=[FileRequired(_l("Please choose a file."))])
    logo: Logo | None = None

    def validate_picture(self, field: FileField) -> None:
        """Read no more than we would keep, and decode only what the header promises to be harmless."""
        if not field.data:
            return
        try:
            self.logo = redraw(field.data.stream.read(MAX_BYTES + 1))
        except PictureRefused as refusal:
            raise ValidationError(str(refusal.sentence)) from refusal


def host_roles() -> list[SelectChoice]:
    """The choices of a role."""
    return choices((role.value, words.HOST_ROLES[role]) for role in HostRole)
