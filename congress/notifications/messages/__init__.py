"""What each mail says: one builder per template of `templates/mails`."""

from congress.notifications.messages import (
    accounts,
    decisions,
    events,
    meeting_timetable,
    meetings,
    messages,
    programme_releases,
    proposals,
    registrations,
    sign_ups,
    speakers,
)

__all__ = [
    "accounts",
    "decisions",
    "events",
    "meeting_timetable",
    "meetings",
    "messages",
    "programme_releases",
    "proposals",
    "registrations",
    "sign_ups",
    "speakers",
]
