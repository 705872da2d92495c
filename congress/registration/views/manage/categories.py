"""The categories of an event and the places that each has to itself."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.views.scope import current_event
from congress.registration import words
from congress.registration.figures import uses_of
from congress.registration.forms.categories import CategoryForm, category_data
from congress.registration.services import categories as services
from congress.registration.views.manage.scope import EDIT, blueprint


@blueprint.get("/categories/")
@access(EDIT)
def categories() -> str:
    """Categories and shared places on one page, with what is taken."""
    event = current_event()
    uses, quotas = uses_of(event)
    return render_template(
        "registration/manage/categories.html",
        event=event,
        uses=[use for use in uses if use.category.archived_at is None],
        archived=[use for use in uses if use.category.archived_at is not None],
        quotas=[quota for quota in quotas if not quota.is_own],
        words=words,
    )


@blueprint.route("/categories/new", methods=["GET", "POST"])
@access(EDIT)
def category_new() -> ResponseReturnValue:
    """One more category."""
    event = current_event()
    form = CategoryForm(event)
    if form.validate_on_submit():
        made = form.attempt(lambda: {"id": services.create_category(event, form.values(), form.capacity.data).id})
        if made is not None:
            flash(_("The category is in the list."), "success")
            return see_other(url_for(".categories"))
    page = render_template("registration/manage/category.html", event=event, form=form, use=None)
    return page, 422 if form.errors else 200


@blueprint.route("/categories/<int:category_id>/", methods=["GET", "POST"])
@access(EDIT)
def category_edit(category_id: int) -> ResponseReturnValue:
    """Everything about one category."""
    event = current_event()
    category = services.category_of(event, category_id)
    form = CategoryForm(event, data=category_data(category, services.own_quota(category)))
    if form.validate_on_submit():
        values, capacity = form.values(), form.capacity.data
        saved = form.attempt(lambda: {"id": services.change_category(event, category_id, values, capacity).id})
        if saved is not None:
            flash(_("Saved."), "success")
            return see_other(url_for(".categories"))
    use = next(one for one in uses_of(event)[0] if one.category.id == category_id)
    page = render_template("registration/manage/category.html", event=event, form=form, use=use)
    return page, 422 if form.errors else 200


@blueprint.post("/categories/<int:category_id>/move/<any(up, down):way>")
@access(EDIT)
def category_move(category_id: int, way: str) -> ResponseReturnValue:
    """Another place in the order."""
    event, form = current_event(), EmptyForm()
    services.category_of(event, category_id)
    step = -1 if way == "up" else 1
    if form.validate_on_submit():
        form.attempt(lambda: services.move_category(event, category_id, step))
    return see_other(url_for(".categories"))


@blueprint.post("/categories/<int:category_id>/remove")
@access(EDIT)
def category_remove(category_id: int) -> ResponseReturnValue:
    """One category less: deleted, or archived when somebody registered in it."""
    event, form = current_event(), EmptyForm()
    services.category_of(event, category_id)
    if form.validate_on_submit():
        done = form.attempt(lambda: {"deleted": services.remove_category(event, category_id)})
        if done is not None and done["deleted"]:
            flash(_("The category is deleted."), "success")
        elif done is not None:
            flash(_("The category is archived: nobody can choose it, and who is in it stays registered."), "success")
    return see_other(url_for(".categories"))


@blueprint.post("/categories/<int:category_id>/restore")
@access(EDIT)
def category_restore(category_id: int) -> ResponseReturnValue:
    """Offer an archived category again."""
    event, form = current_event(), EmptyForm()
    services.category_of(event, category_id)
    if form.validate_on_submit():
        form.attempt(lambda: services.restore_category(event, category_id))
        flash(_("The category is in the list again."), "success")
    return see_other(url_for(".categories"))
