"""Tracks, formats, and what holds for the whole programme."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.colours import contrast, readable_on
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm, text_pair
from congress.events.views.scope import current_event, event_blueprint
from congress.programme import queries
from congress.programme.forms.settings import FormatForm, ProgrammeForm, TrackForm
from congress.programme.services import formats, tracks
from congress.programme.services.settings import change_settings
from congress.programme.views.sessions.scope import EDIT, READ, STEPS, may, press

blueprint = event_blueprint("programme_settings", __name__, "/programme/settings")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """Tracks, formats and settings on one page."""
    return _page()


@blueprint.post("/programme")
@access(EDIT)
def programme() -> ResponseReturnValue:
    """Another grid, another time for walking."""
    event, form = current_event(), ProgrammeForm()
    form.offer()
    if form.validate_on_submit():
        grid, walking = form.grid_minutes.data, form.walking_minutes.data or 0
        form.attempt(lambda: change_settings(event, grid_minutes=grid, walking_minutes=walking))
        return _saved("programme")
    return _page(programme_form=form), 422


@blueprint.post("/tracks")
@access(EDIT)
def add_track() -> ResponseReturnValue:
    """One track more."""
    event, form = current_event(), TrackForm()
    if form.validate_on_submit():
        name, colour = text_pair(form.name.data), form.chosen_colour
        if form.attempt(lambda: {"id": tracks.add_track(event, name, colour).id}) is not None:
            return _saved("tracks")
    return _page(track_form=form), 422


@blueprint.route("/tracks/<int:track_id>/", methods=["GET", "POST"])
@access(EDIT)
def track(track_id: int) -> ResponseReturnValue:
    """Name and colour of one track."""
    event = current_event()
    found = tracks.track_of(event, track_id)
    form = TrackForm(data={"name": found.name, "colour": found.colour})
    if form.validate_on_submit():
        form.attempt(lambda: tracks.change_track(event, track_id, text_pair(form.name.data), form.chosen_colour))
        return _saved("tracks")
    page = render_template("programme/manage/track.html", form=form, track=found, ratio=_ratio(found.colour))
    return page, 422 if form.errors else 200


@blueprint.post("/tracks/<int:track_id>/move/<any(up, down):way>")
@access(EDIT)
def move_track(track_id: int, way: str) -> Response:
    """Another place in the order."""
    event = current_event()
    press(EmptyForm(), lambda: tracks.move_track(event, track_id, STEPS[way]))
    return see_other(url_for(".index", _anchor="tracks"))


@blueprint.post("/tracks/<int:track_id>/remove")
@access(EDIT)
def remove_track(track_id: int) -> Response:
    """One track less; its sessions stay."""
    event = current_event()
    press(EmptyForm(), lambda: tracks.remove_track(event, track_id))
    return _saved("tracks")


@blueprint.post("/formats")
@access(EDIT)
def add_format() -> ResponseReturnValue:
    """One format more."""
    event, form = current_event(), FormatForm()
    if form.validate_on_submit():
        name, minutes = text_pair(form.format_name.data), form.minutes.data or 0
        if form.attempt(lambda: {"id": formats.add_format(event, name, minutes).id}) is not None:
            return _saved("formats")
    return _page(format_form=form), 422


@blueprint.route("/formats/<int:format_id>/", methods=["GET", "POST"])
@access(EDIT)
def session_format(format_id: int) -> ResponseReturnValue:
    """Name and duration of one format."""
    event = current_event()
    found = formats.format_of(event, format_id)
    form = FormatForm(data={"format_name": found.name, "minutes": found.minutes})
    if form.validate_on_submit():
        name, minutes = text_pair(form.format_name.data), form.minutes.data or 0
        form.attempt(lambda: formats.change_format(event, format_id, name, minutes))
        return _saved("formats")
    page = render_template("programme/manage/format.html", form=form, format=found)
    return page, 422 if form.errors else 200


@blueprint.post("/formats/<int:format_id>/move/<any(up, down):way>")
@access(EDIT)
def move_format(format_id: int, way: str) -> Response:
    """Another place in the order."""
    event = current_event()
    press(EmptyForm(), lambda: formats.move_format(event, format_id, STEPS[way]))
    return see_other(url_for(".index", _anchor="formats"))


@blueprint.post("/formats/<int:format_id>/remove")
@access(EDIT)
def remove_format(format_id: int) -> Response:
    """One format less; its sessions stay."""
    event = current_event()
    press(EmptyForm(), lambda: formats.remove_format(event, format_id))
    return _saved("formats")


def _saved(part: str) -> Response:
    flash(_("Saved."), "success")
    return see_other(url_for(".index", _anchor=part))


def _ratio(colour: str) -> float:
    """How well text reads on it."""
    return round(contrast(colour, readable_on(colour)), 1)


def _page(**forms: Any) -> str:
    event = current_event()
    present = queries.programme_of(event)
    settings = {"grid_minutes": present.grid_minutes, "walking_minutes": present.walking_minutes} if present else {}
    programme_form = forms.get("programme_form") or ProgrammeForm(
        formdata=None, data={"grid_minutes": 15, "walking_minutes": 0, **settings}
    )
    programme_form.offer()
    return render_template(
        "programme/manage/settings.html",
        event=event,
        tracks=[(one, _ratio(one.colour)) for one in queries.tracks_of(event)],
        formats=queries.formats_of(event),
        track_form=forms.get("track_form") or TrackForm(formdata=None),
        format_form=forms.get("format_form") or FormatForm(formdata=None),
        programme_form=programme_form,
        may=may,
    )
