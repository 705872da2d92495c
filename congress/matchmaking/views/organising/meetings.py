"""The list of requests and meetings, one of them with its history, and what organisers do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.models import Account
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.templating import datetime_long
from congress.events.forms.base import EmptyForm
from congress.events.views.scope import current_event, event_blueprint
from congress.extensions import db
from congress.matchmaking import meeting_list, words
from congress.matchmaking.enums import MeetingEvent, MeetingState
from congress.matchmaking.forms.timetable import CancelForm, MoveForm, PairForm, place_label
from congress.matchmaking.models import Meeting, MeetingChange
from congress.matchmaking.names import name_of
from congress.matchmaking.places import Board
from congress.matchmaking.queries.desk import people_named
from congress.matchmaking.queries.drafts import is_hidden
from congress.matchmaking.queries.profiles import by_code as profile_by_code
from congress.matchmaking.queries.setup import slots_of, tables_of
from congress.matchmaking.queries.shown import history_of, places_by_ids
from congress.matchmaking.schedule import place_in_words
from congress.matchmaking.services import cancelling, generating, guaranteeing, moving, scheduling
from congress.matchmaking.states import events_from
from congress.matchmaking.views.organising.scope import EDIT, READ, current_matchmaking, may_edit, meeting_of

QUERY_LENGTH = 200
blueprint = event_blueprint("meetings_manage", __name__, "/matchmaking/meetings")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """Everything that was asked or agreed, narrowed as the address says."""
    event, filters = current_event(), meeting_list.Filters.of(request.args)
    return render_template(
        "matchmaking/manage/meetings.html",
        event=event,
        filters=filters,
        page=meeting_list.page_of(event, filters, request.args.get("page", 1, type=int)),
        page_url=lambda number: _address(filters, number),
        counts=meeting_list.counts_of(event),
        states=MeetingState,
        slots=slots_of(event),
        words=words,
        place_in_words=place_in_words,
        is_hidden=is_hidden,
        may_edit=may_edit(),
    )


@blueprint.get("/<meeting_code>/")
@access(READ)
def show(meeting_code: str) -> str:
    """One meeting: its people, its place, everything that happened to it."""
    meeting = meeting_of(meeting_code)
    history = history_of(meeting)
    slots, tables = _places(meeting, history)
    return render_template(
        "matchmaking/manage/meeting.html",
        event=current_event(),
        meeting=meeting,
        history=history,
        slots=slots,
        tables=tables,
        actors=_actors(meeting, history),
        words=words,
        place_in_words=place_in_words,
        is_hidden=is_hidden(meeting),
        possible=events_from(meeting.state),
        has_begun=moving.has_begun(meeting),
        may_edit=may_edit(),
    )


@blueprint.post("/<meeting_code>/lock")
@access(EDIT)
def lock(meeting_code: str) -> ResponseReturnValue:
    """Keep it where it is."""
    return _act(meeting_code, moving.lock, _("Locked: no timetable moves this meeting."))


@blueprint.post("/<meeting_code>/unlock")
@access(EDIT)
def unlock(meeting_code: str) -> ResponseReturnValue:
    """Let the timetable move it again."""
    return _act(meeting_code, moving.unlock, _("Unlocked."))


@blueprint.post("/<meeting_code>/guarantee")
@access(EDIT)
def guarantee(meeting_code: str) -> ResponseReturnValue:
    """Place it before all others, or no longer."""
    meeting = meeting_of(meeting_code)
    wanted = not meeting.is_guaranteed
    said = _("Guaranteed: placed before all others.") if wanted else _("No longer guaranteed.")
    return _act(meeting_code, lambda one: guaranteeing.guarantee(one, wanted=wanted), said)


@blueprint.route("/<meeting_code>/move", methods=["GET", "POST"])
@access(EDIT)
def move(meeting_code: str) -> ResponseReturnValue:
    """Choose one of the slots that are free for its people, or learn why there is none."""
    event, meeting, form = current_event(), meeting_of(meeting_code), MoveForm()
    if not {MeetingEvent.MOVE, MeetingEvent.ASSIGN} & events_from(meeting.state):
        raise Missing
    places = scheduling.free_places(event, meeting)
    labels = [place_label(one, datetime_long(one.slot.starts_at, event.zone)) for one in places]
    form.offer(places, labels, [(str(one.id), place_in_words(one)) for one in tables_of(event)])
    if form.validate_on_submit():
        slot_id = int(form.slot.data)
        if form.attempt(lambda: {"id": moving.move(meeting, slot_id, form.table_id).id}) is not None:
            flash(_("The meeting is at its new place."), "success")
            return see_other(url_for(".show", meeting_code=meeting_code))
        meeting = meeting_of(meeting_code)
    page = render_template(
        "matchmaking/manage/meeting_move.html",
        event=event,
        meeting=meeting,
        form=form,
        places=places,
        free_slots=_free_slots(meeting),
        place_in_words=place_in_words,
    )
    return page, 422 if form.errors else 200


@blueprint.route("/<meeting_code>/cancel", methods=["GET", "POST"])
@access(EDIT)
def cancel(meeting_code: str) -> ResponseReturnValue:
    """Ask for the reason, then call it off; both sides are told."""
    meeting, form = meeting_of(meeting_code), CancelForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        if form.attempt(lambda: {"id": cancelling.cancel(meeting, reason=reason).id}) is not None:
            flash(_("The meeting is cancelled, and its people are told."), "success")
            return see_other(url_for(".show", meeting_code=meeting_code))
        meeting = meeting_of(meeting_code)
    page = render_template(
        "matchmaking/manage/meeting_cancel.html", event=current_event(), meeting=meeting, form=form
    )
    return page, 422 if form.errors else 200


@blueprint.route("/new", methods=["GET", "POST"])
@access(EDIT)
def new() -> ResponseReturnValue:
    """Search for two people, then draft a meeting for them."""
    event, form = current_event(), PairForm()
    current_matchmaking()
    asked = [_asked("first"), _asked("second")]
    found = [people_named(event, one) for one in asked]
    form.offer(*found)
    if form.validate_on_submit():
        done = form.attempt(lambda: _draft(form))
        if done is not None:
            flash(_("The draft is made: nobody sees it before you publish it."), "success")
            return see_other(url_for(".show", meeting_code=done["code"]))
    page = render_template("matchmaking/manage/meeting_new.html", event=event, form=form, asked=asked, found=found)
    return page, 422 if form.errors else 200


def _address(filters: meeting_list.Filters, page: int) -> str:
    values: dict[str, Any] = {**filters.arguments(), "page": page}
    return url_for(".index", **values)


def _asked(name: str) -> str:
    return " ".join(request.args.get(name, "").split())[:QUERY_LENGTH]


def _draft(form: PairForm) -> dict[str, Any]:
    event = current_event()
    one, other = (profile_by_code(event, field.data) for field in (form.requester, form.target))
    if one is None or other is None:
        raise Missing
    meeting = generating.draft_meeting(event, one.id, other.id, is_guaranteed=bool(form.is_guaranteed.data))
    return {"code": meeting.code}


def _act(code: str, act: Callable[[Meeting], Meeting], said: str) -> ResponseReturnValue:
    """One button, pressed on the page of a meeting."""
    meeting, form = meeting_of(code), EmptyForm()
    if form.validate_on_submit():
        done = form.attempt(lambda: {"id": act(meeting).id})
        flash(" ".join(form.form_errors) if done is None else said, "danger" if done is None else "success")
    return see_other(url_for(".show", meeting_code=code))


def _places(meeting: Meeting, history: Any) -> tuple[dict[int, Any], dict[int, Any]]:
    slots = {meeting.slot_id, meeting.shown_slot_id, meeting.wanted_slot_id, meeting.proposed_slot_id}
    tables = {meeting.table_id, meeting.shown_table_id}
    for change in history:
        slots |= {change.old_slot_id, change.new_slot_id}
        tables |= {change.old_table_id, change.new_table_id}
    return places_by_ids(slots, tables)


def _actors(meeting: Meeting, history: list[MeetingChange] | Any) -> dict[int, str]:
    """Who did each step: a participant, somebody of the team, or the system."""
    names = {one.profile_id: name_of(one.profile) for one in meeting.people}
    ids = {one.actor_id for one in history if one.actor_kind == "account" and one.actor_id}
    accounts = {one.id: one.name or one.email for one in db.session.query(Account).filter(Account.id.in_(ids))}
    return {
        one.id: names.get(one.by_profile_id or 0)
        or (accounts.get(one.actor_id or 0) if one.actor_kind == "account" else None)
        or _("The system")
        for one in history
    }


def _free_slots(meeting: Meeting) -> list[tuple[str, int]]:
    """How many slots each person has left, to say who is in the way."""
    event = current_event()
    board = Board(event, scheduling.people_of(meeting), besides=meeting)
    return [(name_of(one), len(board.common([one]))) for one in scheduling.people_of(meeting)]
