"""The overview of one event."""

from __future__ import annotations

from babel.dates import format_date
from flask import render_template
from flask.typing import ResponseReturnValue

from congress.accounts.views.access import signed_in_account
from congress.backoffice.checklist import checklist, is_ready
from congress.backoffice.queries import people_inside
from congress.core import clock
from congress.core.access import access
from congress.core.languages import current_language
from congress.events import words
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.programme.tasks import tasks_of
from congress.registration.figures import figures_of, quota_uses, registrations_per_day

blueprint = event_blueprint("dashboard", __name__)


@blueprint.get("/")
@access(event_access(Capability.VIEW_EVENT))
def index() -> ResponseReturnValue:
    """Where the event stands, how registrations come in, what to do next."""
    event, now = current_event(), clock.now()
    roles = current_roles()
    reads_registrations = can(roles, Capability.READ_REGISTRATIONS)
    return render_template(
        "backoffice/manage/dashboard.html",
        event=event,
        words=words,
        now=now,
        window=event.window_state(now),
        figures=figures_of(event),
        quotas=quota_uses(event),
        inside=people_inside(event, now) if event.starts_at <= now <= event.ends_at else None,
        curve=[
            (format_date(day, "d MMM", locale=current_language()), count)
            for day, count in registrations_per_day(event)
        ]
        if reads_registrations
        else [],
        checklist=checklist(event) if can(roles, Capability.EDIT_EVENT) else [],
        ready=is_ready(event),
        tasks=tasks_of(event, roles, signed_in_account()),
        may=lambda name: can(roles, Capability(name)),
        public_url=f"/{current_language()}/events/{event.slug}/",
    )
