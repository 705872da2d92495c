"""Meetings that stand in slots and at tables: what a change of the set-up has to respect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from congress.extensions import db
from congress.matchmaking.enums import AGREED, MeetingState
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, MeetingSlot, MeetingTable
from congress.matchmaking.queries.profiles import WITH_PERSON

STANDING = AGREED | {MeetingState.DRAFT}
"""The states of a meeting whose slot and table nothing may take away."""

_TOLD: tuple[_AbstractLoad, ...] = (
    joinedload(Meeting.slot),
    joinedload(Meeting.table),
    joinedload(Meeting.delegation),
    selectinload(Meeting.people).joinedload(MeetingPerson.profile, innerjoin=True).options(*WITH_PERSON),
)
_SLOTS = (Meeting.slot_id, Meeting.shown_slot_id, Meeting.proposed_slot_id)


def meetings_in_slots(slot_ids: Collection[int]) -> Sequence[Meeting]:
    """The meetings that stand in these slots, were told to, or are proposed to move there, in the order of time."""
    there = sa.or_(*(column.in_(slot_ids) for column in _SLOTS))
    statement = sa.select(Meeting).outerjoin(Meeting.slot).where(Meeting.state.in_(STANDING), there)
    return db.session.scalars(statement.options(*_TOLD).order_by(MeetingSlot.starts_at, Meeting.id)).unique().all()


def meetings_at_tables(table_ids: Collection[int], now: dt.datetime | None = None) -> Sequence[Meeting]:
    """The meetings that stand at these tables, or were told to; with `now` only those that are not over."""
    at = sa.or_(Meeting.table_id.in_(table_ids), Meeting.shown_table_id.in_(table_ids))
    statement = sa.select(Meeting).outerjoin(Meeting.slot).where(Meeting.state.in_(STANDING), at)
    if now is not None:
        statement = statement.where(sa.or_(MeetingSlot.id.is_(None), MeetingSlot.ends_at > now))
    return db.session.scalars(statement.options(*_TOLD).order_by(MeetingSlot.starts_at, Meeting.id)).unique().all()


def remembered_slots(slot_ids: Collection[int]) -> set[int]:
    """Those of the slots that the history of some meeting names."""
    of_meetings = sa.union(*(sa.select(column).where(column.in_(slot_ids)) for column in _SLOTS))
    columns = (MeetingChange.old_slot_id, MeetingChange.new_slot_id)
    of_changes = sa.union(*(sa.select(column).where(column.in_(slot_ids)) for column in columns))
    return {
        one for statement in (of_meetings, of_changes) for one in db.session.scalars(statement) if one is not None
    }


def remembered_tables(table_ids: Collection[int]) -> set[int]:
    """Those of the tables that the history of some meeting names."""
    meetings = (Meeting.table_id, Meeting.shown_table_id)
    changes = (MeetingChange.old_table_id, MeetingChange.new_table_id)
    statement = sa.union(*(sa.select(column).where(column.in_(table_ids)) for column in (*meetings, *changes)))
    return {one for one in db.session.scalars(statement) if one is not None}


def most_locked(event_id: int) -> int:
    """How many locked meetings at most stand at tables in one slot."""
    per_slot = (
        sa.select(sa.func.count().label("number"))
        .where(
            Meeting.event_id == event_id,
            Meeting.state == MeetingState.SCHEDULED,
            Meeting.locked_at.is_not(None),
            Meeting.table_id.is_not(None),
        )
        .group_by(Meeting.slot_id)
        .subquery()
    )
    return db.session.scalar(sa.select(sa.func.max(per_slot.c.number))) or 0


def busy_tables(event_id: int, now: dt.datetime) -> dict[int, int]:
    """How many meetings that are not over stand at each table of the event; a table without is left out."""
    statement = (
        sa.select(MeetingTable.id, sa.func.count())
        .join(Meeting, Meeting.table_id == MeetingTable.id)
        .join(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .where(MeetingTable.event_id == event_id, Meeting.state == MeetingState.SCHEDULED, MeetingSlot.ends_at > now)
        .group_by(MeetingTable.id)
    )
    return dict(db.session.execute(statement).all())


def busy_slots(event_id: int) -> dict[int, int]:
    """How many meetings stand in each slot of the event; a slot without is left out."""
    statement = (
        sa.select(Meeting.slot_id, sa.func.count())
        .where(Meeting.event_id == event_id, Meeting.slot_id.is_not(None), Meeting.state.in_(STANDING))
        .group_by(Meeting.slot_id)
    )
    return {slot_id: count for slot_id, count in db.session.execute(statement) if slot_id is not None}
