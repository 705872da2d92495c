"""Who may use what: one line per blueprint or endpoint, written by hand. A route that no line names fails the build.

A key is an endpoint, an endpoint with a method, or a whole blueprint ("rooms.*"); the most exact one counts.
"""

from __future__ import annotations

from tests.security.world import TEAM_ROLES

PUBLIC = "public"
SIGNED_IN = "signed in"
ADMINISTRATOR = "administrator"
DEVICE = "device"
LINK = "registration link"
NOBODY = "nobody here"
SERIES_CREATOR = "manager of an organisation"

RULES: dict[str, str] = {
    "static": PUBLIC,
    "site.*": PUBLIC,
    "register.*": PUBLIC,
    "resend.*": PUBLIC,
    "privacy.*": PUBLIC,
    "media.*": PUBLIC,
    "programme_exports.*": PUBLIC,
    "xcal.*": PUBLIC,
    "programme.*": PUBLIC,
    "programme_feedback.*": PUBLIC,
    "programme_styles.*": PUBLIC,
    "programme_photos.*": PUBLIC,
    "programme_materials.*": PUBLIC,
    "calls.*": PUBLIC,
    "laureates_public.*": PUBLIC,
    "invitations.accept": PUBLIC,
    "accounts.*": PUBLIC,
    "calendars.event": PUBLIC,
    "calendars.programme": PUBLIC,
    "calendars.poster": PUBLIC,
    "calendars.track": PUBLIC,
    "calendars.speaker": PUBLIC,
    "calendars.series": PUBLIC,
    "calendars.organisation": PUBLIC,
    "calendars.host": PUBLIC,
    "calendars.personal": PUBLIC,
    "checkin_public.door": PUBLIC,
    "api_v1.openapi": PUBLIC,
    "health.alive": PUBLIC,
    "health.ready": PUBLIC,
    "health.robots": PUBLIC,
    "health.security_txt": PUBLIC,
    "health.metrics": NOBODY,
    "mailbox.*": NOBODY,
    "self_service.*": LINK,
    "self_service_documents.*": LINK,
    "speaker_page.*": LINK,
    "proposal.*": LINK,
    "agenda.*": LINK,
    "my_meetings.*": LINK,
    "meeting_acts.*": LINK,
    "meeting_requests.*": LINK,
    "delegation.*": LINK,
    "meeting_answer.*": LINK,
    "suggestions.*": LINK,
    "demand.*": "read_sign_ups",
    "demand.index": "read_programme",
    "demand.add": "write_registrations",
    "calendars.invitation": LINK,
    "calendars.own": LINK,
    "api_v1.show_door": DEVICE,
    "api_v1.show_counts": DEVICE,
    "api_v1.list_people": DEVICE,
    "api_v1.create_scans": DEVICE,
    "account.*": SIGNED_IN,
    "home.*": SIGNED_IN,
    "series_new.new": SERIES_CREATOR,
    "admin.*": ADMINISTRATOR,
    "admin_accounts.*": ADMINISTRATOR,
    "admin_jobs.*": ADMINISTRATOR,
    "admin_organisations.*": ADMINISTRATOR,
    "dashboard.*": "view_event",
    "badges_manage.*": "print_badges",
    "checkin_manage.*": "read_doors",
    "checkin_manage.close": "manage_doors",
    "checkin_manage.change": "manage_doors",
    "checkin_manage.new": "manage_doors",
    "checkin_manage.show_door": "manage_doors",
    "checkin_manage.new_device": "manage_doors",
    "checkin_manage.show_device": "manage_doors",
    "checkin_manage.revoke_device": "manage_doors",
    "checkin_manage.export": "export_registrations",
    "history.*": "read_audit",
    "registration_manage.index": "read_registrations",
    "registration_manage.show": "read_registrations",
    "registration_manage.counts": "read_registrations",
    "registration_manage.cancel": "write_registrations",
    "registration_manage.change_category": "write_registrations",
    "registration_manage.edit": "write_registrations",
    "registration_manage.note": "write_registrations",
    "registration_manage.resend": "write_registrations",
    "registration_manage.restore": "write_registrations",
    "registration_manage.replace_ticket": "write_registrations",
    "registration_manage.new": "write_registrations",
    "registration_manage.create": "write_registrations",
    "registration_manage.export_csv": "export_registrations",
    "registration_manage.export_xlsx": "export_registrations",
    "registration_manage.categories": "edit_event",
    "registration_manage.category_edit": "edit_event",
    "registration_manage.category_move": "edit_event",
    "registration_manage.category_remove": "edit_event",
    "registration_manage.category_restore": "edit_event",
    "registration_manage.category_new": "edit_event",
    "registration_manage.quota_edit": "edit_event",
    "registration_manage.quota_remove": "edit_event",
    "registration_manage.quota_new": "edit_event",
    "event_hosts.*": "edit_event",
    "feedback_manage.*": "read_programme",
    "look.*": "edit_event",
    "programme_releases.*": "release_programme",
    "programme_releases.index": "read_programme",
    "programme_releases.show": "read_programme",
    "sessions_manage.*": "edit_programme",
    "sessions_manage.index": "read_programme",
    "sessions_manage.show": "read_programme",
    "sessions_manage.file": "read_programme",
    "speakers_manage.*": "edit_programme",
    "speakers_manage.index": "read_programme",
    "speakers_manage.show": "read_programme",
    "speakers_manage.photo": "read_programme",
    "programme_settings.*": "edit_programme",
    "programme_settings.index": "read_programme",
    "calls_manage.*": "manage_calls",
    "criteria.*": "manage_calls",
    "assignments.*": "manage_calls",
    "decisions.*": "manage_calls",
    "laureates.*": "manage_calls",
    "reviews.*": "review_proposals",
    "rooms.*": "edit_event",
    "events_manage.settings": "edit_event",
    "schedule.index": "read_programme",
    "schedule.day": "read_programme",
    "schedule.data": "read_programme",
    "schedule.*": "edit_programme",
    "slots.index": "read_programme",
    "slots.*": "edit_programme",
    "room_hours.*": "edit_programme",
    "matchmaking_profile.*": LINK,
    "matchmaking_opportunities.*": LINK,
    "matchmaking_directory.*": LINK,
    "matchmaking_people.*": "edit_matchmaking",
    "matchmaking_people.index": "read_matchmaking",
    "matchmaking_people.show": "read_matchmaking",
    "matchmaking_settings.*": "edit_matchmaking",
    "matchmaking_settings.index": "read_matchmaking",
    "meeting_sessions.*": "edit_matchmaking",
    "meeting_sessions.index": "read_matchmaking",
    "meeting_tables.*": "edit_matchmaking",
    "meeting_tables.index": "read_matchmaking",
    "taxonomy.*": "edit_matchmaking",
    "taxonomy.index": "read_matchmaking",
    "taxonomy.download": "read_matchmaking",
    "contact_rules.*": "edit_matchmaking",
    "contact_rules.index": "read_matchmaking",
    "exchange.index": "read_programme",
    "exchange.*": "edit_programme",
    "matchmaking_overview.*": "read_matchmaking",
    "meetings_manage.*": "edit_matchmaking",
    "meetings_manage.index": "read_matchmaking",
    "meetings_manage.show": "read_matchmaking",
    "suggestions_manage.*": "read_matchmaking",
    "meeting_drafts.*": "edit_matchmaking",
    "meeting_drafts.index": "read_matchmaking",
    "meeting_desk.*": "run_desk",
    "schedule_prints.*": "run_desk",
    "meeting_report.*": "read_matchmaking",
    "my_schedule.*": LINK,
    "messages.*": LINK,
    "thread_reports.*": "edit_matchmaking",
    "timetable.*": "read_matchmaking",
    "timetable.start": "edit_matchmaking",
    "timetable.stop": "edit_matchmaking",
    "timetable.publish": "edit_matchmaking",
    "notifications_manage.*": "read_mails",
    "notifications_manage.resend": "write_registrations",
    "privacy_manage.*": "erase_person",
    "publication.*": "publish_event",
    "event_team.*": "manage_team",
    "series_manage.index": "series: view_event",
    "meeting_report_series.*": "series: read_matchmaking",
    "series_manage.move": "series: edit_event",
    "series_manage.settings": "series: edit_event",
    "series_manage.visibility": "series: publish_event",
    "series_events.*": "series: edit_event",
    "series_hosts.*": "series: edit_event",
    "series_team.*": "series: manage_team",
}

