"""The meeting programme of an event: its settings, slots and tables."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.models import Matchmaking, MeetingSession, MeetingSlot, MeetingTable


def matchmaking_of(event: Event) -> Matchmaking | None:
    """The settings; None while the organisers have not begun."""
    return db.session.scalar(
        sa.select(Matchmaking)
        .where(Matchmaking.event_id == event.id)
        .options(joinedload(Matchmaking.event, innerjoin=True))
    )


def sessions_of(event: Event) -> Sequence[MeetingSession]:
    """The sessions with their slots, in the order of time."""
    return db.session.scalars(
        sa.select(MeetingSession)
        .where(MeetingSession.event_id == event.id)
        .options(selectinload(MeetingSession.slots))
        .order_by(MeetingSession.starts_at, MeetingSession.id)
        .execution_options(populate_existing=True)
    ).all()


def slots_of(event: Event) -> Sequence[MeetingSlot]:
    """Every slot with its session, in the order of time."""
    return db.session.scalars(
        sa.select(MeetingSlot)
        .where(MeetingSlot.event_id == event.id)
        .options(joinedload(MeetingSlot.session, innerjoin=True))
        .order_by(MeetingSlot.starts_at, MeetingSlot.id)
    ).all()


def tables_of(event: Event, *, also_closed: bool = False) -> Sequence[MeetingTable]:
    """The tables with their zones, by number."""
    statement = sa.select(MeetingTable).where(MeetingTable.event_id == event.id)
    if not also_closed:
        statement = statement.where(MeetingTable.closed_at.is_(None))
    return db.session.scalars(statement.options(joinedload(MeetingTable.zone)).order_by(MeetingTable.number)).all()
