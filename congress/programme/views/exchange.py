"""Import and export for organisers: preview first, all or nothing, and nothing the second time."""

from __future__ import annotations

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.errors import DomainError
from congress.core.http import PRIVATE, see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.core.spreadsheets import Kind, spreadsheet
from congress.events.permissions import Capability, can
from congress.events.services.pages import note
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.extensions import db
from congress.programme import releases
from congress.programme.enums import SessionState
from congress.programme.errors import ScheduleRefused
from congress.programme.exports.draft_table import draft_table
from congress.programme.forms.exchange import ImportForm, ReadingForm, UploadForm
from congress.programme.imports.plans import Plan
from congress.programme.imports.reading import MAX_BYTES, read
from congress.programme.imports.values import Contents
from congress.programme.services import importing

READ, EDIT = event_access(Capability.READ_PROGRAMME), event_access(Capability.EDIT_PROGRAMME)
blueprint = event_blueprint("exchange", __name__, "/programme/exchange")
SHOWN = 200
"""Sessions that a preview lists; the rest is counted."""


@blueprint.get("/")
@access(READ)
def index() -> str:
    """The files of the latest release, the draft as a table, and a form to bring one in."""
    return _page(UploadForm())


@blueprint.post("/preview")
@access(EDIT)
def preview() -> ResponseReturnValue:
    """Read a file and show what it would change; nothing is written."""
    event, form = current_event(), UploadForm()
    if not form.validate_on_submit():
        return _page(form), 422
    content = form.file.data.read(MAX_BYTES + 1)
    try:
        contents = _contents(content, form)
    except DomainError as refusal:
        form.form_errors.append(str(refusal.sentence))
        return _page(form), 422
    kept = ImportForm(
        formdata=None,
        data={
            "language": form.language.data,
            "state": form.state.data,
            "shift": form.shift.data,
            "name": importing.keep_file(event, content),
        },
    )
    return _preview(kept, importing.preview(event, contents))


@blueprint.post("/import")
@access(EDIT)
def apply() -> ResponseReturnValue:
    """Write what was previewed."""
    event, form = current_event(), ImportForm()
    content = importing.kept_file(event, form.name.data or "")
    if content is None:
        flash(_("The file is no longer here. Please send it again."), "warning")
        return see_other(url_for("exchange.index"))
    if not form.validate_on_submit():
        return _preview(form, importing.preview(event, _contents(content, form))), 422
    done = form.attempt(lambda: _import(form, _contents(content, form)))
    if done is None:
        return _preview(form, importing.preview(event, _contents(content, form))), 422
    message = ngettext(
        "%(num)s session was brought into the draft.",
        "%(num)s sessions were brought into the draft.",
        done["sessions"],
    )
    flash(" ".join((message, _("The public sees it with the next release."))), "success")
    return see_other(url_for("exchange.index"))


@blueprint.post("/draft.<any(csv, xlsx):kind>")
@access(EDIT)
def draft(kind: Kind) -> Response:
    """The draft as a table; a POST, because the audit notes that addresses of speakers were taken out."""
    event = current_event()
    table = draft_table(event)
    note("programme.exported", event, after={"count": len(table.rows), "kind": kind})
    day = clock.local_day(clock.now(), event.zone).isoformat()
    response = spreadsheet(table, kind, f"programme-{event.slug}-{day}")
    response.headers["Cache-Control"] = PRIVATE
    return response


def _import(form: ImportForm, contents: Contents) -> dict[str, int]:
    made = importing.import_schedule(current_event(), contents, form.digest.data or "", SessionState(form.state.data))
    return {"sessions": len(made.new) + len(made.changed)}


def _contents(content: bytes, form: ReadingForm) -> Contents:
    if not content:
        raise ScheduleRefused
    return read(content, current_event(), form.language.data, shift=form.shift.data)


def _preview(form: ImportForm, plan: Plan) -> str:
    db.session.expire_all()
    form.digest.data = plan.digest
    return render_template(
        "programme/manage/exchange_preview.html", form=form, plan=plan, shown=SHOWN, zone=current_event().zone
    )


def _page(form: UploadForm) -> str:
    event = current_event()
    return render_template(
        "programme/manage/exchange.html",
        form=form,
        event=event,
        release=releases.latest(event.id) if event.is_published else None,
        can_edit=can(current_roles(), Capability.EDIT_PROGRAMME),
    )
