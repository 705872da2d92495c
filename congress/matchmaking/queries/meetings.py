"""Reading meetings with their people, and what counts about them: how many, between whom, since when."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad
from sqlalchemy.orm.util import identity_key

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import AGREED, LIVE, DelegationState, MeetingEvent, MeetingState
from congress.matchmaking.models import (
    Block,
    ContactRule,
    Delegation,
    Meeting,
    MeetingChange,
    MeetingPerson,
    MeetingSlot,
    Profile,
    TypeQuota,
)
from congress.matchmaking.queries.profiles import WITH_PERSON

WITH_PEOPLE: tuple[_AbstractLoad, ...] = (
    selectinload(Meeting.people).joinedload(MeetingPerson.profile, innerjoin=True).options(*WITH_PERSON),
    joinedload(Meeting.delegation),
    joinedload(Meeting.slot).joinedload(MeetingSlot.session, innerjoin=True),
)
"""What every write to a meeting needs."""


def by_id(meeting_id: int) -> Meeting:
    """A meeting as it is now, with its people, its delegation and its slot."""
    _forget_people([meeting_id])
    return db.session.scalars(sa.select(Meeting).where(Meeting.id == meeting_id).options(*WITH_PEOPLE)).one()


def by_code(event: Event, code: str) -> Meeting | None:
    """The same by the code in its address, within the event."""
    return db.session.scalar(
        sa.select(Meeting).where(Meeting.event_id == event.id, Meeting.code == code).options(*WITH_PEOPLE)
    )


def by_ids(ids: Collection[int]) -> Sequence[Meeting]:
    """These meetings as they are now, by id, with their people."""
    return _fresh(Meeting.id.in_(ids))


def in_states(event_id: int, *states: MeetingState) -> Sequence[Meeting]:
    """The meetings of an event in these states as they are now, by id, with their people."""
    return _fresh(Meeting.event_id == event_id, Meeting.state.in_(states))


def live_of(profile_id: int) -> Sequence[Meeting]:
    """What somebody may still have to do with: drafts, requests and agreed meetings, by id."""
    own = sa.select(MeetingPerson.meeting_id).where(MeetingPerson.profile_id == profile_id)
    return _fresh(Meeting.id.in_(own), Meeting.state.in_(LIVE))


def open_requests_to(delegation_id: int) -> Sequence[Meeting]:
    """Requests to a delegation that nobody answered yet."""
    pending = Meeting.state == MeetingState.PENDING
    return _fresh(Meeting.delegation_id == delegation_id, Meeting.target_id.is_(None), pending)


def between(profile_id: int, other_ids: Collection[int]) -> Sequence[tuple[int, Meeting]]:
    """Every meeting that this person and one of the others have or had, on two sides: (the other, meeting)."""
    mine, theirs = aliased(MeetingPerson), aliased(MeetingPerson)
    rows = db.session.execute(
        sa.select(theirs.profile_id, Meeting)
        .join(mine, mine.meeting_id == Meeting.id)
        .join(theirs, theirs.meeting_id == Meeting.id)
        .where(mine.profile_id == profile_id, theirs.profile_id.in_(other_ids), mine.side != theirs.side)
        .order_by(Meeting.id)
    )
    return [(other_id, meeting) for other_id, meeting in rows]


def requests_between(requester_id: int, delegation_id: int) -> Sequence[Meeting]:
    """What somebody asked a delegation, whatever became of it."""
    return db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.requester_id == requester_id, Meeting.delegation_id == delegation_id)
        .order_by(Meeting.id)
    ).all()


def pending_count(profile_id: int, now: dt.datetime) -> int:
    """How many requests of somebody wait for an answer."""
    waiting = (Meeting.state == MeetingState.PENDING, Meeting.expires_at > now)
    statement = sa.select(sa.func.count()).select_from(Meeting).where(Meeting.requester_id == profile_id, *waiting)
    return db.session.scalar(statement) or 0


def agreed_counts(profile_ids: Collection[int]) -> Counter[int]:
    """How many meetings people have that were agreed on, those that took place included."""
    rows = db.session.execute(
        sa.select(MeetingPerson.profile_id, sa.func.count())
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(MeetingPerson.profile_id.in_(profile_ids), Meeting.state.in_(AGREED))
        .group_by(MeetingPerson.profile_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def people_in(meeting_ids: Collection[int]) -> int:
    """How many people sit in these meetings."""
    people = sa.select(sa.func.count(MeetingPerson.profile_id.distinct()))
    return db.session.scalar(people.where(MeetingPerson.meeting_id.in_(meeting_ids))) or 0


def type_quotas(event_id: int) -> dict[str, int]:
    """The most meetings by type of organisation."""
    rows = db.session.execute(sa.select(TypeQuota.type, TypeQuota.max_meetings).where(TypeQuota.event_id == event_id))
    return {row[0]: row[1] for row in rows}


def rule_between(asks: Profile, asked: Profile) -> ContactRule | None:
    """The rule for these two types in this direction; None = everything is allowed."""
    return db.session.scalar(
        sa.select(ContactRule).where(
            ContactRule.event_id == asks.event_id,
            ContactRule.from_type == asks.type,
            ContactRule.to_type == asked.type,
        )
    )


def blocks_between(profile_id: int, other_ids: Collection[int]) -> set[tuple[int, int]]:
    """Who blocked whom among one person and others, as (who, whom)."""
    rows = db.session.execute(
        sa.select(Block.profile_id, Block.other_id).where(
            sa.or_(
                sa.and_(Block.profile_id == profile_id, Block.other_id.in_(other_ids)),
                sa.and_(Block.other_id == profile_id, Block.profile_id.in_(other_ids)),
            )
        )
    )
    return {(who, whom) for who, whom in rows}


def colleagues_of(profile: Profile) -> Sequence[int]:
    """The other members of somebody's delegation, when only one of them may meet the same person."""
    if profile.delegation_id is None:
        return []
    return db.session.scalars(
        sa.select(Profile.id)
        .join(Delegation, Delegation.id == Profile.delegation_id)
        .where(
            Delegation.id == profile.delegation_id,
            Delegation.only_one.is_(True),
            Profile.delegation_state == DelegationState.MEMBER,
            Profile.id != profile.id,
        )
        .order_by(Profile.id)
    ).all()


def started(event_id: int) -> set[int]:
    """The meetings whose people were asked whether they took place."""
    return set(
        db.session.scalars(
            sa.select(MeetingChange.meeting_id)
            .join(Meeting, Meeting.id == MeetingChange.meeting_id)
            .where(Meeting.event_id == event_id, MeetingChange.event == MeetingEvent.START)
        )
    )


def _forget_people(ids: Iterable[int]) -> None:
    """Who sits in a meeting and when is read again; whatever else callers loaded of it stays."""
    db.session.flush()
    for meeting_id in ids:
        known = db.session.identity_map.get(identity_key(Meeting, meeting_id))
        if known is not None:
            db.session.expire(known, ["people", "slot"])


def _fresh(*where: sa.ColumnElement[bool]) -> Sequence[Meeting]:
    _forget_people(db.session.scalars(sa.select(Meeting.id).where(*where)))
    return db.session.scalars(sa.select(Meeting).where(*where).options(*WITH_PEOPLE).order_by(Meeting.id)).all()
