"""The history in words: what each act and each field is called, and how a value reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from congress.agenda import words as agenda
from congress.backoffice.acts import ACTIONS
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.core.templating import datetime_short
from congress.events import words as events
from congress.events.regions import region_names
from congress.matchmaking import words as matchmaking
from congress.programme import call_words
from congress.programme import words as programme
from congress.registration import words as registrations

__all__ = ["ACTIONS", "FIELDS", "SUBJECTS", "action_in_words", "field_in_words", "value_in_words"]

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
    "call": _l("Calls"),
    "proposal": _l("Proposals"),
    "profile": _l("Profiles for meetings"),
    "opportunity": _l("Needs and offers"),
    "meeting": _l("Meetings"),
    "timetable": _l("Timetable"),
    "matchmaking": _l("Settings of matchmaking"),
    "meeting_session": _l("Meeting sessions"),
    "meeting_table": _l("Tables"),
    "table_zone": _l("Zones"),
    "tag": _l("Taxonomy"),
    "contact_rules": _l("Who may meet whom"),
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
    "movable": _l("Published meetings that may move"),
    "name": _l("Name"),
    "per_proposal": _l("Reviewers for each proposal"),
    "points": _l("Reviews with points"),
    "number": _l("Number"),
    "publication": _l("Publication"),
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
    "seconds": _l("Seconds"),
    "session": _l("Session"),
    "slug": _l("Address of the page"),
    "starts_at": _l("Starts"),
    "status": _l("State"),
    "summary": _l("In one sentence"),
    "told": _l("People told"),
    "unplaced": _l("Not placed"),
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
    "opens_at": _l("Opens"),
    "closes_at": _l("Deadline"),
    "reviews_close_at": _l("Reviews close"),
    "max_people": _l("People per proposal at most"),
    "is_blind": _l("Blind: reviewers see no names"),
    "only_assigned": _l("Reviewers see only what is assigned to them"),
    "text": _l("Text"),
    "label": _l("Question"),
    "is_required": _l("An answer is required"),
    "booking_opens_at": _l("Requests from"),
    "booking_closes_at": _l("Requests until"),
    "request_mode": _l("How a request is agreed"),
    "scheduling_mode": _l("Who finds the time"),
    "pending_cap": _l("Open requests per person"),
    "expiry_hours": _l("Hours to answer a request"),
    "cutoff_minutes": _l("Minutes before a meeting until which it can be moved"),
    "max_meetings": _l("Meetings per person at most"),
    "introduction": _l("Introduction"),
    "slot_minutes": _l("Minutes per meeting"),
    "gap_minutes": _l("Minutes between two meetings"),
    "slot_count": _l("Number of slots"),
    "modality": _l("How people meet"),
    "zone_id": _l("Zone"),
    "delegation_id": _l("Booth of a delegation"),
    "parent": _l("Stands below"),
    "synonyms": _l("Synonyms"),
    "without_meeting": _l("Pairs that may not meet"),
    "without_chat": _l("Pairs that may not write"),
    "languages": _l("Languages"),
    "parts": _l("What to take over"),
    **{str(one): label for one, label in matchmaking.TYPES.items()},
}

_ENUMS: dict[str, dict[Any, object]] = {
    "call.kind": dict(call_words.CALL_KINDS | call_words.QUESTION_KINDS),
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
    "publication": matchmaking.PUBLICATIONS,
    "registration.status": registrations.STATUSES,
    "sign_up.by": agenda.LEFT_BY,
    "request_mode": matchmaking.REQUEST_MODES,
    "scheduling_mode": matchmaking.SCHEDULING_MODES,
    "modality": matchmaking.MODALITIES_IN_SHORT,
}
_INSTANTS = frozenset(
    {
        "booking_closes_at",
        "booking_opens_at",
        "closes_at",
        "ends_at",
        "opens_at",
        "registration_closes_at",
        "registration_opens_at",
        "reviews_close_at",
        "starts_at",
    }
)


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
