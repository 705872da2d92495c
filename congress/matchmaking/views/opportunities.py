"""Needs, offers and topics of the own profile: add, change, remove and put back, and their order."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.matchmaking import words
from congress.matchmaking.forms.profiles import OpportunityForm
from congress.matchmaking.models import Opportunity
from congress.matchmaking.services import opportunities
from congress.matchmaking.services.opportunities import Wish
from congress.matchmaking.taxonomy import taxonomy_of
from congress.matchmaking.views.participant import (
    LINK,
    current_profile,
    current_registration,
    page,
    participant_blueprint,
)
from congress.matchmaking.views.tag_picker import Picker, picker

blueprint = participant_blueprint("matchmaking_opportunities", __name__, "/opportunities")
MAX_POSITION = 10_000


@blueprint.route("/new", methods=["GET", "POST"])
@access(LINK)
def new() -> ResponseReturnValue:
    """Another need, offer or topic."""
    return _edit(None)


@blueprint.route("/<int:opportunity_id>", methods=["GET", "POST"])
@access(LINK)
def edit(opportunity_id: int) -> ResponseReturnValue:
    """Change one."""
    return _edit(_own(opportunity_id))


@blueprint.post("/<int:opportunity_id>/remove")
@access(LINK)
def remove(opportunity_id: int) -> ResponseReturnValue:
    """Take one away; the answer carries all of it, so that one press puts it back."""
    form = EmptyForm()
    if opportunity_id not in {one.id for one in current_profile().opportunities} or not form.validate_on_submit():
        return see_other(url_for("matchmaking_profile.index"))
    gone, position = opportunities.remove(current_profile(), opportunity_id)
    return page("profile/removed", gone=gone, undo=_filled(gone, position), words=words)


@blueprint.post("/restore")
@access(LINK)
def restore() -> ResponseReturnValue:
    """Put back what was just removed."""
    taxonomy = taxonomy_of(current_registration().event)
    form = OpportunityForm(taxonomy)
    position = form.position.data or ""
    where = min(int(position), MAX_POSITION) if position.isascii() and position.isdigit() else None
    if form.validate_on_submit() and form.attempt(lambda: _added(form, where)) is not None:
        flash(_("It is back where it was."), "success")
        return see_other(url_for("matchmaking_profile.index"))
    return _page(form, picker(form, taxonomy))


@blueprint.post("/<int:opportunity_id>/move-<any(up, down):way>")
@access(LINK)
def move(opportunity_id: int, way: str) -> ResponseReturnValue:
    """One place up or down."""
    _own(opportunity_id)
    if EmptyForm().validate_on_submit():
        opportunities.move(current_profile(), opportunity_id, up=way == "up")
    return see_other(url_for("matchmaking_profile.index", _anchor=f"opportunity-{opportunity_id}"))


def _own(opportunity_id: int) -> Opportunity:
    for one in current_profile().opportunities:
        if one.id == opportunity_id:
            return one
    raise Missing


def _edit(one: Opportunity | None) -> ResponseReturnValue:
    taxonomy = taxonomy_of(current_registration().event)
    form = OpportunityForm(taxonomy, one)
    found = picker(form, taxonomy)
    opportunity_id = one.id if one else None
    if not found.is_search and form.validate_on_submit() and form.attempt(lambda: _saved(form, opportunity_id)):
        flash(_("Your profile is saved."), "success")
        return see_other(url_for("matchmaking_profile.index", _anchor="opportunities"))
    return _page(form, found, opportunity_id)


def _saved(form: OpportunityForm, opportunity_id: int | None) -> dict[str, int]:
    if opportunity_id is None:
        return _added(form, None)
    opportunities.change(current_profile(), opportunity_id, form.wish())
    return {"id": opportunity_id}


def _added(form: OpportunityForm, position: int | None) -> dict[str, int]:
    return {"id": opportunities.add(current_profile(), form.wish(), position=position).id}


def _page(form: OpportunityForm, found: Picker, opportunity_id: int | None = None) -> ResponseReturnValue:
    values = {"picker": found, "opportunity_id": opportunity_id, "words": words}
    wrong = form.is_submitted() and not found.is_search
    return page("profile/opportunity", form=form, **values), 422 if wrong else 200


def _filled(gone: Wish, position: int) -> OpportunityForm:
    """The form of what was removed, for the page to send again as it stands."""
    data = {
        "kind": gone.kind.value,
        "title": gone.title,
        "text": gone.text,
        "tags": sorted(gone.tag_ids),
        "partner_types": list(gone.partner_types),
        "position": str(position),
    }
    return OpportunityForm(taxonomy_of(current_registration().event), formdata=None, data=data)
