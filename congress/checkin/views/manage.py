"""Organisers' pages of the doors: what happens there now, the doors, the journal, the list of those who came."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.checkin import attendance_list, words
from congress.checkin.attendance import door_figures
from congress.checkin.enums import ScanOutcome
from congress.checkin.forms import CheckpointForm
from congress.checkin.models import Checkpoint
from congress.checkin.permissions import can_see_names
from congress.checkin.queries import overview
from congress.checkin.services import doors
from congress.core import clock
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import PRIVATE, see_other
from congress.core.languages import gettext as _
from congress.core.pagination import page_of
from congress.core.spreadsheets import spreadsheet
from congress.events.forms.base import EmptyForm
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint

READ, MANAGE = event_access(Capability.READ_DOORS), event_access(Capability.MANAGE_DOORS)
EXPORT = event_access(Capability.EXPORT_REGISTRATIONS)
SEARCH_LENGTH = 100

blueprint = event_blueprint("checkin_manage", __name__, "/doors")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """What happens at the doors now, and the doors."""
    event = current_event()
    return render_template(
        "checkin/manage/index.html",
        **_live(),
        devices=overview.devices_of(event),
        may_manage=can(current_roles(), Capability.MANAGE_DOORS),
        may_export=can(current_roles(), Capability.EXPORT_REGISTRATIONS),
        is_today=event.first_day <= clock.local_day(clock.now(), event.zone) <= event.last_day,
        empty=EmptyForm(),
    )


@blueprint.get("/live")
@access(READ)
def live() -> str:
    """The part of the page that is asked for every three seconds."""
    return render_template("checkin/manage/_live.html", **_live())


@blueprint.route("/new", methods=["GET", "POST"])
@access(MANAGE)
def new() -> ResponseReturnValue:
    """One more door."""
    event, form = current_event(), CheckpointForm()
    if form.validate_on_submit():
        name, rehearsal = str(form.name.data), bool(form.rehearsal.data)
        made = form.attempt(lambda: {"id": doors.add_checkpoint(event, name, rehearsal=rehearsal).id})
        if made is not None:
            flash(_("The door is there. Now add the devices that scan at it."), "success")
            return see_other(url_for("checkin_manage.show_door", checkpoint_id=made["id"]))
    page = render_template("checkin/manage/door_form.html", form=form, checkpoint=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/<int:checkpoint_id>/settings", methods=["GET", "POST"])
@access(MANAGE)
def change(checkpoint_id: int) -> ResponseReturnValue:
    """Name and rehearsal of a door."""
    checkpoint = find_checkpoint(checkpoint_id)
    form = CheckpointForm(obj=checkpoint)
    if form.validate_on_submit():
        name, rehearsal = str(form.name.data), bool(form.rehearsal.data)
        event = current_event()
        if form.attempt(lambda: doors.change_checkpoint(event, checkpoint, name, rehearsal=rehearsal)) is not None:
            flash(_("Saved."), "success")
            return see_other(url_for("checkin_manage.show_door", checkpoint_id=checkpoint.id))
    page = render_template("checkin/manage/door_form.html", form=form, checkpoint=checkpoint)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/<int:checkpoint_id>/close", methods=["GET", "POST"])
@access(MANAGE)
def close(checkpoint_id: int) -> ResponseReturnValue:
    """Close a door for good, after a question."""
    checkpoint, form = find_checkpoint(checkpoint_id), EmptyForm()
    if form.validate_on_submit():
        form.attempt(lambda: doors.close_checkpoint(checkpoint))
        flash(_("The door is closed. Its devices have no access any more."), "success")
        return see_other(url_for("checkin_manage.index"))
    return render_template("checkin/manage/close.html", form=form, checkpoint=checkpoint)


@blueprint.get("/journal")
@access(READ)
def journal() -> str:
    """Every scan, newest first."""
    event, wanted = current_event(), _wanted()
    page = page_of(overview.journal(event, wanted), request.args.get("page", 1, int))
    names = can_see_names(current_roles())
    return render_template(
        "checkin/manage/journal.html",
        page=page,
        wanted=wanted,
        checkpoints=overview.checkpoints_of(event),
        doors=_names_of_doors(),
        people=overview.people_of(page.items) if names else {},
        names=names,
        words=words,
    )


@blueprint.post("/attendance.csv")
@access(EXPORT)
def export() -> ResponseReturnValue:
    """Who came, when and through which door; by POST, because the audit notes it."""
    event = current_event()
    table = attendance_list.attendance_table(event)
    doors.note_export(event, len(table.rows))
    # Semicolons: French spreadsheets split nothing else when a file is opened by a double click.
    response = spreadsheet(table, "csv", f"attendance-{event.slug}", delimiter=";")
    response.headers["Cache-Control"] = PRIVATE
    return response


def find_checkpoint(checkpoint_id: int) -> Checkpoint:
    """A door of the event of this page, or `Missing`."""
    found = overview.checkpoint_of(current_event(), checkpoint_id)
    if found is None:
        raise Missing
    return found


def _live() -> dict[str, Any]:
    event = current_event()
    day = clock.local_day(clock.now(), event.zone)
    checkpoints = overview.checkpoints_of(event)
    rehearsed = any(one.rehearsal and one.closed_at is None for one in checkpoints)
    scans = overview.last_scans(event)
    return {
        "checkpoints": checkpoints,
        "doors": {one.id: one.name for one in checkpoints},
        "figures": door_figures(event.id, day, rehearsal=False),
        "rehearsal": door_figures(event.id, day, rehearsal=True) if rehearsed else None,
        "scans": scans,
        "people": overview.people_of(scans) if can_see_names(current_roles()) else {},
        "words": words,
    }


def _names_of_doors() -> dict[int, str]:
    return {one.id: one.name for one in overview.checkpoints_of(current_event())}


def _wanted() -> overview.ScanFilter:
    text = request.args.get("q", "").strip()[:SEARCH_LENGTH] if can_see_names(current_roles()) else ""
    outcome = request.args.get("outcome", "")
    return overview.ScanFilter(
        text=text,
        outcome=ScanOutcome(outcome) if outcome in set(ScanOutcome) else None,
        checkpoint_id=request.args.get("door", None, _id),
    )


def _id(text: str) -> int:
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError
    return number
