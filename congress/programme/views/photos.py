"""Photos of speakers, as the latest release shows them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from congress.core import storage
from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.http import SANDBOX
from congress.events.queries import event_by_slug
from congress.programme import photos, releases

blueprint = Blueprint("programme_photos", __name__, url_prefix="/<lang:lang_code>/events/<event_slug>/programme")
AN_HOUR = 3_600


@blueprint.get("/speakers/<code>/<name>")
@access(PUBLIC)
def photo(event_slug: str, code: str, name: str) -> Response:
    """The photo of somebody who is in the public programme."""
    event = event_by_slug(event_slug)
    latest = releases.latest(event.id) if event and event.is_published else None
    speaker = latest.speaker_by_code.get(code) if latest else None
    if speaker is None or speaker.photo is None or speaker.photo != name:
        raise Missing
    return picture(name, f"public, max-age={AN_HOUR}")


def picture(name: str, cache_control: str) -> Response:
    """A photo that we drew, for whoever may see it."""
    path = storage.stored_file(photos.FOLDER, name)
    if path is None:
        raise Missing
    response = Response(path.read_bytes(), content_type=f"image/{path.suffix[1:]}")
    response.headers["Cache-Control"] = cache_control
    response.headers["Content-Security-Policy"] = SANDBOX
    response.set_etag(path.stem)
    response.make_conditional(request)
    return response
