"""Requests and answers at a glance, and what to do next."""

from __future__ import annotations

from flask import render_template

from congress.core.access import access
from congress.events.views.scope import current_event, event_blueprint
from congress.matchmaking import words
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.overview import overview_of
from congress.matchmaking.queries.setup import matchmaking_of
from congress.matchmaking.views.organising.scope import READ, may_edit

blueprint = event_blueprint("matchmaking_overview", __name__, "/matchmaking")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """The figures; before matchmaking was begun, the way to begin."""
    event = current_event()
    matchmaking = matchmaking_of(event)
    return render_template(
        "matchmaking/manage/overview.html",
        event=event,
        matchmaking=matchmaking,
        overview=overview_of(event, matchmaking) if matchmaking else None,
        states=[one for one in MeetingState if one is not MeetingState.DISCARDED],
        words=words,
        may_edit=may_edit(),
    )
