"""The side navigation of staff pages: one table. An entry is shown to those who may open it, once its page exists."""

from __future__ import annotations

from dataclasses import dataclass

from congress.core.languages import lazy_gettext as _l
from congress.events.permissions import Capability


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its endpoint, what it is called, its icon, and what one must be allowed to do to open it."""

    endpoint: str
    label: object
    icon: str
    capability: Capability | None = None


Groups = tuple[tuple[object, tuple[Entry, ...]], ...]

EVENT: Groups = (
    ("", (Entry("dashboard.index", _l("Overview"), "speedometer2", Capability.VIEW_EVENT),)),
    (
        _l("Prepare"),
        (
            Entry("events_manage.settings", _l("Settings"), "sliders", Capability.EDIT_EVENT),
            Entry(
                "registration_manage.categories",
                _l("Categories and places"),
                "ticket-perforated",
                Capability.EDIT_EVENT,
            ),
            Entry("event_hosts.index", _l("Hosts"), "building", Capability.EDIT_EVENT),
            Entry("rooms.index", _l("Rooms"), "door-open", Capability.EDIT_EVENT),
            Entry("look.index", _l("Colour and logo"), "palette", Capability.EDIT_EVENT),
            Entry("publication.index", _l("Publication"), "megaphone", Capability.PUBLISH_EVENT),
        ),
    ),
    (
        _l("Programme"),
        (
            Entry("calls_manage.index", _l("Calls"), "inbox", Capability.MANAGE_CALLS),
            Entry("reviews.index", _l("Reviews"), "clipboard-check", Capability.REVIEW_PROPOSALS),
            Entry("sessions_manage.index", _l("Sessions"), "easel", Capability.READ_PROGRAMME),
            Entry("speakers_manage.index", _l("Speakers"), "mic", Capability.READ_PROGRAMME),
            Entry("schedule.index", _l("Schedule"), "calendar-week", Capability.READ_PROGRAMME),
            Entry("programme_releases.index", _l("Releases"), "send", Capability.READ_PROGRAMME),
            Entry("demand.index", _l("Demand and sign-ups"), "star", Capability.READ_PROGRAMME),
            Entry("feedback_manage.index", _l("Feedback"), "chat-dots", Capability.READ_PROGRAMME),
            Entry("programme_settings.index", _l("Tracks and formats"), "tags", Capability.READ_PROGRAMME),
            Entry("room_hours.index", _l("Opening hours of rooms"), "clock", Capability.EDIT_PROGRAMME),
            Entry("exchange.index", _l("Import and export"), "arrow-left-right", Capability.READ_PROGRAMME),
        ),
    ),
    (
        _l("Meetings"),
        (
            Entry(
                "matchmaking_overview.index",
                _l("Overview of the meetings"),
                "speedometer2",
                Capability.READ_MATCHMAKING,
            ),
            Entry("matchmaking_people.index", _l("Profiles"), "person-vcard", Capability.READ_MATCHMAKING),
            Entry("suggestions_manage.index", _l("Suggestions"), "star", Capability.READ_MATCHMAKING),
            Entry("meetings_manage.index", _l("Requests and meetings"), "list-check", Capability.READ_MATCHMAKING),
            Entry("meeting_drafts.index", _l("Propose meetings"), "person-plus", Capability.READ_MATCHMAKING),
            Entry("timetable.index", _l("Timetable"), "calendar-week", Capability.READ_MATCHMAKING),
            Entry("meeting_desk.index", _l("Meeting desk"), "clipboard-check", Capability.RUN_DESK),
            Entry("schedule_prints.index", _l("Print schedules"), "printer", Capability.RUN_DESK),
            Entry("thread_reports.index", _l("Reported conversations"), "flag", Capability.EDIT_MATCHMAKING),
            Entry("meeting_report.index", _l("Report on the meetings"), "bar-chart", Capability.READ_MATCHMAKING),
            Entry("matchmaking_settings.index", _l("Settings"), "sliders", Capability.READ_MATCHMAKING),
            Entry("meeting_sessions.index", _l("Meeting sessions"), "clock", Capability.READ_MATCHMAKING),
            Entry("meeting_tables.index", _l("Tables"), "grid-3x3-gap", Capability.READ_MATCHMAKING),
            Entry("taxonomy.index", _l("Taxonomy"), "diagram-3", Capability.READ_MATCHMAKING),
            Entry("contact_rules.index", _l("Who may meet whom"), "people", Capability.READ_MATCHMAKING),
        ),
    ),
    (
        _l("Participants"),
        (
            Entry("registration_manage.index", _l("Registrations"), "people", Capability.READ_REGISTRATIONS),
            Entry("notifications_manage.index", _l("Mails"), "envelope", Capability.READ_MAILS),
            Entry("badges_manage.index", _l("Badges"), "person-badge", Capability.PRINT_BADGES),
            Entry("checkin_manage.index", _l("Doors"), "qr-code-scan", Capability.READ_DOORS),
        ),
    ),
    (
        _l("Team and data"),
        (
            Entry("event_team.index", _l("Team"), "person-gear", Capability.MANAGE_TEAM),
            Entry("privacy_manage.index", _l("Personal data"), "shield-lock", Capability.ERASE_PERSON),
            Entry("history.index", _l("History"), "clock-history", Capability.READ_AUDIT),
        ),
    ),
)

SERIES: Groups = (
    ("", (Entry("series_manage.index", _l("Events"), "calendar3", Capability.VIEW_EVENT),)),
    (
        _l("Series"),
        (
            Entry("series_events.new", _l("New event"), "plus-circle", Capability.EDIT_EVENT),
            Entry("series_manage.settings", _l("Settings"), "sliders", Capability.EDIT_EVENT),
            Entry("series_hosts.index", _l("Hosts"), "building", Capability.EDIT_EVENT),
            Entry("series_team.index", _l("Team"), "person-gear", Capability.MANAGE_TEAM),
        ),
    ),
)

PLATFORM: Groups = (
    (
        _l("Platform"),
        (
            Entry("admin.index", _l("Overview"), "speedometer2"),
            Entry("admin_organisations.index", _l("Organisations"), "buildings"),
            Entry("admin_accounts.index", _l("Accounts"), "person-lines-fill"),
            Entry("admin_jobs.index", _l("Background work"), "activity"),
        ),
    ),
)
