"""The meeting programme of an event: its settings, slots and tables."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.models import (
    ContactRule,
    Delegation,
    InterpreterPool,
    Matchmaking,
    MeetingSession,
    MeetingSlot,
    MeetingTable,
    TableZone,
    TypeQuota,
)


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


def zones_of(event: Event) -> Sequence[TableZone]:
    """The zones in their order."""
    statement = sa.select(TableZone).where(TableZone.event_id == event.id)
    return db.session.scalars(statement.order_by(TableZone.position, TableZone.id)).all()


def rules_of(event: Event) -> Sequence[ContactRule]:
    """The pairs of types that may not do everything."""
    statement = sa.select(ContactRule).where(ContactRule.event_id == event.id)
    return db.session.scalars(statement.order_by(ContactRule.id)).all()


def quotas_of(event: Event) -> Sequence[TypeQuota]:
    """The most meetings for people of single types."""
    return db.session.scalars(sa.select(TypeQuota).where(TypeQuota.event_id == event.id)).all()


def interpreters_of(event: Event) -> Sequence[InterpreterPool]:
    """The interpreters, by pair of languages."""
    statement = sa.select(InterpreterPool).where(InterpreterPool.event_id == event.id)
    return db.session.scalars(statement.order_by(InterpreterPool.languages)).all()


def with_setup(series_id: int) -> frozenset[int]:
    """The events of a series at which matchmaking has begun."""
    statement = sa.select(Matchmaking.event_id).join(Matchmaking.event).where(Event.series_id == series_id)
    return frozenset(db.session.scalars(statement))


def delegations_of(event: Event) -> Sequence[Delegation]:
    """The delegations by name."""
    statement = sa.select(Delegation).where(Delegation.event_id == event.id)
    return db.session.scalars(statement.order_by(Delegation.name, Delegation.id)).all()
