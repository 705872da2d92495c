"""What states, kinds and acts of registrations are called on a page, and the pill of each state."""

from __future__ import annotations

from typing import Any

from congress.core.languages import lazy_gettext as _l
from congress.registration.enums import (
    Attendance,
    ConsentKind,
    RegistrationSource,
    RegistrationStatus,
    TicketState,
)

STATUSES: dict[Any, object] = {
    RegistrationStatus.CONFIRMED: _l("Confirmed"),
    RegistrationStatus.PENDING: _l("Pending"),
    RegistrationStatus.CANCELLED: _l("Cancelled"),
}
STATUS_MARKS: dict[Any, str] = {
    RegistrationStatus.CONFIRMED: "success",
    RegistrationStatus.PENDING: "warning",
    RegistrationStatus.CANCELLED: "neutral",
}
"""The kind of pill (see templates/components/badges.html)."""

ATTENDANCES: dict[Any, object] = {Attendance.ON_SITE: _l("On site"), Attendance.ONLINE: _l("Online")}
ATTENDANCE_ICONS: dict[Any, str] = {Attendance.ON_SITE: "geo-alt", Attendance.ONLINE: "camera-video"}
SOURCES: dict[Any, object] = {
    RegistrationSource.ONLINE: _l("By themselves, online"),
    RegistrationSource.ORGANISER: _l("By the team"),
    RegistrationSource.DEMO: _l("Demonstration data"),
}
TICKETS: dict[Any, object] = {
    TicketState.VALID: _l("Valid"),
    TicketState.CANCELLED: _l("Cancelled"),
    TicketState.REPLACED: _l("Replaced"),
}
TICKET_MARKS: dict[Any, str] = {
    TicketState.VALID: "success",
    TicketState.CANCELLED: "neutral",
    TicketState.REPLACED: "neutral",
}
CONSENTS: dict[Any, object] = {
    ConsentKind.PRIVACY_NOTICE: _l("Privacy notice"),
    ConsentKind.PARTICIPANT_LIST: _l("List of participants"),
    ConsentKind.PHOTO: _l("Photos and videos"),
}
LANGUAGES: dict[str, str] = {"fr": "Français", "en": "English"}

ACTIONS: dict[str, object] = {
    "badges.requested": _l("Badge printed"),
    "registration.confirmed": _l("Registered"),
    "registration.corrected": _l("Data corrected"),
    "registration.category_changed": _l("Moved to another category"),
    "registration.cancelled": _l("Cancelled"),
    "registration.restored": _l("Restored"),
    "registration.ticket_replaced": _l("Ticket replaced"),
    "registration.confirmation_requested": _l("Confirmation sent again"),
    "registration.noted": _l("Note changed"),
    "sign_up.confirmed": _l("Signed up for a session"),
    "sign_up.left": _l("Sign-up for a session ended"),
    "sign_up.promoted": _l("Got a place in a session after waiting"),
    "sign_up.waiting": _l("Waits for a place in a session"),
    "registration.consent_given": _l("Consent given"),
    "registration.consent_withdrawn": _l("Consent withdrawn"),
}
FIELDS: dict[str, object] = {
    "given_name": _l("First name"),
    "family_name": _l("Last name"),
    "email": _l("E-mail address"),
    "organisation": _l("Organisation"),
    "job_title": _l("Job title"),
    "language": _l("Language of the mails"),
}
ACTORS: dict[str, object] = {
    "account": _l("A deleted account"),
    "link": _l("The registered person, by link"),
    "visitor": _l("The registered person"),
    "device": _l("A door device"),
    "system": _l("The platform"),
}
MAILS: dict[str, object] = {
    "registration_confirmation": _l("Confirmation"),
    "registration_changed": _l("Change of data"),
    "address_changed": _l("Notice to the old address"),
    "registration_cancelled": _l("Cancellation"),
    "event_rescheduled": _l("New time or place"),
    "event_cancelled": _l("Event cancelled"),
}
