"""An event's own colour and logo."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.colours import LIGHT_INK, contrast, readable_on
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm, colour_data
from congress.events.forms.places import ColourForm, LogoForm
from congress.events.permissions import Capability
from congress.events.queries import logo_of
from congress.events.services import look as services
from congress.events.views.scope import current_event, current_series, event_access, event_blueprint

EDIT = event_access(Capability.EDIT_EVENT)
blueprint = event_blueprint("look", __name__, "/look")


@blueprint.get("/")
@access(EDIT)
def index() -> ResponseReturnValue:
    """Colour and logo, with a sample of both."""
    return _page(_colour_form(), LogoForm())


@blueprint.post("/colour")
@access(EDIT)
def colour() -> ResponseReturnValue:
    """Another colour."""
    event, form = current_event(), _colour_form()
    if form.validate_on_submit():
        form.attempt(lambda: services.change_colour(event, form.chosen_colour))
        flash(_("Saved."), "success")
        return see_other(url_for("look.index"))
    return _page(form, LogoForm(formdata=None)), 422


@blueprint.post("/logo")
@access(EDIT)
def logo() -> ResponseReturnValue:
    """Another logo."""
    event, form = current_event(), LogoForm()
    if form.validate_on_submit() and form.logo is not None:
        drawn = form.logo
        form.attempt(lambda: {"id": services.change_logo(event, drawn).id})
        flash(_("The logo is in place."), "success")
        return see_other(url_for("look.index"))
    return _page(_colour_form(fresh=True), form), 422


@blueprint.post("/logo/remove")
@access(EDIT)
def remove_logo() -> ResponseReturnValue:
    """No logo."""
    event, form = current_event(), EmptyForm()
    if form.validate_on_submit():
        form.attempt(lambda: services.remove_logo(event))
        flash(_("The logo is gone."), "success")
    return see_other(url_for("look.index"))


def _colour_form(*, fresh: bool = False) -> ColourForm:
    data = colour_data(current_event().colour)
    return ColourForm(formdata=None, data=data) if fresh else ColourForm(data=data)


def _page(colour_form: ColourForm, logo_form: LogoForm) -> str:
    event = current_event()
    shown = event.colour or current_series().colour
    return render_template(
        "events/manage/look.html",
        event=event,
        colour_form=colour_form,
        logo_form=logo_form,
        empty=EmptyForm(formdata=None),
        logo=logo_of(event),
        colour=shown,
        ratio=round(contrast(shown, readable_on(shown)), 1) if shown else None,
        white=shown is not None and readable_on(shown) == LIGHT_INK,
    )
