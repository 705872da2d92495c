"""Zones, tables in bulk, one table, and what is done with several tables."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange

from congress.core.forms import translated_line
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.forms.base import StaffForm, choices
from congress.matchmaking.models import Delegation, MeetingTable, TableZone
from congress.matchmaking.services.tables import MAX_NUMBER

NAME_LENGTH = 120
MOST_AT_ONCE = 500


class ZoneForm(StaffForm):
    """A zone."""

    name = translated_line(_l("Name"), required=True, max_length=NAME_LENGTH)


def zone_choices(zones: Iterable[TableZone]) -> list[Any]:
    """The zones of the event, or none."""
    return choices([(0, _("No zone")), *((zone.id, translated(zone.name)) for zone in zones)])


class TablesForm(StaffForm):
    """Tables in bulk."""

    count = IntegerField(
        _l("How many tables"), default=10, validators=[InputRequired(), NumberRange(min=1, max=MOST_AT_ONCE)]
    )
    first = IntegerField(_l("First number"), validators=[InputRequired(), NumberRange(min=1, max=MAX_NUMBER)])
    zone_id = SelectField(_l("Zone"), coerce=int, default=0, validators=[InputRequired()])

    def offer(self, zones: Iterable[TableZone]) -> None:
        """The zones of the event."""
        self.zone_id.choices = zone_choices(zones)


class TableForm(StaffForm):
    """One table."""

    number = IntegerField(_l("Number"), validators=[InputRequired(), NumberRange(min=1, max=MAX_NUMBER)])
    zone_id = SelectField(_l("Zone"), coerce=int, default=0, validators=[InputRequired()])
    delegation_id = SelectField(_l("Booth of a delegation"), coerce=int, default=0, validators=[InputRequired()])

    def offer(self, zones: Iterable[TableZone], delegations: Iterable[Delegation]) -> None:
        """Zones and delegations of the event."""
        self.zone_id.choices = zone_choices(zones)
        none = (0, _("No: for everybody"))
        self.delegation_id.choices = choices([none, *((one.id, one.name) for one in delegations)])


class Act(StrEnum):
    """What can be done with several tables."""

    ZONE = "zone"
    CLOSE = "close"
    REOPEN = "reopen"
    REMOVE = "remove"


ACTS: dict[Act, object] = {
    Act.ZONE: _l("Put into the zone"),
    Act.CLOSE: _l("Close"),
    Act.REOPEN: _l("Reopen"),
    Act.REMOVE: _l("Delete"),
}


class ManyTablesForm(StaffForm):
    """Several tables, and what becomes of them."""

    ids = SelectMultipleField(_l("Tables"), coerce=int, validators=[InputRequired(_l("Please choose a table."))])
    act = SelectField(_l("With the chosen tables"), default=Act.ZONE.value, validators=[InputRequired()])
    into = SelectField(_l("Zone"), coerce=int, default=0, validators=[InputRequired()])

    def offer(self, zones: Iterable[TableZone], tables: Iterable[MeetingTable]) -> None:
        """Everything of the event."""
        self.into.choices = zone_choices(zones)
        self.ids.choices = choices((table.id, str(table.number)) for table in tables)
        self.act.choices = choices((act.value, label) for act, label in ACTS.items())
