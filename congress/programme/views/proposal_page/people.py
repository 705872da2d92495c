"""The people of a proposal: invited by its submitter, joining, declining, leaving."""

from __future__ import annotations

from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.forms import BaseForm
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.programme import permissions
from congress.programme.enums import IN_PROPOSAL, PersonState
from congress.programme.forms.proposals import AuthorForm, InvitationForm
from congress.programme.services import co_submitters
from congress.programme.views.proposal_page.scope import (
    LINK,
    attempt,
    blueprint,
    current_person,
    proposal_view,
    reload,
)


@blueprint.post("/invite")
@access(LINK)
def invite(token: str) -> ResponseReturnValue:
    """Ask somebody to join, by mail."""
    person, form = current_person(), InvitationForm()
    if not form.validate_on_submit():
        return proposal_view(token, form), 422
    refusal = attempt(form, lambda: co_submitters.invite(person, form.email.data or "", form.language.data))
    if refusal is not None:
        g.proposal_person = reload(token)
        return proposal_view(token, form, refusal), 422
    flash(_("The invitation is on its way."), "success")
    return see_other(url_for(".show", token=token))


@blueprint.post("/people/<int:person_id>/remove")
@access(LINK)
def remove(token: str, person_id: int) -> ResponseReturnValue:
    """Take a co-submitter out."""
    co_submitters.remove(current_person(), person_id)
    flash(_("The person is no longer part of the proposal."), "success")
    return see_other(url_for(".show", token=token))


@blueprint.route("/join", methods=["GET", "POST"])
@access(LINK)
def join(token: str) -> ResponseReturnValue:
    """What one is asked to join, and the form that says yes."""
    person = current_person()
    if person.state in IN_PROPOSAL:
        return see_other(url_for(".show", token=token))
    form = AuthorForm(data=AuthorForm.data_of(person))
    refusal, status = None, 200
    if form.is_submitted():
        status = 422
        if form.validate():
            refusal = attempt(form, lambda: co_submitters.join(person, form.author(person.email)))
            if refusal is None:
                flash(_("You are part of the proposal now."), "success")
                return see_other(url_for(".show", token=token))
            person = reload(token)
    page = render_template(
        "programme/proposal/join.html",
        form=form,
        token=token,
        person=person,
        proposal=person.proposal,
        refusal=refusal,
        can_join=permissions.can_answer_invitation(person, clock.now()),
        submitter=next(one for one in person.proposal.people if one.state is PersonState.SUBMITTER),
    )
    return page, status


@blueprint.route("/decline", methods=["GET", "POST"])
@access(LINK)
def decline(token: str) -> ResponseReturnValue:
    """Ask, then say no or leave."""
    person, form = current_person(), BaseForm()
    if form.validate_on_submit():
        co_submitters.decline(person)
        flash(_("You are not part of the proposal. If you change your mind, this page lets you join."), "success")
        return see_other(url_for(".join", token=token))
    back = url_for(".show", token=token)
    return render_template("programme/proposal/decline.html", form=form, proposal=person.proposal, back=back)
