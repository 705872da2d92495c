"""Material of sessions: files that we keep, and links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from congress.core import clock, ordering, storage
from congress.core.errors import Missing
from congress.core.transactions import after_commit
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme import releases
from congress.programme.enums import MaterialKind
from congress.programme.errors import TooMany
from congress.programme.models import Material, Session
from congress.programme.services.drafting import draft_changed
from congress.programme.uploads import FOLDER, Upload

MAX_MATERIALS = 20


def add_file(event: Event, session: Session, upload: Upload, label: str) -> Material:
    """Keep a checked file under a name of ours; without a label it is called as the file was."""
    name = storage.new_name(upload.extension)
    path = storage.folder(FOLDER) / name
    material = _add(
        event,
        session,
        kind=MaterialKind.FILE,
        label=label or upload.file_name,
        stored_name=name,
        file_name=upload.file_name,
        media_type=upload.media_type,
        bytes=len(upload.content),
    )
    path.write_bytes(upload.content)
    return material


def add_link(event: Event, session: Session, url: str, label: str) -> Material:
    """Add a link; without a label its address is shown."""
    return _add(event, session, kind=MaterialKind.LINK, label=label or url[:200], url=url)


def move(event: Event, session: Session, material_id: int, step: int) -> None:
    """Move material up (-1) or down (+1)."""
    rows = _of(session)
    ordering.move(rows, _found(rows, material_id), step)
    _changed(event, session, "session.material_reordered")


def remove(event: Event, session: Session, material_id: int) -> None:
    """Take material out of the draft. A file that the public sees goes with the next release."""
    found = _found(_of(session), material_id)
    if found.id in _shown(event):
        found.removed_at = clock.now()
    else:
        _delete(found)
    _changed(event, session, "session.material_removed")


def drop_unseen(event: Event) -> None:
    """Delete what was removed and the latest release no longer shows."""
    shown = _shown(event)
    removed = db.session.scalars(
        sa.select(Material)
        .join(Session, Session.id == Material.session_id)
        .where(Session.event_id == event.id, Material.removed_at.is_not(None))
    )
    for material in removed.all():
        if material.id not in shown:
            _delete(material)
    db.session.flush()


def delete_all_of(session_id: int) -> None:
    """Delete everything of a session that is itself deleted."""
    for material in db.session.scalars(sa.select(Material).where(Material.session_id == session_id)).all():
        _delete(material)
    db.session.flush()


def _add(event: Event, session: Session, **values: Any) -> Material:
    draft_changed(event)
    present = _of(session)
    if len(present) >= MAX_MATERIALS:
        raise TooMany
    position = max((one.position for one in present), default=0) + 1
    material = Material(session_id=session.id, position=position, created_at=clock.now(), **values)
    db.session.add(material)
    db.session.flush()
    _changed(event, session, "session.material_added")
    return material


def _changed(event: Event, session: Session, action: str) -> None:
    session.changed_at = clock.now()
    draft_changed(event)
    note(action, event, ("session", session.id))


def _of(session: Session) -> Sequence[Material]:
    return db.session.scalars(
        sa.select(Material)
        .where(Material.session_id == session.id, Material.removed_at.is_(None))
        .order_by(Material.position, Material.id)
    ).all()


def _found(rows: Sequence[Material], material_id: int) -> Material:
    found = next((one for one in rows if one.id == material_id), None)
    if found is None:
        raise Missing
    return found


def _shown(event: Event) -> set[int]:
    latest = releases.latest(event.id)
    return {one.id for session in latest.live_sessions for one in session.materials} if latest else set()


def _delete(material: Material) -> None:
    if material.stored_name:
        path = storage.folder(FOLDER) / material.stored_name
        after_commit(lambda: path.unlink(missing_ok=True))
    db.session.delete(material)
