"""The proposals of a call, for its organisers."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.spreadsheets import Kind, spreadsheet
from congress.events.forms.base import EmptyForm
from congress.events.services.pages import note as audit_note
from congress.events.views.scope import current_event
from congress.programme import call_words
from congress.programme.answers import answered, attachments
from congress.programme.call_queries import call_of, proposal_of
from congress.programme.enums import ProposalState
from congress.programme.forms.calls import NoteForm
from congress.programme.permissions import call_state
from congress.programme.proposal_export import table_of
from congress.programme.proposal_list import Filters, proposals_page
from congress.programme.queries import formats_of, tracks_of
from congress.programme.services import proposals as services
from congress.programme.views.calls_manage.scope import MANAGE, blueprint
from congress.programme.views.proposal_page.scope import attachment
from congress.programme.words import LANGUAGES


@blueprint.get("/<int:call_id>/")
@access(MANAGE)
def proposals(call_id: int) -> str:
    """What was sent, searched and narrowed; the address says how."""
    event, filters = current_event(), Filters.of(request.args)
    call = call_of(event, call_id)
    return render_template(
        "programme/calls/manage/proposals.html",
        event=event,
        call=call,
        state=call_state(call, clock.now()),
        filters=filters,
        page=proposals_page(call, filters, request.args.get("page", 1, type=int)),
        tracks=tracks_of(event),
        formats=formats_of(event),
        states=ProposalState,
        words=call_words,
        form=EmptyForm(),
        page_url=lambda number: _address(call_id, filters, page=number),
    )


@blueprint.route("/proposals/<proposal_code>/", methods=["GET", "POST"])
@access(MANAGE)
def proposal(proposal_code: str) -> ResponseReturnValue:
    """One proposal with its people, answers, files, and the team's note."""
    event = current_event()
    found = proposal_of(event, proposal_code)
    form = NoteForm(data={"note": found.note})
    if form.validate_on_submit():
        done = form.attempt(lambda: services.set_note(event, found, form.note.data or ""))
        if done is not None:
            flash(_("The note is saved."), "success")
            return see_other(url_for("calls_manage.proposal", proposal_code=proposal_code))
    page = render_template(
        "programme/calls/manage/proposal.html",
        event=event,
        call=found.call,
        proposal=found,
        answers=answered(found),
        attachments=attachments(found),
        form=form,
        words=call_words,
        languages=LANGUAGES,
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.get("/proposals/<proposal_code>/files/<int:file_id>")
@access(MANAGE)
def file(proposal_code: str, file_id: int) -> Response:
    """An attachment of a proposal of this event."""
    found = proposal_of(current_event(), proposal_code)
    for one in found.files:
        if one.id == file_id:
            return attachment(one)
    raise Missing


@blueprint.post("/<int:call_id>/export.<any(csv, xlsx):kind>")
@access(MANAGE)
def export(call_id: int, kind: Kind) -> Response:
    """The list as a file, as it is filtered. A POST, because it is noted who took the data out."""
    event = current_event()
    call = call_of(event, call_id)
    table = table_of(event, call, Filters.of(request.args))
    audit_note("proposal.exported", event, ("call", call.id), after={"count": len(table.rows), "kind": kind})
    day = clock.local_day(clock.now(), event.zone).isoformat()
    name = _("proposals")
    return spreadsheet(table, kind, f"{name}-{call.slug}-{day}")


def _address(call_id: int, filters: Filters, **more: Any) -> str:
    values: dict[str, Any] = {**filters.arguments(), **more}
    return url_for(".proposals", call_id=call_id, **values)
