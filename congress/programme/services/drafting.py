"""The row that every write to a draft goes through: it counts changes and makes editors take turns."""

from __future__ import annotations

import sqlalchemy as sa

from congress.core import clock
from congress.core.upserts import insert_unless_there
from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import Programme


def lock_programme(event: Event) -> Programme:
    """The programme's row as it is now, held until the end of the transaction; made on first use."""
    insert_unless_there(
        Programme,
        {
            "event_id": event.id,
            "draft_version": 0,
            "grid_minutes": 15,
            "walking_minutes": 0,
            "changed_at": clock.now(),
        },
        ("event_id",),
    )
    return db.session.scalars(
        sa.select(Programme)
        .where(Programme.event_id == event.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def draft_changed(event: Event) -> Programme:
    """Call this in every write to the draft: what is drawn from it is outdated. No public page changes."""
    programme = lock_programme(event)
    programme.draft_version += 1
    programme.changed_at = clock.now()
    db.session.flush()
    return programme
