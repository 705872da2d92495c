"""Computing the timetable: what is in the way, a run and its progress, what it answered, the grid, the file."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.pagination import PAGE_SIZE, Page
from congress.core.spreadsheets import TYPES, spreadsheet
from congress.events.forms.base import EmptyForm
from congress.events.models import Event
from congress.events.views.scope import current_event, event_blueprint
from congress.extensions import db
from congress.matchmaking import meeting_grid, meeting_list, timetable_words, words
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.forms.timetable import RunForm
from congress.matchmaking.guards import maxima_of
from congress.matchmaking.models import Meeting, MeetingSession, TimetableRun
from congress.matchmaking.placement.building import of_rows
from congress.matchmaking.placement.obstacles import Finding, obstacles
from congress.matchmaking.placement.rows import read
from congress.matchmaking.queries import runs as run_queries
from congress.matchmaking.queries.drafts import hidden_count, is_hidden
from congress.matchmaking.queries.meetings import by_ids
from congress.matchmaking.queries.setup import sessions_of
from congress.matchmaking.queries.shown import places_by_ids
from congress.matchmaking.schedule import place_in_words
from congress.matchmaking.services import runs
from congress.matchmaking.views.organising.scope import EDIT, READ, current_matchmaking, may_edit

MOST_TICKED = 5000
MOST_FINDINGS = 30
MOST_LISTED = 500
blueprint = event_blueprint("timetable", __name__, "/matchmaking/timetable")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """What is to be placed, what is in the way, the form, and the latest runs."""
    return _page(RunForm())


@blueprint.post("/")
@access(EDIT)
def start() -> ResponseReturnValue:
    """Ask for a run."""
    event, form = current_event(), RunForm()
    current_matchmaking()
    if form.validate_on_submit():
        movable = _movable(event, form)
        done = form.attempt(lambda: _run(event, form, movable))
        if done is not None:
            return see_other(url_for(".run", timetable_run_id=done["run"]))
    return _page(form), 422


@blueprint.get("/runs/<int:timetable_run_id>/")
@access(READ)
def run(timetable_run_id: int) -> str:
    """One run: its progress, then what it answered."""
    found = _run_of(timetable_run_id)
    return render_template("matchmaking/manage/run.html", event=current_event(), run=found, **_answer(found))


@blueprint.get("/runs/<int:timetable_run_id>/progress")
@access(READ)
def run_progress(timetable_run_id: int) -> str:
    """The part of the page that is asked for every second."""
    found = _run_of(timetable_run_id)
    return render_template("matchmaking/manage/_run_progress.html", run=found, may_edit=may_edit(), is_shown=False)


@blueprint.post("/runs/<int:timetable_run_id>/stop")
@access(EDIT)
def stop(timetable_run_id: int) -> ResponseReturnValue:
    """Keep the best so far."""
    event, form = current_event(), EmptyForm()
    _run_of(timetable_run_id)
    if form.validate_on_submit():
        if form.attempt(lambda: {"run": runs.stop_run(event, timetable_run_id).id}) is None:
            flash(" ".join(form.form_errors), "info")
        else:
            flash(_("The engine stops and keeps the best timetable it has."), "success")
    return see_other(url_for(".run", timetable_run_id=timetable_run_id))


@blueprint.get("/grid")
@access(READ)
def grid() -> str:
    """One session: slots across, tables or people down."""
    event = current_event()
    sessions = sessions_of(event)
    session = _asked_session(sessions)
    people = request.args.get("by") == "person"
    lines = []
    if session is not None:
        meetings = meeting_grid.meetings_of(event, session)
        lines = (meeting_grid.by_person if people else meeting_grid.by_table)(session, meetings)
    number = min(max(1, request.args.get("page", 1, type=int)), max(1, -(-len(lines) // PAGE_SIZE)))
    shown = lines[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "matchmaking/manage/grid.html",
        event=event,
        sessions=sessions,
        session=session,
        by="person" if people else "table",
        page=Page(shown, number, PAGE_SIZE, len(lines)),
        page_url=lambda page: url_for(
            ".grid", session=session.id if session else None, by=request.args.get("by"), page=page
        ),
        is_hidden=is_hidden,
        place_in_words=place_in_words,
        words=words,
    )


@blueprint.post("/export.<kind>")
@access(READ)
def export(kind: str) -> Response:
    """The timetable as a file."""
    event = current_event()
    if kind not in TYPES:
        raise Missing
    day = clock.local_day(clock.now(), event.zone).isoformat()
    word = _("timetable")
    name = f"{word}-{event.slug}-{day}"
    table = meeting_grid.table_of(event)
    return spreadsheet(table, "xlsx", name) if kind == "xlsx" else spreadsheet(table, "csv", name)


def _page(form: RunForm) -> str:
    event, matchmaking = current_event(), current_matchmaking()
    rows = read(event)
    placement = of_rows(rows, movable=(), now=clock.now())
    filters = meeting_list.Filters(q=" ".join(request.args.get("q", "").split())[: meeting_list.SEARCH_LENGTH])
    free = sum(placement.is_free(number) for number in range(len(placement.meeting_ids)))
    found = obstacles(rows, placement)
    return render_template(
        "matchmaking/manage/timetable.html",
        event=event,
        matchmaking=matchmaking,
        form=form,
        active=run_queries.active_run(event),
        runs=run_queries.runs_of(event),
        findings=[_in_words(one, event) for one in found[:MOST_FINDINGS]],
        more_findings=max(0, len(found) - MOST_FINDINGS),
        free=free,
        held=len(placement.meeting_ids) - free + len(placement.outside),
        outside=len(placement.outside),
        hidden=hidden_count(event),
        published=_published(event, filters),
        filters=filters,
        ticked=set(request.form.getlist("movable")),
        words=words,
        place_in_words=place_in_words,
        may_edit=may_edit(),
    )


def _in_words(finding: Finding, event: Event) -> dict[str, Any]:
    return {
        "sentence": timetable_words.in_words(finding, event.zone),
        "is_fatal": finding.is_fatal,
        "endpoint": timetable_words.LINKS.get(finding.obstacle),
        "people": finding.people,
    }


def _published(event: Event, filters: meeting_list.Filters) -> Page[Meeting]:
    return meeting_list.page_of(event, filters, 1, *_can_be_ticked())


def _can_be_ticked() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Meeting.state == MeetingState.SCHEDULED,
        Meeting.shown_slot_id.is_not(None),
        Meeting.locked_at.is_(None),
    )


def _movable(event: Event, form: RunForm) -> list[int]:
    statement = sa.select(Meeting.id).where(Meeting.event_id == event.id, *_can_be_ticked())
    if form.which.data == "all":
        return list(db.session.scalars(statement))
    if form.which.data == "ticked":
        codes = request.form.getlist("movable")[:MOST_TICKED]
        return list(db.session.scalars(statement.where(Meeting.code.in_(codes))))
    return []


def _run(event: Event, form: RunForm, movable: list[int]) -> dict[str, Any]:
    made = runs.request_run(event, seconds=form.seconds.data or 1, seed=form.seed.data or 0, movable=movable)
    return {"run": made.id}


def _run_of(run_id: int) -> TimetableRun:
    found = run_queries.run_of(current_event(), run_id)
    if found is None:
        raise Missing
    return found


def _asked_session(sessions: Any) -> MeetingSession | None:
    """The one in the address, else the first that is not over."""
    wanted, now = request.args.get("session", type=int), clock.now()
    asked = [one for one in sessions if one.id == wanted]
    coming = [one for one in sessions if any(slot.ends_at > now for slot in one.slots)]
    return next(iter(asked or coming or sessions), None)


def _answer(found: TimetableRun) -> dict[str, Any]:
    """What the page of a run needs to name the meetings of its result."""
    result = found.result or {}
    lists = [entry["meeting"] for name in ("added", "moved", "removed", "unplaced") for entry in result.get(name, ())]
    meetings = {one.id: one for one in by_ids([*lists, *result.get("left_out", ()), *result.get("outside", ())])}
    places = [
        entry[key]
        for name in ("added", "moved", "removed")
        for entry in result.get(name, ())
        for key in ("from", "to")
        if key in entry
    ]
    slots, tables = places_by_ids([one[0] for one in places], [one[1] for one in places])
    return {
        "result": result,
        "is_shown": bool(result),
        "meetings": meetings,
        "full": _full([meetings[one["meeting"]] for one in result.get("unplaced", ()) if one["meeting"] in meetings]),
        "slots": slots,
        "tables": tables,
        "most": MOST_LISTED,
        "reasons": timetable_words.REASONS,
        "fixes": timetable_words.FIXES,
        "words": words,
        "place_in_words": place_in_words,
        "may_edit": may_edit(),
        "hidden": hidden_count(current_event()),
    }


def _full(unplaced: list[Meeting]) -> dict[int, int]:
    """The people of these meetings who have as many as possible by now, each with that number."""
    people = {seat.profile_id: seat.profile for one in unplaced for seat in one.people}
    maxima, placed = maxima_of(current_matchmaking(), list(people.values())), run_queries.placed_counts(people)
    return {one: most for one, most in maxima.items() if most is not None and placed[one] >= most}
