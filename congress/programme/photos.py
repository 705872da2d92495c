"""Photos of speakers: drawn anew without their metadata, kept under generated names as long as somebody sees them."""

from __future__ import annotations

import sqlalchemy as sa

from congress.core import clock, storage
from congress.core.languages import lazy_gettext as _l
from congress.core.transactions import after_commit
from congress.events.errors import PictureRefused
from congress.events.logos import Logo, redraw_within
from congress.extensions import db
from congress.programme import releases
from congress.programme.models import Speaker, SpeakerPhoto

FOLDER = "speaker_photos"
MAX_BYTES = 8 * 1024 * 1024
MAX_SIDE = 8_200
"""What a telephone of today takes: 48 megapixels."""


def redraw(content: bytes) -> Logo:
    """The photo as one of ours; `PictureRefused` says in words what is wrong."""
    if len(content) > MAX_BYTES:
        raise PictureRefused(_l("The file is larger than 8 MB. Please send a smaller one."))
    too_wide = _l("The picture has more than 8,200 pixels on one side. Please send a smaller one.")
    return redraw_within(content, MAX_SIDE, too_wide)


def keep(speaker: Speaker, photo: Logo) -> None:
    """Make it the speaker's photo; earlier ones go unless a release shows them."""
    name = storage.new_name(photo.extension)
    (storage.folder(FOLDER) / name).write_bytes(photo.content)
    db.session.add(
        SpeakerPhoto(speaker_id=speaker.id, name=name, width=photo.width, height=photo.height, created_at=clock.now())
    )
    speaker.photo_name = name
    db.session.flush()
    drop_unseen([speaker.id], speaker.event_id)


def drop_unseen(speaker_ids: list[int], event_id: int) -> None:
    """Delete the photos that neither the draft nor the latest release shows; the files after the commit."""
    latest = releases.latest(event_id)
    seen = {one.photo for one in latest.speakers} if latest else set()
    rows = db.session.execute(
        sa.select(SpeakerPhoto, Speaker.photo_name)
        .join(Speaker, Speaker.id == SpeakerPhoto.speaker_id)
        .where(Speaker.id.in_(speaker_ids))
    )
    for photo, present in rows.all():
        if photo.name != present and photo.name not in seen:
            delete(photo)
    db.session.flush()


def delete(photo: SpeakerPhoto) -> None:
    """Delete a photo; its file after the commit."""
    path = storage.folder(FOLDER) / photo.name
    after_commit(lambda: path.unlink(missing_ok=True))
    db.session.delete(photo)
