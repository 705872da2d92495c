"""Style sheets that are computed: the places of a timetable, the colours of tracks."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, request, url_for

from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.page_cache import cached_response
from congress.programme import timetable_grid, track_colours

blueprint = Blueprint("programme_styles", __name__, url_prefix="/styles")
STYLES = "text/css; charset=utf-8"
FOR_A_YEAR = "public, max-age=31536000, immutable"


@blueprint.get("/timetable.css")
@access(PUBLIC)
def timetable() -> Response:
    """The places in a grid, the same for every programme."""
    is_exact = request.args.get("v") == _version()
    headers = {"Cache-Control": FOR_A_YEAR if is_exact else "public, no-cache"}
    return cached_response("timetable.css", _version(), timetable_grid.stylesheet, STYLES, headers)


@blueprint.get("/tracks/<colours>.css")
@access(PUBLIC)
def tracks(colours: str) -> Response:
    """The colours of tracks: a function of the address, so that it never changes."""
    known = track_colours.colours_in(colours)
    if known is None:
        raise Missing
    response = Response(track_colours.stylesheet(known), content_type=STYLES)
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response


@blueprint.app_template_global()
def timetable_css_url() -> str:
    """The address of the places in a grid, with the version of their content."""
    return url_for("programme_styles.timetable", v=_version())


def _version() -> str:
    return hashlib.sha256(timetable_grid.stylesheet().encode()).hexdigest()[:12]
