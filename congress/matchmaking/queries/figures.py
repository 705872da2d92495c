"""The rows from which the report counts: people, seats, answers; no names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from congress.events.enums import HostRole
from congress.events.models import Event, EventHost
from congress.extensions import db
from congress.matchmaking.enums import (
    UNSEEN,
    MeetingEvent,
    MeetingState,
    OrganisationType,
    Origin,
    Outcome,
    SessionModality,
    Side,
)
from congress.matchmaking.models import (
    Meeting,
    MeetingChange,
    MeetingPerson,
    MeetingSession,
    MeetingSlot,
    MeetingTable,
    Message,
    Profile,
    Thread,
)
from congress.organisations.models import Organisation

ANSWERS = (MeetingEvent.ACCEPT, MeetingEvent.DECLINE, MeetingEvent.EXPIRE)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in matchmaking; `is_listed` also counts those who opted in and have since withdrawn or were erased."""

    id: int
    type: OrganisationType
    country: str
    is_listed: bool


@dataclass(frozen=True, slots=True)
class SeatRow:
    """Somebody's seat in a meeting or request, with what matters of the meeting."""

    profile_id: int
    side: Side
    outcome: Outcome | None
    meeting_id: int
    state: MeetingState
    origin: Origin


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The first answer to a request: what, and after how long."""

    meeting_id: int
    event: MeetingEvent
    after: dt.timedelta


def people(event: Event) -> list[PersonRow]:
    """Everybody who was listed, or has a profile."""
    was_listed = sa.or_(Profile.listed_at.is_not(None), Profile.withdrawn_at.is_not(None))
    rows = db.session.execute(
        sa.select(Profile.id, Profile.type, Profile.country, was_listed)
        .where(Profile.event_id == event.id)
        .order_by(Profile.id)
    )
    return [PersonRow(*row) for row in rows]


def seats(event: Event) -> list[SeatRow]:
    """Every seat of every request and meeting that left the organisers' drafts."""
    rows = db.session.execute(
        sa.select(
            MeetingPerson.profile_id,
            MeetingPerson.side,
            MeetingPerson.outcome,
            Meeting.id,
            Meeting.state,
            Meeting.origin,
        )
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(Meeting.event_id == event.id, Meeting.state.not_in(UNSEEN))
        .order_by(Meeting.id, MeetingPerson.profile_id)
    )
    return [SeatRow(*row) for row in rows]


def requests_by_state(event: Event) -> dict[MeetingState, int]:
    """The requests of participants, by where they stand now."""
    rows = db.session.execute(
        sa.select(Meeting.state, sa.func.count())
        .where(Meeting.event_id == event.id, Meeting.origin == Origin.REQUEST)
        .group_by(Meeting.state)
    )
    return dict(rows.all())


def meetings_by_state(event: Event) -> dict[MeetingState, int]:
    """Everything that is or was a meeting or request, drafts included, by where it stands now."""
    rows = db.session.execute(
        sa.select(Meeting.state, sa.func.count()).where(Meeting.event_id == event.id).group_by(Meeting.state)
    )
    return dict(rows.all())


def answers(event: Event) -> list[AnswerRow]:
    """The first answer to each request, in the order of the requests."""
    rows = db.session.execute(
        sa.select(Meeting.id, MeetingChange.event, MeetingChange.at, Meeting.created_at)
        .join(MeetingChange, MeetingChange.meeting_id == Meeting.id)
        .where(Meeting.event_id == event.id, Meeting.origin == Origin.REQUEST, MeetingChange.event.in_(ANSWERS))
        .order_by(Meeting.id, MeetingChange.id)
    )
    found: dict[int, AnswerRow] = {}
    for meeting_id, what, at, asked_at in rows:
        found.setdefault(meeting_id, AnswerRow(meeting_id, what, at - asked_at))
    return list(found.values())


def table_use(event: Event) -> tuple[int, int]:
    """How many times a table was taken, and how many times tables could have been."""
    taken = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Meeting)
        .where(Meeting.event_id == event.id, Meeting.table_id.is_not(None), Meeting.slot_id.is_not(None))
    )
    tables = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(MeetingTable)
        .where(MeetingTable.event_id == event.id, MeetingTable.closed_at.is_(None))
    )
    slots = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(MeetingSlot)
        .join(MeetingSession)
        .where(MeetingSlot.event_id == event.id, MeetingSession.modality != SessionModality.ONLINE)
    )
    return taken or 0, (tables or 0) * (slots or 0)


def messages(event: Event) -> int:
    """How many messages were exchanged; erased ones count."""
    statement = sa.select(sa.func.count()).select_from(Message).join(Thread).where(Thread.event_id == event.id)
    return db.session.scalar(statement) or 0


def events_with_matchmaking(series_id: int) -> Sequence[Event]:
    """The events of a series that ever had a meeting or a profile, in the order of time."""
    with_profiles = sa.select(Profile.event_id)
    return db.session.scalars(
        sa.select(Event)
        .where(Event.series_id == series_id, Event.id.in_(with_profiles))
        .order_by(Event.starts_at, Event.id)
    ).all()


def hosts_by_event(event_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The names of the organisations that host these events; partners do not count."""
    rows = db.session.execute(
        sa.select(EventHost.event_id, Organisation.name)
        .join(EventHost.organisation)
        .where(EventHost.event_id.in_(event_ids), EventHost.role != HostRole.PARTNER)
        .order_by(EventHost.event_id, EventHost.position)
    )
    found: dict[int, list[str]] = {}
    for event_id, name in rows:
        found.setdefault(event_id, []).append(name)
    return found
