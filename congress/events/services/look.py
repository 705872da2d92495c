"""An event's own colour and logo."""

from __future__ import annotations

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import clock, storage
from congress.core.transactions import after_commit
from congress.events.logos import Logo
from congress.events.models import Event, Picture
from congress.events.services.pages import calendars_changed, event_changed, lock_event, note
from congress.extensions import db

FOLDER = "media"


def change_colour(event: Event, colour: str | None) -> None:
    """Give an event a colour of its own; None for that of its series or of the platform."""
    event = lock_event(event)
    before, after = apply_changes(event, {"colour": colour})
    if after:
        calendars_changed([event])
        note("event.updated", event, before=before, after=after)
        event_changed(event)


def change_logo(event: Event, logo: Logo) -> Picture:
    """Keep a new logo; the file of the earlier one goes after the commit."""
    event = lock_event(event)
    _drop_logo(event)
    name = storage.new_name(logo.extension)
    (storage.folder(FOLDER) / name).write_bytes(logo.content)
    picture = Picture(event_id=event.id, name=name, width=logo.width, height=logo.height, created_at=clock.now())
    db.session.add(picture)
    db.session.flush()
    event.logo_id = picture.id
    calendars_changed([event])
    note("event.logo_changed", event, after={"width": logo.width, "height": logo.height})
    event_changed(event)
    return picture


def remove_logo(event: Event) -> None:
    """Go back to a page without a logo."""
    event = lock_event(event)
    if event.logo_id is not None:
        _drop_logo(event)
        calendars_changed([event])
        note("event.logo_removed", event)
        event_changed(event)


def _drop_logo(event: Event) -> None:
    event.logo_id = None
    db.session.flush()
    for picture in db.session.scalars(sa.select(Picture).where(Picture.event_id == event.id)):
        path = storage.folder(FOLDER) / picture.name
        after_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
        db.session.delete(picture)
    db.session.flush()
