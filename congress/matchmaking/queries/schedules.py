"""Who meets whom when, as its people were told: for phones, paper and the desk. Each a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import AGREED, Answer, MeetingState
from congress.matchmaking.models import (
    Meeting,
    MeetingPerson,
    MeetingSession,
    MeetingSlot,
    MeetingTable,
    Profile,
    SchedulePrintRun,
)
from congress.matchmaking.queries.profiles import WITH_PERSON
from congress.registration.models import Registration

LATEST = 20

_SHOWN = (
    joinedload(Meeting.shown_slot, innerjoin=True).joinedload(MeetingSlot.session),
    joinedload(Meeting.shown_table).joinedload(MeetingTable.zone),
    selectinload(Meeting.people).joinedload(MeetingPerson.profile, innerjoin=True).options(*WITH_PERSON),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting in the schedule of one person; `others` are the people on the other side and colleagues."""

    meeting: Meeting
    slot: MeetingSlot
    table: MeetingTable | None
    others: tuple[Profile, ...]


def meetings_of_days(event: Event, starts_at: dt.datetime, ends_at: dt.datetime) -> Sequence[Meeting]:
    """The meetings that people know of between two instants, by time and table, with all that is told."""
    statement = (
        sa.select(Meeting)
        .join(Meeting.shown_slot)
        .outerjoin(Meeting.shown_table)
        .where(
            Meeting.event_id == event.id,
            Meeting.state.in_(AGREED),
            MeetingSlot.starts_at >= starts_at,
            MeetingSlot.starts_at < ends_at,
        )
        .options(*_SHOWN)
        .order_by(MeetingSlot.starts_at, sa.func.coalesce(MeetingTable.number, sa.literal(1_000_000)), Meeting.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).all()


def schedules_of(profile_ids: Collection[int]) -> Mapping[int, Sequence[Entry]]:
    """What stands in each person's schedule, in the order of time; somebody without meetings has an empty one."""
    own = sa.select(MeetingPerson.meeting_id).where(MeetingPerson.profile_id.in_(profile_ids))
    statement = (
        sa.select(Meeting)
        .join(Meeting.shown_slot)
        .where(Meeting.id.in_(own), Meeting.state.in_(AGREED))
        .options(*_SHOWN)
        .order_by(MeetingSlot.starts_at, Meeting.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[Entry]] = {profile_id: [] for profile_id in profile_ids}
    for meeting in db.session.scalars(statement):
        for person in meeting.people:
            if person.profile_id in found and meeting.shown_slot is not None:
                others = tuple(one.profile for one in meeting.people if one.profile_id != person.profile_id)
                found[person.profile_id].append(Entry(meeting, meeting.shown_slot, meeting.shown_table, others))
    return found


def days_of(event: Event) -> Sequence[MeetingSession]:
    """The sessions in the order of time, without their slots."""
    return db.session.scalars(
        sa.select(MeetingSession).where(MeetingSession.event_id == event.id).order_by(MeetingSession.starts_at)
    ).all()


def printable_ids(event: Event, *, only_changed: bool = False) -> list[int]:
    """The people with something in their schedule, by family name; `only_changed`: since it was printed, or never."""
    has_meeting = (
        sa.select(MeetingPerson.profile_id)
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(Meeting.event_id == event.id, Meeting.state.in_(AGREED), Meeting.shown_slot_id.is_not(None))
    )
    statement = sa.select(Profile.id).join(Profile.registration).where(Profile.event_id == event.id)
    if only_changed:
        changed = sa.or_(Profile.printed_version.is_(None), Profile.printed_version != Profile.schedule_version)
        was_printed = sa.and_(Profile.printed_version.is_not(None), changed)
        statement = statement.where(sa.or_(sa.and_(Profile.id.in_(has_meeting), changed), was_printed))
    else:
        statement = statement.where(Profile.id.in_(has_meeting))
    names = (sa.func.lower(Registration.family_name), sa.func.lower(Registration.given_name))
    return list(db.session.scalars(statement.order_by(*names, Profile.id)))


def for_paper(profile_ids: Sequence[int]) -> list[Profile]:
    """These people in this order, as they are now."""
    statement = sa.select(Profile).where(Profile.id.in_(profile_ids)).options(*WITH_PERSON)
    found = {one.id: one for one in db.session.scalars(statement.execution_options(populate_existing=True))}
    return [found[profile_id] for profile_id in profile_ids if profile_id in found]


def print_runs_of(event: Event) -> Sequence[SchedulePrintRun]:
    """The latest print runs of schedules."""
    return db.session.scalars(
        sa.select(SchedulePrintRun)
        .where(SchedulePrintRun.event_id == event.id)
        .options(joinedload(SchedulePrintRun.job, innerjoin=True))
        .order_by(SchedulePrintRun.id.desc())
        .limit(LATEST)
    ).all()


def print_run_of(event: Event, run_id: int) -> SchedulePrintRun | None:
    """One print run, through its event."""
    return db.session.scalar(
        sa.select(SchedulePrintRun)
        .where(SchedulePrintRun.event_id == event.id, SchedulePrintRun.id == run_id)
        .options(joinedload(SchedulePrintRun.job, innerjoin=True))
    )


def absences_of(event: Event) -> Mapping[int, int]:
    """How many meetings each person missed, by profile: the other side said so, or they did themselves."""
    other = sa.orm.aliased(MeetingPerson)
    said_by_other = sa.and_(other.answer == Answer.OTHER_ABSENT, other.side != MeetingPerson.side)
    said_self = sa.and_(other.profile_id == MeetingPerson.profile_id, other.answer == Answer.COULD_NOT_COME)
    statement = (
        sa.select(MeetingPerson.profile_id, sa.func.count(sa.distinct(Meeting.id)))
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .join(other, other.meeting_id == Meeting.id)
        .where(
            Meeting.event_id == event.id,
            Meeting.state == MeetingState.NO_SHOW,
            sa.or_(said_by_other, said_self),
        )
        .group_by(MeetingPerson.profile_id)
    )
    return dict(db.session.execute(statement).all())
