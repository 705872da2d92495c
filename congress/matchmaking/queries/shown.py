"""Reading requests and meetings as their people may see them: what only organisers know yet is in none of these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import AGREED, UNSEEN, DelegationState, MeetingState
from congress.matchmaking.models import (
    Meeting,
    MeetingChange,
    MeetingPerson,
    MeetingSlot,
    MeetingTable,
    Profile,
)
from congress.matchmaking.queries.profiles import TAKES_PART, WITH_PERSON
from congress.registration.models import Registration

IN_CALENDARS = AGREED | {MeetingState.CANCELLED}
"""States of which a calendar may have heard, when the meeting has a slot that its people were told."""

WITH_ALL: tuple[_AbstractLoad, ...] = (
    joinedload(Meeting.shown_slot),
    joinedload(Meeting.shown_table).joinedload(MeetingTable.zone),
    joinedload(Meeting.proposed_slot),
    joinedload(Meeting.delegation),
    joinedload(Meeting.requester, innerjoin=True).options(*WITH_PERSON),
    selectinload(Meeting.people).joinedload(MeetingPerson.profile, innerjoin=True).options(*WITH_PERSON),
)
"""What pages, mails and calendars tell of a meeting."""


def meetings_of(profile: Profile) -> Sequence[Meeting]:
    """Everything that somebody has to do with, the newest first; requests to a delegation are its managers', too."""
    statement = sa.select(Meeting).where(_of(profile)).order_by(Meeting.id.desc())
    return db.session.scalars(statement.options(*WITH_ALL)).all()


def meeting_of(profile: Profile, code: str) -> Meeting | None:
    """One of them."""
    statement = sa.select(Meeting).where(_of(profile), Meeting.code == code).options(*WITH_ALL)
    return db.session.scalar(statement)


def meetings_by_ids(ids: Collection[int]) -> Sequence[Meeting]:
    """These meetings with all that is told of them, by id."""
    statement = sa.select(Meeting).where(Meeting.id.in_(ids)).options(*WITH_ALL).order_by(Meeting.id)
    return db.session.scalars(statement).all()


def history_of(meeting: Meeting) -> Sequence[MeetingChange]:
    """What happened to a meeting, in the order of time."""
    return db.session.scalars(
        sa.select(MeetingChange).where(MeetingChange.meeting_id == meeting.id).order_by(MeetingChange.id)
    ).all()


def changes_by_ids(ids: Collection[int]) -> Sequence[MeetingChange]:
    """These transitions, in the order of time."""
    statement = sa.select(MeetingChange).where(MeetingChange.id.in_(ids)).order_by(MeetingChange.id)
    return db.session.scalars(statement).all()


def in_calendars(registration_ids: Collection[int]) -> Sequence[tuple[int, Meeting]]:
    """(registration, meeting) for everything that the calendars of these registrations show or showed."""
    found = db.session.execute(
        sa.select(Profile.registration_id, Meeting)
        .join(MeetingPerson, MeetingPerson.profile_id == Profile.id)
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(
            Profile.registration_id.in_(registration_ids),
            Meeting.shown_slot_id.is_not(None),
            Meeting.state.in_(IN_CALENDARS),
        )
        .options(*WITH_ALL)
        .order_by(Meeting.id)
    )
    return [(registration_id, meeting) for registration_id, meeting in found]


def meetings_between(registration: Registration, starts_at: dt.datetime, ends_at: dt.datetime) -> Sequence[Meeting]:
    """What somebody was told to be at between two instants (the second excluded)."""
    statement = (
        sa.select(Meeting)
        .join(Meeting.shown_slot)
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .join(Profile, Profile.id == MeetingPerson.profile_id)
        .where(
            Profile.registration_id == registration.id,
            Meeting.state.in_(AGREED),
            MeetingSlot.starts_at < ends_at,
            MeetingSlot.ends_at > starts_at,
        )
        .options(*WITH_ALL)
        .order_by(MeetingSlot.starts_at)
    )
    return db.session.scalars(statement).all()


def places_by_ids(
    slot_ids: Collection[int | None], table_ids: Collection[int | None]
) -> tuple[dict[int, MeetingSlot], dict[int, MeetingTable]]:
    """Slots and tables, also those that are no longer used, by id."""
    slots = sa.select(MeetingSlot).where(MeetingSlot.id.in_(set(slot_ids) - {None}))
    tables = sa.select(MeetingTable).where(MeetingTable.id.in_(set(table_ids) - {None}))
    return (
        {one.id: one for one in db.session.scalars(slots)},
        {one.id: one for one in db.session.scalars(tables.options(joinedload(MeetingTable.zone)))},
    )


def managers_of(delegation_id: int) -> Sequence[Profile]:
    """Who answers for a delegation."""
    statement = sa.select(Profile).where(Profile.delegation_id == delegation_id, Profile.manages_delegation.is_(True))
    return db.session.scalars(statement.options(*WITH_PERSON).order_by(Profile.id)).all()


def members_of(delegation_id: int) -> Sequence[Profile]:
    """Who belongs to a delegation, those who were only asked left out."""
    statement = sa.select(Profile).where(
        Profile.delegation_id == delegation_id, Profile.delegation_state == DelegationState.MEMBER
    )
    return db.session.scalars(statement.options(*WITH_PERSON).order_by(Profile.id)).all()


def listed_at(event: Event, organisation: str) -> Sequence[Profile]:
    """Everybody listed of one organisation; its name is compared in Python, where accents are known."""
    wanted = search_key(organisation)
    rows = db.session.execute(
        sa.select(Profile.id, Registration.organisation)
        .join(Profile.registration)
        .where(Profile.event_id == event.id, *TAKES_PART)
    )
    ids = [profile_id for profile_id, name in rows if search_key(name) == wanted]
    statement = sa.select(Profile).join(Profile.registration).where(Profile.id.in_(ids)).options(*WITH_PERSON)
    return db.session.scalars(statement.order_by(Registration.family_name, Profile.id)).all()


def _of(profile: Profile) -> sa.ColumnElement[bool]:
    sits = sa.select(MeetingPerson.meeting_id).where(MeetingPerson.profile_id == profile.id)
    mine: sa.ColumnElement[bool] = Meeting.id.in_(sits)
    if profile.manages_delegation and profile.delegation_id is not None:
        mine = sa.or_(mine, sa.and_(Meeting.delegation_id == profile.delegation_id, Meeting.target_id.is_(None)))
    return sa.and_(Meeting.event_id == profile.event_id, Meeting.state.not_in(UNSEEN), mine)
