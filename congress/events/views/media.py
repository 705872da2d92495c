"""Pictures and colours of events, for everybody who may see the event."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from congress.core import storage
from congress.core.access import PUBLIC, access
from congress.core.colours import clean_colour
from congress.core.errors import Missing
from congress.core.http import SANDBOX
from congress.events import palette
from congress.events.models import Event
from congress.events.queries import picture_by_name, roles_on_event
from congress.events.services.look import FOLDER

blueprint = Blueprint("media", __name__)
AN_HOUR, A_YEAR = 3_600, 31_536_000


@blueprint.get("/media/<name>")
@access(PUBLIC)
def picture(name: str) -> Response:
    """A logo that we drew: of a public event for everybody, of a draft for its team."""
    found = picture_by_name(name)
    if found is None:
        raise Missing
    event = found[1]
    if not event.is_published and not _is_in_team(event):
        raise Missing
    path = storage.stored_file(FOLDER, name)
    if path is None:
        raise Missing
    response = Response(path.read_bytes(), content_type=f"image/{path.suffix[1:]}")
    response.headers["Cache-Control"] = f"public, max-age={AN_HOUR}" if event.is_published else "private, no-store"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.set_etag(path.stem)
    response.make_conditional(request)
    return response


@blueprint.get("/colours/<string(length=6):digits>.css")
@access(PUBLIC)
def colours(digits: str) -> Response:
    """The style sheet of a colour: a function of its address, so it never changes."""
    colour = clean_colour(f"#{digits}")
    if colour is None or colour != f"#{digits}":
        raise Missing
    response = Response(palette.stylesheet(colour), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


@blueprint.app_template_global()
def colour_stylesheet(*candidates: str | None) -> str:
    """The address of the style sheet of the first colour given, for `event_css_url`; empty without any."""
    colour = next((one for one in candidates if one), None)
    return url_for("media.colours", digits=colour[1:]) if colour else ""


@blueprint.app_template_global()
def picture_url(name: str) -> str:
    """The address of a logo."""
    return url_for("media.picture", name=name)


def _is_in_team(event: Event) -> bool:
    return bool(current_user.is_authenticated and roles_on_event(current_user, event))