LEADS = frozenset({"owner", "organiser", "series owner", "administrator"})
CAPABILITIES: dict[str, frozenset[str]] = {
    "view_event": LEADS | {"programme", "matchmaking", "reviewer", "registration", "door", "viewer"},
    "edit_event": LEADS,
    "publish_event": LEADS,
    "manage_team": LEADS,
    "read_registrations": LEADS | {"registration"},
    "write_registrations": LEADS | {"registration"},
    "export_registrations": LEADS | {"registration"},
    "erase_person": LEADS,
    "read_mails": LEADS | {"registration"},
    "print_badges": LEADS | {"registration"},
    "read_doors": LEADS | {"registration", "door", "viewer"},
    "manage_doors": LEADS | {"door"},
    "read_audit": LEADS,
    "read_programme": LEADS | {"programme", "matchmaking", "registration", "viewer"},
    "edit_programme": LEADS | {"programme"},
    "release_programme": LEADS | {"programme"},
    "manage_calls": LEADS | {"programme"},
    "review_proposals": LEADS | {"programme", "reviewer"},
    "read_sign_ups": LEADS | {"programme", "registration"},
    "read_matchmaking": LEADS | {"matchmaking", "registration"},
    "edit_matchmaking": LEADS | {"matchmaking"},
    "run_desk": LEADS | {"matchmaking", "registration"},
}
"""Who has each right on event A: written here again on purpose, not read from the application."""

NOT_SIGNED_IN = frozenset({"anonymous", "disabled", "door device", "stranger's link"})
IN_TEAM_OF_A = frozenset(TEAM_ROLES) | {"series owner", "administrator"}


def rule_of(endpoint: str, method: str) -> str | None:
    """The line that names this endpoint."""
    blueprint = endpoint.split(".", maxsplit=1)[0]
    for key in (f"{method} {endpoint}", endpoint, f"{blueprint}.*"):
        if key in RULES:
            return RULES[key]
    return None


def outcome(role: str, rule: str) -> str:
    """What `role` gets on a page of event A under `rule`: in, sign in, 401, 403 or 404."""
    if rule in {PUBLIC, LINK}:
        return "in"
    if rule == NOBODY:
        return "404"
    if rule == DEVICE:
        return "in" if role == "door device" else "401"
    if role in NOT_SIGNED_IN:
        return "sign in"
    if rule == SIGNED_IN:
        return "in"
    if rule in {ADMINISTRATOR, SERIES_CREATOR}:
        return "in" if role == "administrator" else "403"
    return _team_outcome(role, rule)


def _team_outcome(role: str, rule: str) -> str:
    """Outside the team, the event does not exist; inside, a missing right is said."""
    scope, _, capability = rule.rpartition(": ")
    team = {"series owner", "administrator"} if scope == "series" else IN_TEAM_OF_A
    if role not in team:
        return "404"
    return "in" if role in CAPABILITIES[capability] else "403"
