"""How the suggestions stand, for the organisers."""

from __future__ import annotations

from flask import render_template

from congress.core.access import access
from congress.events.views.scope import current_event, event_blueprint
from congress.matchmaking.unsuggested import state_of
from congress.matchmaking.views.organising.scope import READ, current_matchmaking

blueprint = event_blueprint("suggestions_manage", __name__, "/matchmaking/suggestions")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """The last run, and who is suggested nobody."""
    current_matchmaking()
    return render_template("matchmaking/manage/suggestions.html", state=state_of(current_event()))
