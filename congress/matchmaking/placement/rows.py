"""Everything that a timetable depends on, read in a number of queries that does not grow with the event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from congress.core.errors import Missing
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.availability import Availability, availability_of
from congress.matchmaking.enums import AGREED, DelegationState, MeetingState, OrganisationType, Side
from congress.matchmaking.models import (
    Block,
    ContactRule,
    InterpreterPool,
    Matchmaking,
    Meeting,
    MeetingPerson,
    MeetingSlot,
    MeetingTable,
    Profile,
    TypeQuota,
)
from congress.matchmaking.queries.profiles import by_ids
from congress.matchmaking.queries.setup import matchmaking_of, slots_of, tables_of


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows. `people` are the profiles of a meeting, the side that asked first; `booths` the tables of the members
    of delegations; `forbidden` types that may not meet, as (who asks, who is asked); `blocks` pairs of profiles,
    smaller id first.
    """

    event: Event
    matchmaking: Matchmaking
    slots: Sequence[MeetingSlot]
    tables: Sequence[MeetingTable]
    meetings: Sequence[Meeting]
    people: Mapping[int, Sequence[int]]
    sides: Mapping[int, tuple[frozenset[int], frozenset[int]]]
    profiles: Mapping[int, Profile]
    available: Mapping[int, Availability]
    booths: Mapping[int, int]
    quotas: Mapping[OrganisationType, int]
    forbidden: frozenset[tuple[OrganisationType, OrganisationType]]
    blocks: frozenset[tuple[int, int]]
    pools: Mapping[str, int]


def read(event: Event) -> Rows:
    """Read it all as it is now."""
    matchmaking = matchmaking_of(event)
    if matchmaking is None:
        raise Missing
    meetings = _meetings(event)
    people, sides = _people(event, meetings)
    profiles = {one.id: one for one in by_ids({one for ids in people.values() for one in ids})}
    tables = tables_of(event)
    return Rows(
        event=event,
        matchmaking=matchmaking,
        slots=slots_of(event),
        tables=tables,
        meetings=meetings,
        people=people,
        sides=sides,
        profiles=profiles,
        available=availability_of(event, list(profiles.values())),
        booths=_booths(event, tables),
        quotas=_quotas(event),
        forbidden=_forbidden(event),
        blocks=_blocks(profiles),
        pools=_pools(event),
    )


def _meetings(event: Event) -> Sequence[Meeting]:
    """Everything that is agreed: to be placed, placed, and what used up a slot of its people.

    A slot without a session left the programme: whatever was in it once is history.
    """
    in_programme = MeetingSlot.session_id.is_not(None)
    return db.session.scalars(
        sa.select(Meeting)
        .outerjoin(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .where(
            Meeting.event_id == event.id,
            sa.or_(Meeting.state == MeetingState.UNSCHEDULED, Meeting.state.in_(AGREED) & in_programme),
        )
        .order_by(Meeting.id)
        .execution_options(populate_existing=True)
    ).all()


def _people(
    event: Event, meetings: Sequence[Meeting]
) -> tuple[dict[int, list[int]], dict[int, tuple[frozenset[int], frozenset[int]]]]:
    rows = db.session.execute(
        sa.select(MeetingPerson.meeting_id, MeetingPerson.profile_id, MeetingPerson.side)
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(Meeting.event_id == event.id, Meeting.state.in_(AGREED))
        .order_by(MeetingPerson.meeting_id, MeetingPerson.profile_id)
    )
    found: dict[int, dict[Side, list[int]]] = defaultdict(lambda: {Side.REQUESTER: [], Side.TARGET: []})
    for meeting_id, profile_id, side in rows:
        found[meeting_id][side].append(profile_id)
    people, sides = {}, {}
    for meeting in meetings:
        asked, targets = found[meeting.id][Side.REQUESTER], found[meeting.id][Side.TARGET]
        people[meeting.id] = sorted(asked, key=lambda one, first=meeting.requester_id: (one != first, one)) + targets  # type: ignore[misc]
        sides[meeting.id] = (frozenset(asked), frozenset(targets))
    return people, sides


def _booths(event: Event, tables: Sequence[MeetingTable]) -> Mapping[int, int]:
    """The table of each member of a delegation with booths; several booths are shared out among the members."""
    of_delegation: dict[int, list[int]] = defaultdict(list)
    for table in tables:
        if table.delegation_id is not None:
            of_delegation[table.delegation_id].append(table.id)
    rows = db.session.execute(
        sa.select(Profile.id, Profile.delegation_id)
        .where(
            Profile.event_id == event.id,
            Profile.delegation_id.in_(of_delegation),
            Profile.delegation_state == DelegationState.MEMBER,
        )
        .order_by(Profile.id)
    )
    members: dict[int, int] = defaultdict(int)
    found = {}
    for profile_id, delegation_id in rows:
        booths = of_delegation[delegation_id or 0]
        found[profile_id] = booths[members[delegation_id or 0] % len(booths)]
        members[delegation_id or 0] += 1
    return found


def _quotas(event: Event) -> Mapping[OrganisationType, int]:
    rows = db.session.execute(sa.select(TypeQuota.type, TypeQuota.max_meetings).where(TypeQuota.event_id == event.id))
    return dict(rows.all())


def _forbidden(event: Event) -> frozenset[tuple[OrganisationType, OrganisationType]]:
    rows = db.session.execute(
        sa.select(ContactRule.from_type, ContactRule.to_type).where(
            ContactRule.event_id == event.id, ContactRule.may_meet.is_(False)
        )
    )
    return frozenset((asking, asked) for asking, asked in rows)


def _blocks(ids: Collection[int]) -> frozenset[tuple[int, int]]:
    rows = db.session.execute(sa.select(Block.profile_id, Block.other_id).where(Block.profile_id.in_(ids)))
    return frozenset((min(one, other), max(one, other)) for one, other in rows)


def _pools(event: Event) -> Mapping[str, int]:
    rows = db.session.execute(
        sa.select(InterpreterPool.languages, InterpreterPool.number).where(InterpreterPool.event_id == event.id)
    )
    return dict(rows.all())
