"""Telling the public pages that they changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

import sqlalchemy as sa

from congress.events.models import Event, Series
from congress.extensions import db

_EVENTS = cast(sa.Table, Event.__table__)
_SERIES = cast(sa.Table, Series.__table__)


def places_changed(events: Collection[Event]) -> None:
    """Count a new version of the pages of events and of their series.

    One row after the other in the order of ids, last in the transaction: the locks are held for a moment and never
    crosswise.
    """
    for event_id in sorted({event.id for event in events}):
        db.session.execute(
            sa.update(_EVENTS).where(_EVENTS.c.id == event_id).values(page_version=_EVENTS.c.page_version + 1)
        )
    for series_id in sorted({event.series_id for event in events}):
        db.session.execute(
            sa.update(_SERIES).where(_SERIES.c.id == series_id).values(page_version=_SERIES.c.page_version + 1)
        )
