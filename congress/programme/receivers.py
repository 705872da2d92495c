"""What follows for the programme from what others announce, and from its own releases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.core.pdf import is_available
from congress.events.models import Event
from congress.extensions import db
from congress.programme import photos
from congress.programme.models import Release, Speaker, SpeakerPhoto
from congress.programme.services import importing, materials
from congress.programme.services.drafting import draft_changed
from congress.programme.services.printing import request_documents


def delete_unseen_files(event: Event, **_more: Any) -> None:
    """Photos and material that were replaced or removed in the draft go once no release shows them."""
    with_photos = sa.select(SpeakerPhoto.speaker_id).join(Speaker, Speaker.id == SpeakerPhoto.speaker_id)
    speaker_ids = db.session.scalars(with_photos.where(Speaker.event_id == event.id).distinct()).all()
    photos.drop_unseen(list(speaker_ids), event.id)
    materials.drop_unseen(event)


def renew_draft(_sender: object, *, event: Event) -> None:
    """Rooms belong to the draft: whoever has read it with other rooms reads it again before releasing."""
    draft_changed(event)


def have_programme_drawn(_event: Event, *, release: Release, **_more: object) -> None:
    """The PDF of the new release, where this server can draw."""
    if is_available():
        request_documents(release)


def forget_previewed_files(_sender: object) -> None:
    """Schedules that were sent for a preview, a day later; what is imported stays."""
    importing.forget_files()
