"""Places that several categories share."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.views.scope import current_event
from congress.registration.figures import uses_of
from congress.registration.forms.categories import QuotaForm, quota_data
from congress.registration.services import quotas as services
from congress.registration.views.manage.scope import EDIT, blueprint


@blueprint.route("/places/new", methods=["GET", "POST"])
@access(EDIT)
def quota_new() -> ResponseReturnValue:
    """More shared places."""
    event, form = current_event(), QuotaForm()
    form.offer(uses_of(event)[0])
    if form.validate_on_submit():
        name, capacity, chosen = form.name.data or "", form.capacity.data or 0, form.categories.data or []
        made = form.attempt(lambda: {"id": services.create_quota(event, name, capacity, chosen).id})
        if made is not None:
            flash(_("The shared places are in the list."), "success")
            return see_other(url_for(".categories"))
    page = render_template("registration/manage/quota.html", event=event, form=form, use=None)
    return page, 422 if form.errors else 200


@blueprint.route("/places/<int:quota_id>/", methods=["GET", "POST"])
@access(EDIT)
def quota_edit(quota_id: int) -> ResponseReturnValue:
    """How many, and who shares them."""
    event = current_event()
    form = QuotaForm(data=quota_data(services.quota_of(event, quota_id)))
    form.offer(uses_of(event)[0])
    if form.validate_on_submit():
        name, capacity, chosen = form.name.data or "", form.capacity.data or 0, form.categories.data or []
        saved = form.attempt(lambda: {"id": services.change_quota(event, quota_id, name, capacity, chosen).id})
        if saved is not None:
            flash(_("Saved."), "success")
            return see_other(url_for(".categories"))
    use = next(one for one in uses_of(event)[1] if one.quota.id == quota_id)
    page = render_template("registration/manage/quota.html", event=event, form=form, use=use)
    return page, 422 if form.errors else 200


@blueprint.post("/places/<int:quota_id>/remove")
@access(EDIT)
def quota_remove(quota_id: int) -> ResponseReturnValue:
    """Share no longer."""
    event, form = current_event(), EmptyForm()
    services.quota_of(event, quota_id)
    if form.validate_on_submit():
        form.attempt(lambda: services.remove_quota(event, quota_id))
        flash(_("These places are no longer shared."), "success")
    return see_other(url_for(".categories"))
