"""The rows of a taxonomy, and which of them an event uses."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.models import Tag, active_tags


def tags_of_series(series_id: int) -> Sequence[Tag]:
    """Every tag of the series, as it is now."""
    statement = sa.select(Tag).where(Tag.series_id == series_id).order_by(Tag.position, Tag.id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def active_ids(event: Event) -> frozenset[int]:
    """The tags that people of the event can choose."""
    statement = sa.select(active_tags.c.tag_id).where(active_tags.c.event_id == event.id)
    return frozenset(db.session.scalars(statement))
