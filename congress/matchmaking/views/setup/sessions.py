"""The sessions of meetings and their slots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.models import Event
from congress.events.views.scope import current_event, event_blueprint
from congress.extensions import db
from congress.matchmaking import words
from congress.matchmaking.forms.setup_sessions import CopySessionForm, SessionForm
from congress.matchmaking.models import Meeting, MeetingSession
from congress.matchmaking.queries.occupied import busy_slots, meetings_in_slots
from congress.matchmaking.queries.setup import matchmaking_of, sessions_of
from congress.matchmaking.services import sessions
from congress.matchmaking.session_plan import end_of
from congress.matchmaking.views.setup.scope import EDIT, READ, may_edit, say_saved
from congress.programme.days import local_of

blueprint = event_blueprint("meeting_sessions", __name__, "/matchmaking/sessions")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """The sessions by day, with how full they are."""
    event = current_event()
    found = sessions_of(event)
    days = groupby(found, key=lambda one: local_of(one.starts_at, event.zone).date())
    return render_template(
        "matchmaking/manage/setup/sessions.html",
        event=event,
        has_begun=matchmaking_of(event) is not None,
        days=[(day, list(group)) for day, group in days],
        slots=sum(one.slot_count for one in found),
        busy=_busy(event, found),
        end_of=end_of,
        words=words,
        can_edit=may_edit(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(EDIT)
def new() -> ResponseReturnValue:
    """One session more."""
    event = current_event()
    if matchmaking_of(event) is None:
        return see_other(url_for("matchmaking_settings.index"))
    found = sessions_of(event)
    form = SessionForm(event.zone, data=SessionForm.suggested(event, found[-1] if found else None))
    if form.validate_on_submit() and form.plan and not _is_preview():
        plan = form.plan
        if form.attempt(lambda: {"id": sessions.add_session(event, plan).id}) is not None:
            say_saved()
            return see_other(url_for(".index"))
    return _form_page(form, None)


@blueprint.route("/<int:meeting_session_id>/", methods=["GET", "POST"])
@access(EDIT)
def edit(meeting_session_id: int) -> ResponseReturnValue:
    """One session: change it, copy it, or delete it."""
    event = current_event()
    found = sessions.session_of(event, meeting_session_id)
    form = SessionForm(event.zone, data=SessionForm.data_of(found, event.zone))
    in_the_way: Sequence[Meeting] = ()
    if form.validate_on_submit() and form.plan and not _is_preview():
        plan = form.plan
        if form.attempt(lambda: sessions.change_session(event, meeting_session_id, plan)) is not None:
            say_saved()
            return see_other(url_for(".index"))
        db.session.expire_all()
        found = sessions.session_of(event, meeting_session_id)
        in_the_way = sessions.in_the_way(found, plan)
    return _form_page(form, found, in_the_way)


@blueprint.route("/<int:meeting_session_id>/copy", methods=["GET", "POST"])
@access(EDIT)
def copy(meeting_session_id: int) -> ResponseReturnValue:
    """The same session on another day."""
    event = current_event()
    found, form = sessions.session_of(event, meeting_session_id), CopySessionForm()
    form.offer(event, found)
    if form.validate_on_submit():
        day = form.chosen
        if form.attempt(lambda: {"id": sessions.copy_to_day(event, meeting_session_id, day).id}) is not None:
            say_saved()
            return see_other(url_for(".index"))
    page = render_template("matchmaking/manage/setup/session_copy.html", form=form, session=found, event=event)
    return page, 422 if form.errors else 200


@blueprint.route("/<int:meeting_session_id>/remove", methods=["GET", "POST"])
@access(EDIT)
def remove(meeting_session_id: int) -> ResponseReturnValue:
    """Delete a session after a question; with meetings in it, say which instead."""
    event = current_event()
    found, form = sessions.session_of(event, meeting_session_id), EmptyForm()
    if (
        request.method == "POST"
        and form.attempt(lambda: sessions.remove_session(event, meeting_session_id)) is not None
    ):
        flash(_("The session was deleted."), "success")
        return see_other(url_for(".index"))
    db.session.expire_all()
    found = sessions.session_of(event, meeting_session_id)
    page = render_template(
        "matchmaking/manage/setup/session_remove.html",
        event=event,
        session=found,
        form=form,
        in_the_way=meetings_in_slots([slot.id for slot in found.slots]),
    )
    return page, 409 if form.errors else 200


def _is_preview() -> bool:
    """Whether the button was that which only shows the slots."""
    return "preview" in request.form


def _busy(event: Event, found: Sequence[MeetingSession]) -> dict[int, int]:
    """How many meetings stand in each session."""
    slots = busy_slots(event.id)
    return {one.id: sum(slots.get(slot.id, 0) for slot in one.slots) for one in found}


def _form_page(
    form: SessionForm, session: MeetingSession | None, in_the_way: Sequence[Meeting] = ()
) -> tuple[str, int]:
    event = current_event()
    times: list[tuple[dt.datetime, dt.datetime]] = form.plan.times if form.plan else []
    if not form.is_submitted() and session is not None:
        times = [(slot.starts_at, slot.ends_at) for slot in session.slots]
    page = render_template(
        "matchmaking/manage/setup/session.html",
        event=event,
        form=form,
        session=session,
        times=times,
        in_the_way=in_the_way,
    )
    return page, 422 if form.errors else 200
