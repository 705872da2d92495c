"""The criteria of a call."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.permissions import Capability
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.programme.call_queries import call_of
from congress.programme.forms.criteria import CriterionForm, RemoveCriterionForm
from congress.programme.services import criteria as services

MANAGE = event_access(Capability.MANAGE_CALLS)
blueprint = event_blueprint("criteria", __name__, "/calls/<int:call_id>/criteria")


@blueprint.route("/", methods=["GET", "POST"])
@access(MANAGE)
def index(call_id: int) -> ResponseReturnValue:
    """All criteria, and a form for one more."""
    event, form = current_event(), CriterionForm()
    call = call_of(event, call_id)
    if form.validate_on_submit():
        values = form.values()
        added = form.attempt(lambda: {"id": services.add_criterion(event, call_id, values).id})
        if added is not None:
            flash(_("The criterion is in the list."), "success")
            return see_other(url_for(".index", call_id=call_id))
    page = render_template(
        "programme/reviews/criteria.html", call=call, criteria=services.criteria_of(call), form=form
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.route("/<int:criterion_id>/", methods=["GET", "POST"])
@access(MANAGE)
def change(call_id: int, criterion_id: int) -> ResponseReturnValue:
    """Name, help and weight of one."""
    event = current_event()
    call = call_of(event, call_id)
    criterion = services.criterion_of(call, criterion_id)
    form = CriterionForm(data={"name": criterion.name, "help": criterion.help, "weight": criterion.weight})
    if form.validate_on_submit():
        values = form.values()
        if form.attempt(lambda: services.change_criterion(event, call_id, criterion_id, values)) is not None:
            flash(_("Saved."), "success")
            return see_other(url_for(".index", call_id=call_id))
    page = render_template("programme/reviews/criterion.html", call=call, criterion=criterion, form=form)
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post("/<int:criterion_id>/move/<any(up, down):way>")
@access(MANAGE)
def move(call_id: int, criterion_id: int, way: str) -> ResponseReturnValue:
    """Another place in the order."""
    event, form = current_event(), EmptyForm()
    services.criterion_of(call_of(event, call_id), criterion_id)
    step = -1 if way == "up" else 1
    if form.validate_on_submit():
        form.attempt(lambda: services.move_criterion(event, call_id, criterion_id, step))
    return see_other(url_for(".index", call_id=call_id))


@blueprint.route("/<int:criterion_id>/remove", methods=["GET", "POST"])
@access(MANAGE)
def remove(call_id: int, criterion_id: int) -> ResponseReturnValue:
    """The question before, with how many reviews lose points, and the act."""
    event = current_event()
    call = call_of(event, call_id)
    criterion = services.criterion_of(call, criterion_id)
    form = RemoveCriterionForm()
    if form.validate_on_submit():
        seen = form.seen.data or 0
        if form.attempt(lambda: services.remove_criterion(event, call_id, criterion_id, seen)) is not None:
            flash(_("The criterion is deleted, with the points that it had."), "success")
            return see_other(url_for(".index", call_id=call_id))
    if form.seen.errors:
        form.form_errors.append(_("Please check your entries."))
    points = services.points_given(criterion)
    form.seen.raw_data, form.seen.data, form.seen.errors = None, points, []
    page = render_template(
        "programme/reviews/criterion_remove.html", call=call, criterion=criterion, form=form, points=points
    )
    return page, 422 if form.errors or form.form_errors else 200
