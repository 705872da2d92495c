"""Withdrawing the link of a personal calendar."""

from __future__ import annotations

from congress.audit.services import record
from congress.core.tokens import new_link
from congress.extensions import db
from congress.registration.links import CALENDAR
from congress.registration.models import RegistrationGroup
from congress.registration.services.calendars import calendars_changed


def renew_calendar_link(group: RegistrationGroup) -> None:
    """Make a new link: from now on the old one shows nothing, in no calendar that has it."""
    group.calendar_salt, group.calendar_hash = new_link(CALENDAR)
    db.session.flush()
    calendars_changed([group.id])
    record("registration.calendar_link_renewed", "registration_group", group.id)
