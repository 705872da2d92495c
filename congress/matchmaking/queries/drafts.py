"""Reading what only organisers know yet: drafts, and places that nobody was told."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import UPCOMING, MeetingState
from congress.matchmaking.models import Meeting, MeetingSlot, MeetingTable
from congress.matchmaking.queries.meetings import WITH_PEOPLE

PLACES = (
    joinedload(Meeting.table).joinedload(MeetingTable.zone),
    joinedload(Meeting.shown_slot),
    joinedload(Meeting.shown_table).joinedload(MeetingTable.zone),
)


def hidden_of(event: Event) -> sa.ColumnElement[bool]:
    """Which meetings of the event are somewhere else than their people were told, or were told nothing."""
    moved = Meeting.slot_id.is_distinct_from(Meeting.shown_slot_id)
    other_table = Meeting.table_id.is_distinct_from(Meeting.shown_table_id)
    return sa.and_(
        Meeting.event_id == event.id,
        Meeting.state.in_(UPCOMING),
        sa.or_(moved, other_table),
    )


def is_hidden(meeting: Meeting) -> bool:
    """The same of one meeting."""
    here = (meeting.slot_id, meeting.table_id) == (meeting.shown_slot_id, meeting.shown_table_id)
    return meeting.state in UPCOMING and not here


def hidden_meetings(event: Event) -> Sequence[Meeting]:
    """What a publication would tell now, in the order of time, with everything that pages name."""
    return db.session.scalars(
        sa.select(Meeting)
        .outerjoin(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .where(hidden_of(event))
        .options(*WITH_PEOPLE, *PLACES)
        .order_by(MeetingSlot.starts_at.is_(None), MeetingSlot.starts_at, Meeting.id)
        .execution_options(populate_existing=True)
    ).all()


def hidden_rows(event: Event) -> Sequence[Meeting]:
    """The same by themselves, by id: for the act, while everybody waits."""
    statement = sa.select(Meeting).where(hidden_of(event)).order_by(Meeting.id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def hidden_count(event: Event) -> int:
    """How many there are."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Meeting).where(hidden_of(event))) or 0


def drafts_of(event: Event) -> Sequence[Meeting]:
    """The drafts, in the order in which they were made."""
    return db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.event_id == event.id, Meeting.state == MeetingState.DRAFT)
        .options(*WITH_PEOPLE)
        .order_by(Meeting.id)
        .execution_options(populate_existing=True)
    ).all()
