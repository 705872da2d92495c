"""Inviting colleagues and giving them roles."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from congress.core.forms import AddressField, LineField
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events import words
from congress.events.enums import Role
from congress.events.forms.base import StaffForm, choices
from congress.events.permissions import can_grant

EVENT, SERIES = "event", "series"


class InviteForm(StaffForm):
    """Invite somebody to the team of an event, or of a whole series."""

    email = AddressField(_l("E-mail address"))
    role = RadioField(_l("Role"), validators=[InputRequired()], default=Role.VIEWER.value)
    scope = RadioField(_l("Where the role holds"), default=EVENT, validators=[InputRequired()])
    language = SelectField(_l("Language of the invitation"), default="fr", validators=[InputRequired()])

    def __init__(self, roles: Collection[Role], scopes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = choices(grantable(roles))
        self.language.choices = choices([("fr", "Français"), ("en", "English")])
        if len(scopes) > 1:
            self.scope.choices = choices(scopes)
        else:
            del self.scope

    @property
    def wants_series(self) -> bool:
        """Whether the role is to hold on the whole series."""
        return "scope" in self and self.scope.data == SERIES


class RoleForm(StaffForm):
    """Another role for a member."""

    role = SelectField(_l("Role"), validators=[InputRequired()])

    def __init__(self, roles: Collection[Role], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = choices(grantable(roles))


class AcceptForm(StaffForm):
    """Accept an invitation; the name is asked of people who are new here."""

    name = LineField(_l("Your name"), required=True, render_kw={"autocomplete": "name"})


def grantable(roles: Collection[Role]) -> list[tuple[str, str]]:
    """The roles that somebody with `roles` may give, with what they mean."""
    return [(role.value, str(words.ROLES[role])) for role in Role if can_grant(roles, role)]


def scopes(event: str, series: str) -> list[tuple[str, str]]:
    """The choices of where a role holds."""
    return [
        (EVENT, _("Only %(event)s", event=event)),
        (SERIES, _("All events of %(series)s, also those to come", series=series)),
    ]
