"""The organisers' badge pages: ask for a print run, watch it, fetch it."""

from __future__ import annotations

from flask import Response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from congress.badges import queries, services
from congress.badges.enums import BadgeFormat
from congress.badges.forms import EVERYBODY, NOT_PRINTED, PrintForm
from congress.badges.models import PrintRun
from congress.core import storage
from congress.core.access import access
from congress.core.errors import DomainError, Missing
from congress.core.forms import BaseForm, SelectChoice
from congress.core.http import see_other
from congress.core.languages import gettext, translated
from congress.core.pdf import is_available
from congress.events.permissions import Capability
from congress.events.views.scope import current_event, event_access, event_blueprint

blueprint = event_blueprint("badges_manage", __name__, "/badges")
MAX_SELECTED = 5000


@blueprint.get("/")
@access(event_access(Capability.PRINT_BADGES))
def index() -> str:
    """The form and the latest print runs."""
    return _page(_form())


@blueprint.post("/")
@access(event_access(Capability.PRINT_BADGES))
def create() -> ResponseReturnValue:
    """Ask for a print run of everybody, a category, or those not printed yet."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    ids = _chosen_ids(form.people.data)
    return _start(form, ids, BadgeFormat(form.layout.data))


@blueprint.post("/selection")
@access(event_access(Capability.PRINT_BADGES))
def create_selection() -> ResponseReturnValue:
    """Ask for the badges ticked in the list of registrations (`registration` = public ids, `layout`)."""
    chosen = request.form.getlist("registration")[:MAX_SELECTED]
    layout = request.form.get("layout", BadgeFormat.A6.value)
    if layout not in set(BadgeFormat):
        layout = BadgeFormat.A6.value
    ids = queries.selected_ids(current_event(), chosen)
    return _start(BaseForm(), ids, BadgeFormat(layout))


@blueprint.get("/<int:run_id>/")
@access(event_access(Capability.PRINT_BADGES))
def show(run_id: int) -> str:
    """One print run: its progress, then its file."""
    return render_template("badges/manage/show.html", run=_run(run_id))


@blueprint.get("/<int:run_id>/progress")
@access(event_access(Capability.PRINT_BADGES))
def run_progress(run_id: int) -> str:
    """The part of the page that is asked for every second."""
    return render_template("badges/manage/_progress.html", run=_run(run_id))


@blueprint.get("/<int:run_id>/badges.pdf")
@access(event_access(Capability.PRINT_BADGES))
def download(run_id: int) -> Response:
    """The file."""
    run = _run(run_id)
    path = storage.stored_file(services.FOLDER, run.file_name) if run.file_name else None
    if path is None:
        raise Missing
    name = f"badges-{current_event().slug}-{run.id}.pdf"
    return send_file(path, mimetype="application/pdf", download_name=name, as_attachment=True, max_age=0)


@blueprint.post("/<int:run_id>/discard")
@access(event_access(Capability.PRINT_BADGES))
def discard(run_id: int) -> ResponseReturnValue:
    """Delete a print run and its file."""
    services.discard_print_run(_run(run_id))
    return see_other(url_for(".index"))


def _form() -> PrintForm:
    form = PrintForm()
    form.people.choices = [
        SelectChoice(EVERYBODY, gettext("Everybody who is confirmed")),
        SelectChoice(NOT_PRINTED, gettext("Only those not printed yet")),
        *(
            SelectChoice(str(category.id), translated(category.name))
            for category in queries.categories_of(current_event())
        ),
    ]
    return form


def _page(form: PrintForm) -> str:
    runs = queries.print_runs_of(current_event())
    return render_template("badges/manage/index.html", form=form, runs=runs, pdf_available=is_available())


def _chosen_ids(people: str) -> list[int]:
    event = current_event()
    if people in {EVERYBODY, NOT_PRINTED}:
        return queries.printable_ids(event, only_new=people == NOT_PRINTED)
    return queries.printable_ids(event, int(people))


def _start(form: BaseForm, ids: list[int], layout: BadgeFormat) -> ResponseReturnValue:
    event = current_event()
    try:
        result = form.once(lambda: {"run": services.request_print_run(event, ids, layout).id})
    except DomainError as refusal:
        page_form = form if isinstance(form, PrintForm) else _form()
        page_form.people.errors = [*page_form.people.errors, str(refusal)]
        return _page(page_form), 422
    return see_other(url_for(".show", run_id=result["run"]))


def _run(run_id: int) -> PrintRun:
    run = queries.print_run_of(current_event(), run_id)
    if run is None:
        raise Missing
    return run
