"""Writes of the agenda, one verb per intention. Locks: event, registrations, sessions, calendars; each by id."""

from congress.agenda.services.exporting import export
from congress.agenda.services.following import capacity_changed, drop_what_is_closed_to, end_all_of, follow_release
from congress.agenda.services.sign_ups import add, leave, promote, remove, sign_up
from congress.agenda.services.stars import set_star

__all__ = [
    "add",
    "capacity_changed",
    "drop_what_is_closed_to",
    "end_all_of",
    "export",
    "follow_release",
    "leave",
    "promote",
    "remove",
    "set_star",
    "sign_up",
]
