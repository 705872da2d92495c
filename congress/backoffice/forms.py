"""What administrators type."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from congress.core.forms import AddressField, LineField
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import CheckboxesField, LinkField, StaffForm, choices
from congress.events.regions import region_names
from congress.organisations.enums import MembershipRole, OrganisationKind
from congress.organisations.models import Organisation
from congress.organisations.words import KINDS, MEMBERSHIPS


class OrganisationForm(StaffForm):
    """An organisation."""

    name = LineField(_l("Name"), required=True)
    kind = SelectField(
        _l("Kind of organisation"), default=OrganisationKind.CLUSTER.value, validators=[InputRequired()]
    )
    website = LinkField(_l("Website"))
    members_count = IntegerField(_l("Number of members"), validators=[Optional(), NumberRange(min=0, max=1_000_000)])
    regions = CheckboxesField(_l("Regions"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = choices((kind.value, label) for kind, label in KINDS.items())
        self.regions.choices = choices(region_names().items())

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "name": self.name.data,
            "kind": OrganisationKind(self.kind.data),
            "website": self.website.data or None,
            "members_count": self.members_count.data,
            "regions": list(self.regions.data or []),
        }

    @staticmethod
    def data_of(organisation: Organisation) -> dict[str, Any]:
        """The initial values."""
        names = ("name", "website", "members_count", "regions")
        return {name: getattr(organisation, name) for name in names} | {"kind": organisation.kind.value}


class MembershipForm(StaffForm):
    """Somebody who belongs to an organisation."""

    email = AddressField(_l("E-mail address"))
    role = SelectField(_l("Role"), default=MembershipRole.MANAGER.value, validators=[InputRequired()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = choices((role.value, label) for role, label in MEMBERSHIPS.items())


class AccountForm(StaffForm):
    """Somebody who can sign in."""

    email = AddressField(_l("E-mail address"))
    name = LineField(_l("Name"), required=True)
    language = SelectField(_l("Language"), default="fr", validators=[InputRequired()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.language.choices = choices([("fr", "Français"), ("en", "English")])
