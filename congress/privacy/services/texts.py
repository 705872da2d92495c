"""What people are asked: a new version of an event's text; answers keep the version they were given to."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from congress.audit.services import record
from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.registration.enums import ConsentKind
from congress.registration.models import ConsentText


def publish_text(event: Event, kind: ConsentKind, text: Mapping[str, str]) -> ConsentText:
    """Ask from now on with this text."""
    db.session.execute(sa.select(Event.id).where(Event.id == event.id).with_for_update())
    newest = db.session.scalar(
        sa.select(sa.func.max(ConsentText.version)).where(ConsentText.event_id == event.id, ConsentText.kind == kind)
    )
    version = ConsentText(
        event_id=event.id, kind=kind, version=(newest or 0) + 1, text=dict(text), created_at=clock.now()
    )
    db.session.add(version)
    db.session.flush()
    record(
        "consent_text.published",
        "consent_text",
        version.id,
        event_id=event.id,
        series_id=event.series_id,
        after={"kind": kind, "version": version.version},
    )
    return version
