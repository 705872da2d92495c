"""Who speaks in a session, and what can be downloaded."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.bounded_forms import takes_files
from congress.core.errors import Missing
from congress.events.forms.base import EmptyForm
from congress.events.views.scope import current_event
from congress.programme import uploads
from congress.programme.forms.sessions import CastForm, FileForm, LinkForm
from congress.programme.services import casting, materials
from congress.programme.views.materials import download
from congress.programme.views.sessions.one import page_of, people_beside
from congress.programme.views.sessions.scope import EDIT, READ, STEPS, back_to, blueprint, current_session, press


@blueprint.post("/<session_code>/speakers")
@access(EDIT)
def add_speaker(session_code: str) -> ResponseReturnValue:
    """Somebody more who speaks."""
    event, session, form = current_event(), current_session(session_code), CastForm()
    form.offer(people_beside(session))
    if form.validate_on_submit():
        code = form.speaker.data
        if form.attempt(lambda: casting.add_speaker(event, session_code, code)) is not None:
            return back_to(session_code, "speakers")
    return page_of(session, cast_form=form), 422


@blueprint.post("/<session_code>/speakers/<speaker_code>/move/<any(up, down):way>")
@access(EDIT)
def move_speaker(session_code: str, speaker_code: str, way: str) -> Response:
    """Another place in the order of speakers."""
    event = current_event()
    press(EmptyForm(), lambda: casting.move_speaker(event, session_code, speaker_code, STEPS[way]))
    return back_to(session_code, "speakers")


@blueprint.post("/<session_code>/speakers/<speaker_code>/remove")
@access(EDIT)
def remove_speaker(session_code: str, speaker_code: str) -> Response:
    """Somebody speaks in it no longer."""
    event = current_event()
    press(EmptyForm(), lambda: casting.remove_speaker(event, session_code, speaker_code))
    return back_to(session_code, "speakers")


@blueprint.post("/<session_code>/files")
@takes_files(uploads.MAX_BYTES)
@access(EDIT)
def add_file(session_code: str) -> ResponseReturnValue:
    """One file more, when its content is of a kind that we keep."""
    event, session, form = current_event(), current_session(session_code), FileForm()
    if form.validate_on_submit() and form.upload is not None:
        upload, label = form.upload, form.file_label.data or ""
        if form.attempt(lambda: {"id": materials.add_file(event, session, upload, label).id}) is not None:
            return back_to(session_code, "material")
    return page_of(current_session(session_code), file_form=form), 422


@blueprint.post("/<session_code>/links")
@access(EDIT)
def add_link(session_code: str) -> ResponseReturnValue:
    """One link more."""
    event, session, form = current_event(), current_session(session_code), LinkForm()
    if form.validate_on_submit():
        url, label = str(form.url.data), form.link_label.data or ""
        if form.attempt(lambda: {"id": materials.add_link(event, session, url, label).id}) is not None:
            return back_to(session_code, "material")
    return page_of(current_session(session_code), link_form=form), 422


@blueprint.post("/<session_code>/material/<int:material_id>/move/<any(up, down):way>")
@access(EDIT)
def move_material(session_code: str, material_id: int, way: str) -> Response:
    """Another place in the order of material."""
    event, session = current_event(), current_session(session_code)
    press(EmptyForm(), lambda: materials.move(event, session, material_id, STEPS[way]))
    return back_to(session_code, "material")


@blueprint.post("/<session_code>/material/<int:material_id>/remove")
@access(EDIT)
def remove_material(session_code: str, material_id: int) -> Response:
    """A file or link less."""
    event, session = current_event(), current_session(session_code)
    press(EmptyForm(), lambda: materials.remove(event, session, material_id))
    return back_to(session_code, "material")


@blueprint.get("/<session_code>/material/<int:material_id>")
@access(READ)
def file(session_code: str, material_id: int) -> Response:
    """A file of the draft, for the team."""
    if not any(one.id == material_id for one in current_session(session_code).materials):
        raise Missing
    return download(current_event(), material_id)
