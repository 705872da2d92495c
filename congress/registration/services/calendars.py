"""Telling personal calendars that they changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import sqlalchemy as sa

from congress.core import clock
from congress.core.transactions import before_commit
from congress.events.models import Event
from congress.extensions import db
from congress.registration.models import Registration, RegistrationGroup


def calendars_changed(group_ids: Iterable[int]) -> None:
    """Count a new version of the calendars of these groups, with the commit of the current unit of work."""
    before_commit(_count, group_ids)


def calendars_of_events_changed(events: Iterable[Event]) -> None:
    """The same for everybody who registered for one of these events, also for those who cancelled."""
    registered = sa.select(Registration.group_id).where(Registration.event_id.in_({event.id for event in events}))
    calendars_changed(db.session.scalars(registered.distinct()))


def _count(group_ids: list[int]) -> None:
    groups = cast("sa.Table", RegistrationGroup.__table__)
    statement = (
        sa.update(groups)
        .where(groups.c.id == sa.bindparam("row"))
        .values(calendar_version=groups.c.calendar_version + 1, changed_at=clock.now())
    )
    db.session.flush()
    db.session.execute(statement, [{"row": group_id} for group_id in group_ids])
