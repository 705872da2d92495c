"""Bringing in profiles that the team prepared: a preview, then all or nothing."""

from __future__ import annotations

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import DomainError
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.core.spreadsheets import Kind, spreadsheet
from congress.events.views.scope import current_event
from congress.extensions import db
from congress.matchmaking.forms.people import PeopleFileForm, PeopleImportForm
from congress.matchmaking.people_files import COLUMNS, MAX_BYTES, read, template
from congress.matchmaking.people_plan import PeoplePlan, plan
from congress.matchmaking.services import people_import
from congress.matchmaking.taxonomy import taxonomy_of
from congress.matchmaking.views.people.scope import EDIT, blueprint

SHOWN = 200
"""Rows that a preview lists; the rest is counted."""


@blueprint.route("/import", methods=["GET", "POST"])
@access(EDIT)
def bring_in() -> ResponseReturnValue:
    """Read a file and show what it would change; nothing is written."""
    event, form = current_event(), PeopleFileForm()
    if form.validate_on_submit():
        content = form.file.data.read(MAX_BYTES + 1)
        try:
            made = _plan(content)
        except DomainError as refusal:
            form.form_errors.append(str(refusal.sentence))
        else:
            name = "" if made.errors else people_import.keep_file(event, content)
            return _preview(PeopleImportForm(formdata=None, data={"name": name}), made)
    page = render_template("matchmaking/manage/people/import.html", form=form, columns=COLUMNS)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/import/apply")
@access(EDIT)
def apply() -> ResponseReturnValue:
    """Write what was previewed."""
    event, form = current_event(), PeopleImportForm()
    content = people_import.kept_file(event, form.name.data or "")
    if content is None:
        flash(_("The file is no longer here. Please send it again."), "warning")
        return see_other(url_for(".bring_in"))
    digest = form.digest.data or ""
    if form.validate_on_submit():
        done = form.attempt(lambda: _imported(content, digest))
        if done is not None:
            message = ngettext("%(num)s profile was written.", "%(num)s profiles were written.", done["people"])
            flash(" ".join((message, _("Nobody is listed before opting in by the own link."))), "success")
            return see_other(url_for(".index"))
    return _preview(form, _plan(content)), 422


@blueprint.get("/template.<any(csv, xlsx):kind>")
@access(EDIT)
def empty(kind: Kind) -> Response:
    """A table with the columns and no rows."""
    return spreadsheet(template(), kind, _("profiles"))


def _imported(content: bytes, digest: str) -> dict[str, int]:
    event = current_event()
    made = people_import.import_people(event, read(content, taxonomy_of(event)), digest)
    return {"people": len(made.new) + len(made.changed)}


def _plan(content: bytes) -> PeoplePlan:
    event = current_event()
    return plan(event, read(content, taxonomy_of(event)))


def _preview(form: PeopleImportForm, made: PeoplePlan) -> str:
    db.session.expire_all()
    form.digest.data = made.digest
    return render_template("matchmaking/manage/people/preview.html", form=form, plan=made, shown=SHOWN)
