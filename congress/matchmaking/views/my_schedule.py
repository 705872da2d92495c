"""One's own schedule on the phone and on paper."""

from __future__ import annotations

from flask import Response

from congress.core import clock
from congress.core.access import access
from congress.matchmaking import documents, schedule
from congress.matchmaking.views.participant import (
    LINK,
    Needs,
    current_profile,
    current_registration,
    page,
    participant_blueprint,
)

blueprint = participant_blueprint("my_schedule", __name__, "/schedule", needs=Needs.PROFILE)


@blueprint.get("/")
@access(LINK)
def index() -> str:
    """The day as a list: what is next stands out."""
    profile = current_profile()
    days = schedule.days_of(current_registration().event, [profile])[profile.id]
    now = clock.now()
    coming = [(day, lines) for day, lines in days if lines[-1].ends_at > now]
    past = [(day, lines) for day, lines in days if lines[-1].ends_at <= now]
    next_line = next((line for _day, lines in coming for line in lines if line.ends_at > now), None)
    return page("schedule", coming=coming, past=past, next_line=next_line)


@blueprint.get("/schedule.pdf")
@access(LINK)
def download() -> Response:
    """The same as PDF."""
    content = documents.schedule_pdf(current_registration().event, current_profile())
    response = Response(content, content_type="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename="schedule.pdf")
    return response
