"""What kinds, formats, states and roles are called on a page."""

from __future__ import annotations

from typing import Any

from congress.core.languages import lazy_gettext as _l
from congress.events.enums import EventFormat, EventStatus, HostRole, Role, SeriesKind

KINDS: dict[Any, object] = {SeriesKind.CONGRESS: _l("Congress"), SeriesKind.TOUR: _l("Tour")}
FORMATS: dict[Any, object] = {
    EventFormat.ON_SITE: _l("On site"),
    EventFormat.ONLINE: _l("Online"),
    EventFormat.HYBRID: _l("On site and online"),
}
STATUSES: dict[Any, object] = {
    EventStatus.DRAFT: _l("Draft"),
    EventStatus.PUBLISHED: _l("Published"),
    EventStatus.CANCELLED: _l("Called off"),
}
STATUS_MARKS = {
    EventStatus.DRAFT: "neutral",
    EventStatus.PUBLISHED: "success",
    EventStatus.CANCELLED: "danger",
}
"""The kind of pill (see templates/components/badges.html)."""

HOST_ROLES: dict[Any, object] = {
    HostRole.OWNER: _l("Main organiser"),
    HostRole.CO_ORGANISER: _l("Co-organiser"),
    HostRole.PARTNER: _l("Partner"),
}
ROLES: dict[Any, object] = {
    Role.OWNER: _l("Owner"),
    Role.ORGANISER: _l("Organiser"),
    Role.PROGRAMME: _l("Programme"),
    Role.REVIEWER: _l("Reviewer"),
    Role.MATCHMAKING: _l("Meetings"),
    Role.REGISTRATION: _l("Registration office"),
    Role.DOOR: _l("Door team"),
    Role.EXHIBITOR: _l("Exhibitor"),
    Role.VIEWER: _l("Reader"),
}
ROLE_HELP: dict[Any, object] = {
    Role.OWNER: _l("May do everything, and decides who else is an owner."),
    Role.ORGANISER: _l("May do everything except name or remove owners."),
    Role.PROGRAMME: _l("Makes the programme: calls, sessions, speakers, schedule, releases."),
    Role.REVIEWER: _l("Reviews the proposals of calls, and sees nothing else of the organisation."),
    Role.MATCHMAKING: _l("Sets up and runs the meetings between participants: profiles, timetable, desk."),
    Role.REGISTRATION: _l("Sees and changes registrations, exports them, prints badges."),
    Role.DOOR: _l("Makes and withdraws the access of door devices, sees how many are inside."),
    Role.EXHIBITOR: _l("Takes part as an exhibitor and sees nothing of the organisation."),
    Role.VIEWER: _l("Sees the event and its figures, changes nothing."),
}
