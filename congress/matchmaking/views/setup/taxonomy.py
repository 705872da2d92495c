"""The taxonomy of the series, and what this event uses of it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.text import one_line
from congress.events.views.scope import current_event, event_blueprint
from congress.matchmaking.forms.setup_taxonomy import MergeForm, NewTagForm, PlaceForm, TagForm
from congress.matchmaking.queries.taxonomy import uses_of_series
from congress.matchmaking.services import taxonomy as services
from congress.matchmaking.taxonomy import Taxonomy, Term, taxonomy_of
from congress.matchmaking.views.setup.scope import EDIT, READ, STEPS, may_edit, press, say_saved

blueprint = event_blueprint("taxonomy", __name__, "/matchmaking/taxonomy")
SEARCH_LENGTH = 100


@blueprint.get("/")
@access(READ)
def index() -> str:
    """The tree; with `q`, what was found in it."""
    form = NewTagForm(formdata=None, data={"parent_id": request.args.get("below", 0, type=int)})
    return _page(form)


@blueprint.post("/")
@access(EDIT)
def add() -> ResponseReturnValue:
    """One tag more."""
    event, form = current_event(), NewTagForm()
    form.offer(taxonomy_of(event))
    if form.validate_on_submit():
        parent, labels, synonyms = form.parent_id.data or None, form.labels, form.synonyms
        made = form.attempt(lambda: {"id": services.add_tag(event, parent, labels, synonyms).id})
        if made is not None:
            say_saved()
            return see_other(url_for(".index", below=parent, _anchor=f"tag-{made['id']}"))
    return _page(form), 422


@blueprint.route("/<int:tag_id>/", methods=["GET", "POST"])
@access(EDIT)
def tag(tag_id: int) -> ResponseReturnValue:
    """One tag: what it is called, where it stands, merging, deleting."""
    event = current_event()
    tree, term = _current(tag_id)
    form = TagForm(data=TagForm.data_of(term))
    if form.validate_on_submit():
        labels, synonyms = form.labels, form.synonyms
        if form.attempt(lambda: services.change_tag(event, tag_id, labels, synonyms)) is not None:
            say_saved()
            return see_other(url_for(".index", _anchor=f"tag-{tag_id}"))
    return _tag_page(tree, term, form=form)


@blueprint.post("/<int:tag_id>/place")
@access(EDIT)
def place(tag_id: int) -> ResponseReturnValue:
    """Another parent."""
    event, (tree, term), form = current_event(), _current(tag_id), PlaceForm()
    form.offer(tree)
    if form.validate_on_submit():
        parent = form.parent_id.data or None
        if form.attempt(lambda: services.place_tag(event, tag_id, parent)) is not None:
            say_saved()
            return see_other(url_for(".index", _anchor=f"tag-{tag_id}"))
    return _tag_page(tree, term, place_form=form)


@blueprint.post("/<int:tag_id>/merge")
@access(EDIT)
def merge(tag_id: int) -> ResponseReturnValue:
    """Let another tag take over."""
    event, (tree, term), form = current_event(), _current(tag_id), MergeForm()
    form.offer(tree, tag_id)
    if form.validate_on_submit():
        into = form.into_id.data
        if form.attempt(lambda: services.merge_tag(event, tag_id, into)) is not None:
            flash(_("“%(name)s” was merged.", name=term.name()), "success")
            return see_other(url_for(".index", _anchor=f"tag-{into}"))
    return _tag_page(tree, term, merge_form=form)


@blueprint.post("/<int:tag_id>/move/<any(up, down):way>")
@access(EDIT)
def move(tag_id: int, way: str) -> Response:
    """Another place among those beside it."""
    event = current_event()
    _current(tag_id)
    press(lambda: services.move_tag(event, tag_id, STEPS[way]))
    return see_other(url_for(".index", _anchor=f"tag-{tag_id}"))


@blueprint.post("/<int:tag_id>/remove")
@access(EDIT)
def remove(tag_id: int) -> Response:
    """Delete a tag that nobody uses."""
    event = current_event()
    _tree, term = _current(tag_id)
    if not press(lambda: services.remove_tag(event, tag_id)):
        return see_other(url_for(".tag", tag_id=tag_id))
    flash(_("“%(name)s” was deleted.", name=term.name()), "success")
    return see_other(url_for(".index"))


@blueprint.post("/<int:tag_id>/<any(activate, deactivate):act>")
@access(EDIT)
def set_active(tag_id: int, act: str) -> Response:
    """Use a branch at this event, or no longer."""
    event = current_event()
    _tree, term = _current(tag_id)
    active = act == "activate"
    if press(lambda: {"count": services.set_active(event, tag_id, active=active)}):
        text = (
            _("“%(name)s” and what stands below can be chosen at this event.", name=term.name())
            if active
            else _("“%(name)s” and what stands below can no longer be chosen at this event.", name=term.name())
        )
        flash(text, "success")
    return see_other(url_for(".index", _anchor=f"tag-{tag_id}"))


def _current(tag_id: int) -> tuple[Taxonomy, Term]:
    tree = taxonomy_of(current_event())
    if tag_id not in tree:
        raise Missing
    return tree, tree.by_id[tag_id]


def _page(form: NewTagForm) -> str:
    event = current_event()
    tree = taxonomy_of(event)
    form.offer(tree)
    words = one_line(request.args.get("q", ""))[:SEARCH_LENGTH]
    return render_template(
        "matchmaking/manage/setup/taxonomy.html",
        event=event,
        tree=tree,
        form=form,
        q=words,
        found=tree.search(words) if words else [],
        uses=uses_of_series(event.series_id),
        can_edit=may_edit(),
    )


def _tag_page(tree: Taxonomy, term: Term, **forms: Any) -> tuple[str, int]:
    place_form = forms.get("place_form") or PlaceForm(formdata=None, data={"parent_id": term.parent_id or 0})
    place_form.offer(tree)
    merge_form = forms.get("merge_form") or MergeForm(formdata=None)
    merge_form.offer(tree, term.id)
    uses = uses_of_series(current_event().series_id).get(term.id, 0)
    page = render_template(
        "matchmaking/manage/setup/tag.html",
        tree=tree,
        term=term,
        form=forms.get("form") or TagForm(formdata=None, data=TagForm.data_of(term)),
        place_form=place_form,
        merge_form=merge_form,
        uses=uses,
    )
    wrong = any(form.errors or form.form_errors for form in forms.values())
    return page, 422 if wrong else 200
