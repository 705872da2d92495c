"""Files that belong to sessions: always saved, never shown, whatever they hold."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, send_file

from congress.core import storage
from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.http import PRIVATE, SANDBOX
from congress.events.models import Event
from congress.events.queries import event_by_slug
from congress.extensions import db
from congress.programme import releases, uploads
from congress.programme.enums import MaterialKind
from congress.programme.models import Material, Session

blueprint = Blueprint("programme_materials", __name__, url_prefix="/<lang:lang_code>/events/<event_slug>/programme")
FIVE_MINUTES = 300


@blueprint.get("/sessions/<code>/material/<int:material_id>")
@access(PUBLIC)
def material(event_slug: str, code: str, material_id: int) -> Response:
    """A file that the latest release shows to everybody."""
    event = event_by_slug(event_slug)
    if event is None or not event.is_published or not _is_public(event, code, material_id):
        raise Missing
    response = download(event, material_id)
    response.headers["Cache-Control"] = f"public, max-age={FIVE_MINUTES}"
    return response


def download(event: Event, material_id: int) -> Response:
    """A file of this event as an attachment, under the media type that was found when it came."""
    found = db.session.scalar(
        sa.select(Material)
        .join(Session, Session.id == Material.session_id)
        .where(Material.id == material_id, Session.event_id == event.id, Material.kind == MaterialKind.FILE)
    )
    path = storage.stored_file(uploads.FOLDER, found.stored_name or "") if found else None
    if found is None or path is None:
        raise Missing
    response = send_file(
        path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name, etag=path.stem
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = PRIVATE
    return response


def _is_public(event: Event, code: str, material_id: int) -> bool:
    latest = releases.latest(event.id)
    session = latest.session_by_code.get(code) if latest else None
    if session is None or session.dropped_at is not None:
        return False
    return any(one.id == material_id for one in session.materials)
