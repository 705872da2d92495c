"""The history in words: what each act and each field is called, and how a value reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.core.templating import datetime_short
from congress.events import words as events
from congress.events.regions import region_names
from congress.programme import call_words
from congress.programme import words as programme
from congress.registration import words as registrations

ACTIONS: dict[str, object] = {
    "account.administrator_changed": _l("Changed who is an administrator"),
    "account.created": _l("Created an account"),
    "account.disabled": _l("Disabled an account"),
    "account.enabled": _l("Let an account in again"),
    "account.erased": _l("Erased an account"),
    "account.password_removed": _l("Removed the password"),
    "account.password_set": _l("Set a password"),
    "account.session_ended": _l("Signed out a browser"),
    "account.sessions_ended": _l("Signed out everywhere else"),
    "account.signed_in": _l("Signed in"),
    "account.updated": _l("Changed the own profile"),
    "attendance.exported": _l("Exported who came"),
    "badges.discarded": _l("Discarded printed badges"),
    "badges.requested": _l("Printed badges"),
    "category.archived": _l("Archived a category"),
    "category.changed": _l("Changed a category"),
    "category.created": _l("Added a category"),
    "category.removed": _l("Deleted a category"),
    "category.reordered": _l("Put the categories in another order"),
    "category.restored": _l("Offered an archived category again"),
    "consent_text.published": _l("Published a text that people consent to"),
    "criterion.added": _l("Added a criterion"),
    "criterion.changed": _l("Changed a criterion"),
    "criterion.removed": _l("Deleted a criterion"),
    "criterion.reordered": _l("Put the criteria in another order"),
    "decision.applied": _l("Applied decisions on proposals"),
    "decision.noted": _l("Noted decisions on proposals"),
    "decision.taken_back": _l("Took an acceptance back"),
    "demo.seeded": _l("Invented the demonstration data"),
    "device.added": _l("Gave a door device access"),
    "device.revoked": _l("Withdrew the access of a door device"),
    "event.cancelled": _l("Cancelled the event"),
    "event.created": _l("Created the event"),
    "event.logo_changed": _l("Put a new logo in place"),
    "event.logo_removed": _l("Removed the logo"),
    "event.published": _l("Published the event"),
    "event.restored": _l("Restored the event"),
    "event.unpublished": _l("Made the event a draft again"),
    "event.updated": _l("Changed the settings"),
    "host.added": _l("Added a host"),
    "host.changed": _l("Changed the role of a host"),
    "host.removed": _l("Removed a host"),
    "host.reordered": _l("Put the hosts in another order"),
    "job.retried": _l("Had failed work tried again"),
    "laureates.exported": _l("Exported laureates"),
    "laureates.published": _l("Published the laureates"),
    "laureates.unpublished": _l("Took the page of the laureates back"),
    "mail.resent": _l("Sent a mail again"),
    "member.invitation_withdrawn": _l("Withdrew an invitation"),
    "member.invited": _l("Invited somebody to the team"),
    "member.joined": _l("Joined the team"),
    "member.removed": _l("Removed somebody from the team"),
    "member.role_changed": _l("Changed a role in the team"),
    "membership.added": _l("Added a member to an organisation"),
    "membership.removed": _l("Removed a member from an organisation"),
    "organisation.created": _l("Added an organisation"),
    "organisation.updated": _l("Changed an organisation"),
    "person.erased": _l("Erased a person"),
    "person.exported": _l("Exported the data of a person"),
    "programme.exported": _l("Took out the programme as a table"),
    "programme.imported": _l("Imported a schedule into the draft"),
    "programme.grid_changed": _l("Changed the step of the grid of the schedule"),
    "programme.pdf_requested": _l("Had the programme drawn as PDF"),
    "programme.released": _l("Released the programme"),
    "programme.reset": _l("Put the draft of the programme back to a release"),
    "registration.calendar_link_renewed": _l("Renewed the address of a personal calendar"),
    "registration.erased": _l("Erased a registration"),
    "quota.changed": _l("Changed a number of places"),
    "quota.created": _l("Set a number of places"),
    "quota.removed": _l("Removed a number of places"),
    "registration.category_changed": _l("Moved a registration to another category"),
    "registration.confirmation_requested": _l("Sent the confirmation again"),
    "registration.confirmed": _l("Registered"),
    "registration.consent_given": _l("Gave a consent"),
    "registration.consent_withdrawn": _l("Withdrew a consent"),
    "registration.corrected": _l("Corrected a registration"),
    "registration.cancelled": _l("Cancelled a registration"),
    "registration.restored": _l("Restored a registration"),
    "registration.noted": _l("Changed the note on a registration"),
    "registration.ticket_replaced": _l("Replaced a ticket"),
    "registration.exported": _l("Exported the registrations"),
    "review.assigned": _l("Asked people to review a proposal"),
    "review.changed": _l("Changed a review"),
    "review.distributed": _l("Distributed proposals to reviewers"),
    "review.written": _l("Reviewed a proposal"),
    "room.added": _l("Added a room"),
    "room.changed": _l("Changed a room"),
    "room.hours_changed": _l("Changed the opening hours of a room"),
    "room.removed": _l("Removed a room"),
    "room.reordered": _l("Put the rooms in another order"),
    "slot.added": _l("Put something into the schedule"),
    "slot.moved": _l("Moved something in the schedule"),
    "slot.removed": _l("Took something out of the schedule"),
    "programme.settings_changed": _l("Changed the settings of the programme"),
    "session.created": _l("Added a session"),
    "session.changed": _l("Changed a session"),
    "session.state_changed": _l("Changed the state of a session"),
    "session.removed": _l("Deleted a session"),
    "session.speaker_added": _l("Added a speaker to a session"),
    "session.speaker_removed": _l("Took a speaker out of a session"),
    "session.speakers_reordered": _l("Put the speakers of a session in another order"),
    "session.material_added": _l("Added material to a session"),
    "session.material_removed": _l("Removed material of a session"),
    "session.material_reordered": _l("Put the material of a session in another order"),
    "session_format.added": _l("Added a format"),
    "session_format.changed": _l("Changed a format"),
    "session_format.removed": _l("Removed a format"),
    "session_format.reordered": _l("Put the formats in another order"),
    "speaker.created": _l("Added a speaker"),
    "speaker.changed": _l("Changed a speaker"),
    "speaker.removed": _l("Deleted a speaker"),
    "speaker.erased": _l("Erased a speaker"),
    "speaker.photo_changed": _l("Changed the photo of a speaker"),
    "speaker.photo_removed": _l("Removed the photo of a speaker"),
    "speaker.availability_changed": _l("Changed the times of a speaker"),
    "speaker.link_sent": _l("Sent a speaker the own link"),
    "speaker.link_renewed": _l("Renewed the link of a speaker"),
    "track.added": _l("Added a track"),
    "track.changed": _l("Changed a track"),
    "track.removed": _l("Removed a track"),
    "track.reordered": _l("Put the tracks in another order"),
    "sign_up.confirmed": _l("Signed up for a session"),
    "sign_up.exported": _l("Exported the sign-ups for a session"),
    "sign_up.left": _l("Ended a sign-up for a session"),
    "sign_up.promoted": _l("Gave somebody who waited a place in a session"),
    "sign_up.waiting": _l("Joined the waiting list of a session"),
    "series.created": _l("Created the series"),
    "series.hidden": _l("Hid the series"),
    "series.published": _l("Made the series public"),
    "series.reordered": _l("Put the events in another order"),
    "series.updated": _l("Changed the series"),
}

SUBJECTS: dict[str, object] = {
    "event": _l("Event"),
    "registration": _l("Registrations"),
    "category": _l("Categories"),
    "quota": _l("Places"),
    "sign_up": _l("Sign-ups for sessions"),
    "member": _l("Team"),
    "host": _l("Hosts"),
    "room": _l("Rooms"),
    "session": _l("Sessions"),
    "speaker": _l("Speakers"),
    "badges": _l("Badges"),
    "checkpoint": _l("Doors"),
    "device": _l("Door devices"),
    "mail": _l("Mails"),
    "person": _l("Personal data"),
}
"""What the history can be narrowed to: the part of an action before the point."""

FIELDS: dict[str, object] = {
    **registrations.FIELDS,
    "abstained": _l("Abstained"),
    "accepted": _l("Accepted"),
    "attendance": _l("Takes part"),
    "badges": _l("Badges"),
    "by": _l("Because of"),
    "capacity": _l("Places"),
    "category_id": _l("Category"),
    "colour": _l("Colour"),
    "contact_email": _l("Contact address"),
    "count": _l("Number"),
    "decision": _l("Decision"),
    "description": _l("Description"),
    "ends_at": _l("Ends"),
    "format": _l("How people take part"),
    "height": _l("Height"),
    "is_public": _l("Anybody can choose it when registering"),
    "is_administrator": _l("Administrator"),
    "join_url": _l("Link to join online"),
    "kind": _l("Kind"),
    "language": _l("Language"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "members_count": _l("Number of members"),
    "model": _l("Copied from"),
    "name": _l("Name"),
    "per_proposal": _l("Reviewers for each proposal"),
    "points": _l("Reviews with points"),
    "number": _l("Number"),
    "regions": _l("Regions"),
    "proposal": _l("Proposal"),
    "rejected": _l("Rejected"),
    "rows": _l("Rows"),
    "source": _l("Origin"),
    "version": _l("Version"),
    "registration_closes_at": _l("Registration closes"),
    "registration_opens_at": _l("Registration opens"),
    "reference": _l("Reference"),
    "retention_days": _l("Days that personal data are kept"),
    "role": _l("Role"),
    "show_remaining": _l("Show how many places are left"),
    "session": _l("Session"),
    "slug": _l("Address of the page"),
    "starts_at": _l("Starts"),
    "status": _l("State"),
    "summary": _l("In one sentence"),
    "told": _l("People told"),
    "valid_from": _l("First day"),
    "valid_until": _l("Last day"),
    "venue_access": _l("How to get there"),
    "venue_address": _l("Street and number"),
    "venue_city": _l("Town"),
    "venue_name": _l("Venue"),
    "venue_postcode": _l("Postcode"),
    "website": _l("Website"),
    "weight": _l("Weight"),
    "width": _l("Width"),
    "title": _l("Title"),
    "subtitle": _l("Subtitle"),
    "abstract": _l("Abstract"),
    "format_id": _l("Format"),
    "track_id": _l("Track"),
    "level": _l("Level"),
    "participation": _l("Takes part"),
    "is_recorded": _l("Is recorded"),
    "needs_sign_up": _l("Needs a sign-up"),
    "sign_up_capacity": _l("Places"),
    "state": _l("State"),
    "note": _l("Internal note"),
    "minutes": _l("Minutes"),
    "grid_minutes": _l("Grid of the editor"),
    "walking_minutes": _l("Minutes for walking between two rooms"),
    "biography": _l("Biography"),
    "changed": _l("Changed"),
    "speaker_id": _l("Speaker"),
    "zone": _l("Time zone"),
}

_ENUMS: dict[str, dict[Any, object]] = {
    "attendance": registrations.ATTENDANCES,
    "format": dict(events.FORMATS.items()),
    "role": dict(events.ROLES),
    "host.role": dict(events.HOST_ROLES),
    "status": dict(events.STATUSES),
    "state": programme.STATES,
    "decision": call_words.DECISIONS,
    "level": programme.LEVELS,
    "participation": programme.PARTICIPATIONS,
    "session.language": dict(programme.LANGUAGES),
    "registration.status": registrations.STATUSES,
}
_INSTANTS = frozenset({"starts_at", "ends_at", "registration_opens_at", "registration_closes_at"})


def action_in_words(action: str) -> str:
    """What was done; the technical name for an act that nobody has put into words."""
    return str(ACTIONS.get(action, action))


def field_in_words(field: str) -> str:
    """What a field is called."""
    return str(FIELDS.get(field, field.replace("_", " ")))


def value_in_words(field: str, value: Any, zone: str, subject: str = "") -> str:
    """A value of a field as people read it; instants as a clock in `zone` shows them.

    `subject` (the part of an action before its point) tells the role of a host from that of a colleague.
    """
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return str(_l("yes") if value else _l("no"))
    if isinstance(value, dict):
        return translated({str(key): str(text) for key, text in value.items()})
    if field == "changed" and isinstance(value, list):
        return ", ".join(map(field_in_words, value))
    if isinstance(value, list):
        return ", ".join(region_names().get(str(one), str(one)) for one in value)
    if field in _INSTANTS:
        return datetime_short(dt.datetime.fromisoformat(str(value)), zone)
    known = _ENUMS.get(f"{subject}.{field}") or _ENUMS.get(field, {})
    return str(known.get(str(value), value))
