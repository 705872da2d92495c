"""The application factory: a table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, g
from werkzeug.utils import import_string

import config
from congress import subscriptions
from congress.accounts.views import access as accounts_access
from congress.core import access, http, languages, logs, templating
from congress.core.page_cache import PageCache
from congress.extensions import babel, csrf, db, migrate
from congress.jobs import huey_app

ROOT = Path(__file__).parent.parent

REGISTERED = (
    # Tables
    "congress.core.idempotency",
    "congress.jobs.models",
    "congress.mail.models",
    "congress.audit.models",
    "congress.accounts.models",
    "congress.organisations.models",
    "congress.events.models",
    "congress.programme.models",
    "congress.registration.models",
    "congress.agenda.models",
    "congress.matchmaking.models",
    "congress.badges.models",
    "congress.checkin.models",
    "congress.privacy.models",
    # What kinds of jobs do, what kinds of mails say, which personal data there are
    "congress.jobs.jobs",
    "congress.mail.jobs",
    "congress.programme.jobs",
    "congress.matchmaking.jobs",
    "congress.badges.jobs",
    "congress.privacy.jobs",
    "congress.notifications.jobs",
    "congress.notifications.messages",
)
BLUEPRINTS: tuple[str, ...] = (
    # Public pages
    "congress.backoffice.views.site:blueprint",
    "congress.calendars.views.public:blueprint",
    "congress.calendars.views.xcal:blueprint",
    "congress.programme.views.exports:blueprint",
    "congress.programme.views.changes:blueprint",
    "congress.programme.views.feedback:blueprint",
    "congress.programme.views.styles:blueprint",
    "congress.programme.views.photos:blueprint",
    "congress.programme.views.materials:blueprint",
    "congress.privacy.views.public:blueprint",
    "congress.registration.views.public:blueprint",
    "congress.programme.views.calls:blueprint",
    "congress.programme.views.laureates:public",
    # Self-service by link
    "congress.programme.views.proposal_page:blueprint",
    "congress.notifications.views.resend:blueprint",
    "congress.registration.views.self_service:blueprint",
    "congress.badges.views.public:blueprint",
    "congress.agenda.views.public:blueprint",
    "congress.matchmaking.views.answer_links:blueprint",
    "congress.matchmaking.views.meetings:blueprint",
    "congress.matchmaking.views.meeting_acts:blueprint",
    "congress.matchmaking.views.requests:blueprint",
    "congress.matchmaking.views.delegations:blueprint",
    "congress.matchmaking.views.profile:blueprint",
    "congress.matchmaking.views.opportunities:blueprint",
    "congress.matchmaking.views.directory:blueprint",
    "congress.matchmaking.views.my_schedule:blueprint",
    "congress.matchmaking.views.messages:blueprint",
    "congress.matchmaking.views.suggestions:blueprint",
    "congress.programme.views.speaker_page:blueprint",
    # Organisers
    "congress.backoffice.views.navigation:blueprint",
    "congress.backoffice.views.home:blueprint",
    "congress.backoffice.views.dashboard:blueprint",
    "congress.backoffice.views.events:new_blueprint",
    "congress.backoffice.views.events:blueprint",
    "congress.backoffice.views.publication:blueprint",
    "congress.backoffice.views.programme_releases:blueprint",
    "congress.backoffice.views.history:blueprint",
    "congress.registration.views.manage:blueprint",
    "congress.programme.views.exchange:blueprint",
    "congress.programme.views.schedule:blueprint",
    "congress.programme.views.slots:blueprint",
    "congress.programme.views.room_hours:blueprint",
    "congress.programme.views.calls_manage:blueprint",
    "congress.programme.views.criteria:blueprint",
    "congress.programme.views.assignments:blueprint",
    "congress.backoffice.views.decisions:blueprint",
    "congress.programme.views.laureates:blueprint",
    "congress.programme.views.reviews:blueprint",
    "congress.events.views.manage_series:new_blueprint",
    "congress.events.views.manage_series:blueprint",
    "congress.events.views.manage_hosts:event_hosts",
    "congress.events.views.manage_hosts:series_hosts",
    "congress.events.views.manage_rooms:blueprint",
    "congress.events.views.manage_look:blueprint",
    "congress.programme.views.sessions:blueprint",
    "congress.programme.views.speakers:blueprint",
    "congress.programme.views.settings:blueprint",
    "congress.events.views.manage_team:event_team",
    "congress.events.views.manage_team:series_team",
    "congress.events.views.invitations:blueprint",
    "congress.programme.views.feedback:manage",
    "congress.notifications.views.manage:blueprint",
    "congress.accounts.views.public:blueprint",
    "congress.accounts.views.manage:blueprint",
    "congress.privacy.views.manage:blueprint",
    "congress.agenda.views.manage:blueprint",
    "congress.matchmaking.views.people:blueprint",
    "congress.matchmaking.views.organising.overview:blueprint",
    "congress.matchmaking.views.organising.meetings:blueprint",
    "congress.matchmaking.views.organising.drafts:blueprint",
    "congress.matchmaking.views.organising.suggestions:blueprint",
    "congress.matchmaking.views.organising.thread_reports:blueprint",
    "congress.matchmaking.views.organising.publication:blueprint",
    "congress.matchmaking.views.setup.settings:blueprint",
    "congress.matchmaking.views.setup.sessions:blueprint",
    "congress.matchmaking.views.setup.tables:blueprint",
    "congress.matchmaking.views.setup.taxonomy_files:blueprint",
    "congress.matchmaking.views.setup.rules:blueprint",
    "congress.matchmaking.views.desk:blueprint",
    "congress.matchmaking.views.prints:blueprint",
    "congress.matchmaking.views.report:blueprint",
    "congress.matchmaking.views.report:of_series",
    "congress.badges.views.manage:blueprint",
    # The door and programs
    "congress.checkin.views.public:blueprint",
    "congress.checkin.views.devices:blueprint",
    "congress.api.v1.routes:blueprint",
    # Platform
    "congress.events.views.media:blueprint",
    "congress.backoffice.views.admin:index_blueprint",
    "congress.backoffice.views.admin:accounts",
    "congress.backoffice.views.admin:work",
    "congress.backoffice.views.admin_organisations:blueprint",
    "congress.backoffice.views.health:blueprint",
    "congress.mail.views.mailbox:blueprint",
)
COMMANDS: tuple[str, ...] = (
    "congress.accounts.cli:account",
    "congress.privacy.cli:privacy",
    "congress.core.inventory:inventory",
    "congress.jobs.cli:worker",
    "congress.matchmaking.cli:matchmaking",
    "congress.backoffice.cli:serve",
    "congress.backoffice.cli:demo",
    "congress.backoffice.cli:backup",
)


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the application from the environment; `overrides` are for tests."""
    app = http.CongressFlask(
        "congress",
        root_path=str(ROOT / "congress"),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.config.update(config.load())
    app.config.update(overrides or {})
    app.config["DATA_DIR"].mkdir(parents=True, exist_ok=True)
    logs.configure()
    _bind_extensions(app)
    _set_languages(app)
    templating.install(app)
    accounts_access.install(app)
    http.install(app)
    _register(app)
    huey_app.install(app.config)
    subscriptions.connect()
    access.require_declarations(app)
    return app


def _register(app: Flask) -> None:
    for name in REGISTERED:
        import_string(name)
    for name in BLUEPRINTS:
        app.register_blueprint(import_string(name))
    for name in COMMANDS:
        app.cli.add_command(import_string(name))


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=languages.current_language)
    app.extensions["page_cache"] = PageCache()


def _set_languages(app: Flask) -> None:
    app.url_map.converters["lang"] = languages.LanguageConverter

    @app.url_value_preprocessor
    def pull_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.raw_view_args = dict(values or {})
        if values and "lang_code" in values:
            g.lang = values.pop("lang_code")

    @app.url_defaults
    def fill_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang_code" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang_code"):
            values["lang_code"] = languages.current_language()
