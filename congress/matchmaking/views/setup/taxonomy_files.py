"""The taxonomy as a table: download, preview of a file, import."""

from __future__ import annotations

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.bounded_forms import takes_files
from congress.core.errors import DomainError
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.core.spreadsheets import Kind, spreadsheet
from congress.events.views.scope import current_event
from congress.extensions import db
from congress.matchmaking.forms.setup_taxonomy import ImportForm, UploadForm
from congress.matchmaking.services.taxonomy_import import import_tree, preview
from congress.matchmaking.taxonomy import taxonomy_of
from congress.matchmaking.taxonomy_files import COLUMNS, MAX_BYTES, Plan, table_of
from congress.matchmaking.views.setup.scope import EDIT, READ
from congress.matchmaking.views.setup.taxonomy import blueprint
from congress.programme.services.importing import keep_file, kept_file

SHOWN = 200
"""Rows that a preview lists; the rest is counted."""


@blueprint.get("/taxonomy.<any(csv, xlsx):kind>")
@access(READ)
def download(kind: Kind) -> Response:
    """The whole tree, with the ids by which an import knows its tags again."""
    event = current_event()
    return spreadsheet(table_of(taxonomy_of(event), _("Taxonomy")), kind, f"taxonomy-{event.series.slug}")


@blueprint.route("/import", methods=["GET"])
@access(EDIT)
def upload() -> str:
    """A form for the file."""
    return _upload_page(UploadForm())


@blueprint.post("/import/preview")
@access(EDIT)
@takes_files(MAX_BYTES)
def show_import() -> ResponseReturnValue:
    """What the file would change; nothing is written."""
    event, form = current_event(), UploadForm()
    if not form.validate_on_submit():
        return _upload_page(form), 422
    content = form.file.data.read(MAX_BYTES + 1)
    try:
        plan = preview(event, content)
    except DomainError as refusal:
        form.form_errors.append(str(refusal.sentence))
        return _upload_page(form), 422
    return _preview_page(ImportForm(formdata=None, data={"name": keep_file(event, content)}), plan)


@blueprint.post("/import")
@access(EDIT)
def apply_import() -> ResponseReturnValue:
    """Write what was previewed."""
    event, form = current_event(), ImportForm()
    content = kept_file(event, form.name.data or "")
    if content is None:
        flash(_("The file is no longer here. Please send it again."), "warning")
        return see_other(url_for(".upload"))
    done = form.attempt(lambda: {"count": _import(content, form.digest.data or "")})
    if done is None:
        db.session.expire_all()
        return _preview_page(form, preview(event, content)), 422
    flash(ngettext("%(num)s tag was brought in.", "%(num)s tags were brought in.", done["count"]), "success")
    return see_other(url_for(".index"))


def _import(content: bytes, digest: str) -> int:
    plan = import_tree(current_event(), content, digest)
    return len(plan.new) + len(plan.changed)


def _upload_page(form: UploadForm) -> str:
    return render_template("matchmaking/manage/setup/taxonomy_import.html", form=form, columns=COLUMNS)


def _preview_page(form: ImportForm, plan: Plan) -> str:
    form.digest.data = plan.digest
    return render_template("matchmaking/manage/setup/taxonomy_preview.html", form=form, plan=plan, shown=SHOWN)
