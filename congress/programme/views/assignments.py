"""Who is asked to review what in a call, and how far they are."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.programme.call_queries import call_of
from congress.programme.forms.reviews import AssignForm, DistributeForm
from congress.programme.models import Call
from congress.programme.review_figures import (
    asked_first,
    assigned_to,
    conflicts_of,
    reviewers_of,
    submitted_proposals,
    work_of,
)
from congress.programme.services import assigning

MANAGE = event_access(Capability.MANAGE_CALLS)
blueprint = event_blueprint("assignments", __name__, "/calls/<int:call_id>/reviewers")


@blueprint.route("/", methods=["GET", "POST"])
@access(MANAGE)
def index(call_id: int) -> ResponseReturnValue:
    """Everybody who reviews with what is done, the proposals with who was asked, and a form to ask evenly."""
    event = current_event()
    call = call_of(event, call_id)
    reviewers = reviewers_of(event)
    first = asked_first(event)
    chosen = [one.id for one in reviewers if one.id in first] or [one.id for one in reviewers]
    form = DistributeForm(reviewers, data={"reviewers": chosen, "per_proposal": 3})
    if form.validate_on_submit():
        people, number = form.reviewers.data or [], form.per_proposal.data or 0
        done = form.attempt(lambda: {"count": assigning.distribute(event, call_id, number, people)})
        if done is not None:
            count = done["count"]
            flash(ngettext("%(num)s review was asked for.", "%(num)s reviews were asked for.", count), "success")
            return see_other(url_for(".index", call_id=call_id))
    return _page(call, form), 422 if form.errors or form.form_errors else 200


@blueprint.route("/<proposal_code>/", methods=["GET", "POST"])
@access(MANAGE)
def change(call_id: int, proposal_code: str) -> ResponseReturnValue:
    """Who is asked to review one proposal."""
    event = current_event()
    call = call_of(event, call_id)
    proposal = submitted_proposals(call).get(proposal_code)
    if proposal is None:
        raise Missing
    asked = assigned_to(call).get(proposal.id, frozenset())
    own = conflicts_of(call).get(proposal.id, frozenset())
    form = AssignForm(reviewers_of(event), own, data={"reviewers": sorted(asked)})
    if form.validate_on_submit():
        people = form.reviewers.data or []
        if form.attempt(lambda: assigning.assign(event, call_id, proposal_code, people)) is not None:
            flash(_("Saved."), "success")
            return see_other(url_for(".index", call_id=call_id))
    page = render_template("programme/reviews/assign.html", call=call, proposal=proposal, form=form)
    return page, 422 if form.errors or form.form_errors else 200


def _page(call: Call, form: DistributeForm) -> str:
    event = current_event()
    names = {one.id: one.name or one.email for one in reviewers_of(event)}
    asked = assigned_to(call)
    rows = [
        (one, sorted(names[each] for each in asked.get(one.id, ()) if each in names))
        for one in submitted_proposals(call).values()
    ]
    return render_template(
        "programme/reviews/assignments.html",
        call=call,
        form=form,
        rows=rows,
        work=work_of(event, call),
        may_manage_team=can(current_roles(), Capability.MANAGE_TEAM),
    )
