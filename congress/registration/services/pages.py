"""Telling the public pages that they changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from congress.events.models import Event, Series
from congress.extensions import db


def _next_version(table: Any) -> sa.Update:
    return sa.update(table).where(table.c.id == sa.bindparam("row")).values(page_version=table.c.page_version + 1)


_NEXT_OF_EVENT = _next_version(Event.__table__)
_NEXT_OF_SERIES = _next_version(Series.__table__)


def places_changed(events: Collection[Event]) -> None:
    """Count a new version of the pages of events and of their series.

    One row after the other in the order of ids, last in the transaction: the locks are held for a moment and never
    crosswise.
    """
    for event_id in sorted({event.id for event in events}):
        db.session.execute(_NEXT_OF_EVENT, {"row": event_id})
    for series_id in sorted({event.series_id for event in events}):
        db.session.execute(_NEXT_OF_SERIES, {"row": series_id})
