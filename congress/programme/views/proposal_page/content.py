"""The proposal itself: read, edited, withdrawn, by the link of one of its people."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.errors import DomainError, Missing
from congress.core.forms import BaseForm
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.programme import permissions
from congress.programme.answers import answered
from congress.programme.call_queries import asked
from congress.programme.enums import IN_PROPOSAL, ProposalState
from congress.programme.errors import CallClosed, ChangedMeanwhile
from congress.programme.forms.proposals import AuthorForm, ContentForm, InvitationForm, content_form
from congress.programme.models import ProposalPerson
from congress.programme.queries import formats_of, tracks_of
from congress.programme.services import proposals as services
from congress.programme.views.calls import prepare_again, too_late
from congress.programme.views.proposal_page.scope import (
    LINK,
    attachment,
    attempt,
    blueprint,
    current_person,
    proposal_view,
    reload,
)


@blueprint.get("/")
@access(LINK)
def show(token: str) -> ResponseReturnValue:
    """The proposal as it stands, and what can be done with it."""
    if current_person().state not in IN_PROPOSAL:
        return see_other(url_for(".join", token=token))
    return proposal_view(token, InvitationForm())


@blueprint.route("/edit", methods=["GET", "POST"])
@access(LINK)
def edit(token: str) -> ResponseReturnValue:
    """Change what is proposed; a draft can be sent with it."""
    person = current_person()
    proposal = person.proposal
    form = content_form(proposal, tracks_of(proposal.call.event), formats_of(proposal.call.event))
    if not form.is_submitted():
        if not permissions.can_edit_proposal(person, clock.now()):
            return see_other(url_for(".show", token=token))
        return _edit_page(token, form)
    if not permissions.can_edit_proposal(person, clock.now()):
        return _refused_edit(token, form)
    if not form.validate():
        return _edit_page(token, form), 422
    try:
        form.once(lambda: _changed(person, form))
    except DomainError as refusal:
        prepare_again(form, refusal)
        form.stored = reload(token).proposal
        form.call = form.stored.call
        return too_late(form.call, form) if isinstance(refusal, CallClosed) else _edited_again(token, form, refusal)
    flash(_("Your proposal is submitted.") if form.is_final else _("Saved."), "success")
    return see_other(url_for(".show", token=token))


@blueprint.route("/me", methods=["GET", "POST"])
@access(LINK)
def me(token: str) -> ResponseReturnValue:
    """One's own name, organisation and biography."""
    person = current_person()
    if not permissions.can_edit_proposal(person, clock.now()):
        return see_other(url_for(".show", token=token))
    form = AuthorForm(data=AuthorForm.data_of(person))
    refusal, status = None, 200
    if form.is_submitted():
        status = 422
        if form.validate():
            refusal = attempt(form, lambda: services.correct(person, form.author(person.email)))
            if refusal is None:
                flash(_("Your data are saved."), "success")
                return see_other(url_for(".show", token=token))
            person = reload(token)
    page = render_template(
        "programme/proposal/me.html", form=form, token=token, refusal=refusal, proposal=person.proposal
    )
    return page, status


@blueprint.route("/withdraw", methods=["GET", "POST"])
@access(LINK)
def withdraw(token: str) -> ResponseReturnValue:
    """Ask, then take the proposal back."""
    person, back = current_person(), url_for(".show", token=token)
    if not permissions.can_withdraw(person, clock.now()):
        return see_other(back)
    form = BaseForm()
    if form.validate_on_submit():
        services.withdraw(person)
        flash(_("The proposal is withdrawn."), "success")
        return see_other(back)
    return render_template("programme/proposal/withdraw.html", form=form, proposal=person.proposal, back=back)


@blueprint.post("/reopen")
@access(LINK)
def reopen(token: str) -> ResponseReturnValue:
    """Make a draft of a withdrawn proposal again."""
    services.reopen(current_person())
    flash(_("The proposal is a draft again. It counts once you submit it."), "success")
    return see_other(url_for(".show", token=token))


@blueprint.get("/files/<int:file_id>")
@access(LINK)
def file(token: str, file_id: int) -> Response:  # noqa: ARG001 (part of the address)
    """An attachment, for those who are part of the proposal."""
    person = current_person()
    found = next((one for one in person.proposal.files if one.id == file_id), None)
    if found is None or person.state not in IN_PROPOSAL:
        raise Missing
    return attachment(found)


def _edit_page(token: str, form: ContentForm, refusal: DomainError | None = None) -> str:
    return render_template(
        "programme/proposal/edit.html",
        token=token,
        form=form,
        refusal=refusal,
        call=form.call,
        event=form.call.event,
        proposal=form.stored,
        questions=asked(form.call),
        answers=answered(form.stored) if form.stored and isinstance(refusal, ChangedMeanwhile) else [],
        is_draft=form.stored is not None and form.stored.state is ProposalState.DRAFT,
    )


def _edited_again(token: str, form: ContentForm, refusal: DomainError) -> ResponseReturnValue:
    """The refusal with what was typed. After a change by somebody else, sending again is a decision."""
    if isinstance(refusal, ChangedMeanwhile) and form.stored is not None:
        form.version.data = str(form.stored.version)
    form.start_again()
    return _edit_page(token, form, refusal), 422


def _refused_edit(token: str, form: ContentForm) -> ResponseReturnValue:
    """What was typed is shown again when the deadline has passed; a state that forbids it has its own page."""
    person = current_person()
    is_late = person.state in IN_PROPOSAL and not permissions.is_open(person.proposal.call, clock.now())
    return too_late(person.proposal.call, form) if is_late else see_other(url_for(".show", token=token))


def _changed(person: ProposalPerson, form: ContentForm) -> dict[str, Any]:
    services.change(person, form.content(), submit=form.is_final, seen_version=form.seen_version)
    return {}
