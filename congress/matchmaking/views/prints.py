"""Everything on paper: all schedules, those that changed since they were printed, and the cards on the tables."""

from __future__ import annotations

from flask import Response, flash, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from congress.core import storage
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import current_language
from congress.core.pdf import is_available
from congress.events.forms.base import EmptyForm
from congress.events.permissions import Capability
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.matchmaking import documents
from congress.matchmaking.models import SchedulePrintRun
from congress.matchmaking.queries import schedules
from congress.matchmaking.queries.profiles import booths_of
from congress.matchmaking.queries.setup import tables_of
from congress.matchmaking.services import printing

DESK = event_access(Capability.RUN_DESK)
blueprint = event_blueprint("schedule_prints", __name__, "/matchmaking/prints")


@blueprint.get("/")
@access(DESK)
def index() -> str:
    """What can be printed, and the latest print runs."""
    return _page(EmptyForm())


@blueprint.post("/<any(all, changed):which>")
@access(DESK)
def create(which: str) -> ResponseReturnValue:
    """Ask for everybody's schedule, or for those that are not on paper as they are now."""
    event, form = current_event(), EmptyForm()
    if form.validate_on_submit():
        ids = schedules.printable_ids(event, only_changed=which == "changed")
        result = form.attempt(lambda: {"run": printing.request_print_run(event, ids).id})
        if result is not None:
            return see_other(url_for(".show", schedule_run_id=result["run"]))
        flash(" ".join(form.form_errors), "info")
    return see_other(url_for(".index"))


@blueprint.get("/<int:schedule_run_id>/")
@access(DESK)
def show(schedule_run_id: int) -> str:
    """One print run: its progress, then its file."""
    return render_template("matchmaking/manage/print_run.html", run=_run(schedule_run_id))


@blueprint.get("/<int:schedule_run_id>/progress")
@access(DESK)
def run_progress(schedule_run_id: int) -> str:
    """The part of the page that is asked for every second."""
    return render_template("matchmaking/manage/_print_progress.html", run=_run(schedule_run_id))


@blueprint.get("/<int:schedule_run_id>/all.pdf")
@access(DESK)
def download(schedule_run_id: int) -> Response:
    """The file."""
    run = _run(schedule_run_id)
    path = storage.stored_file(printing.FOLDER, run.file_name) if run.file_name else None
    if path is None:
        raise Missing
    name = f"schedules-{current_event().slug}-{run.id}.pdf"
    return send_file(path, mimetype="application/pdf", download_name=name, as_attachment=True, max_age=0)


@blueprint.post("/<int:schedule_run_id>/discard")
@access(DESK)
def discard(schedule_run_id: int) -> ResponseReturnValue:
    """Delete a print run and its file."""
    printing.discard_print_run(_run(schedule_run_id))
    return see_other(url_for(".index"))


@blueprint.get("/table-cards.pdf")
@access(DESK)
def table_cards() -> Response:
    """A card for each table."""
    event = current_event()
    tables = tables_of(event)
    if not tables:
        raise Missing
    content = documents.table_cards_pdf(event, tables, booths_of(event), current_language())
    response = Response(content, content_type="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"tables-{event.slug}.pdf")
    return response


def _page(form: EmptyForm) -> str:
    event = current_event()
    return render_template(
        "matchmaking/manage/prints.html",
        form=form,
        everybody=len(schedules.printable_ids(event)),
        changed=len(schedules.printable_ids(event, only_changed=True)),
        tables=len(tables_of(event)),
        runs=schedules.print_runs_of(event),
        pdf_available=is_available(),
    )


def _run(schedule_run_id: int) -> SchedulePrintRun:
    run = schedules.print_run_of(current_event(), schedule_run_id)
    if run is None:
        raise Missing
    return run
