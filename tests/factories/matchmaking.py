"""Matchmaking: settings, slots, tables, profiles and meetings, straight into the tables."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import DelegationState, MeetingState, OpportunityKind, OrganisationType, Side
from congress.matchmaking.models import (
    Delegation,
    Matchmaking,
    Meeting,
    MeetingPerson,
    MeetingSession,
    MeetingSlot,
    MeetingTable,
    Opportunity,
    Profile,
    Tag,
    active_tags,
)
from congress.registration.models import Category, Registration
from tests.factories.registrations import make_category, make_registration

_counter = itertools.count(1)


def make_matchmaking(event: Event, **values: Any) -> Matchmaking:
    """Matchmaking that is open: requests from a day ago to the beginning of the event."""
    now = clock.now()
    defaults: dict[str, Any] = {
        "event_id": event.id,
        "opened_at": now - dt.timedelta(days=1),
        "booking_opens_at": now - dt.timedelta(days=1),
        "booking_closes_at": max(event.starts_at, now + dt.timedelta(days=1)),
        "created_at": now,
        "changed_at": now,
    }
    matchmaking = Matchmaking(**(defaults | values))
    db.session.add(matchmaking)
    db.session.flush()
    return matchmaking


def make_slots(
    event: Event, count: int = 4, *, starts_at: dt.datetime | None = None, **values: Any
) -> list[MeetingSlot]:
    """A session of 20 minutes with 5 between, from the beginning of the event or `starts_at`; gives its slots."""
    defaults: dict[str, Any] = {
        "event_id": event.id,
        "starts_at": starts_at or event.starts_at,
        "slot_minutes": 20,
        "gap_minutes": 5,
        "slot_count": count,
    }
    session = MeetingSession(**(defaults | values))
    db.session.add(session)
    db.session.flush()
    length, step = dt.timedelta(minutes=session.slot_minutes), session.slot_minutes + session.gap_minutes
    slots = [
        MeetingSlot(event_id=event.id, session=session, starts_at=begins, ends_at=begins + length)
        for begins in (session.starts_at + dt.timedelta(minutes=number * step) for number in range(count))
    ]
    db.session.add_all(slots)
    db.session.flush()
    return slots


def make_tables(event: Event, count: int = 2, **values: Any) -> list[MeetingTable]:
    """Tables with the next free numbers."""
    first = 1 + max(
        db.session.scalars(sa.select(MeetingTable.number).where(MeetingTable.event_id == event.id)), default=0
    )
    tables = [MeetingTable(event_id=event.id, number=first + index, **values) for index in range(count)]
    db.session.add_all(tables)
    db.session.flush()
    return tables


def make_tag(event: Event, label: str | None = None, *, parent: Tag | None = None, **values: Any) -> Tag:
    """A tag of the event's series, active for the event."""
    name = label or f"Tag {next(_counter)}"
    tag = Tag(
        series_id=event.series_id, parent_id=parent.id if parent else None, label={"fr": name, "en": name}, **values
    )
    db.session.add(tag)
    db.session.flush()
    db.session.execute(active_tags.insert().values(event_id=event.id, tag_id=tag.id))
    return tag


def make_profile(
    event: Event, registration: Registration | None = None, *, category: Category | None = None, **values: Any
) -> Profile:
    """A listed profile; the registration is made when there is none."""
    number, now = next(_counter), clock.now()
    person = registration or make_registration(
        event, category or make_category(event, capacity=None), organisation=f"Company {number}"
    )
    defaults: dict[str, Any] = {
        "code": f"profile{number:06}",
        "event_id": event.id,
        "registration_id": person.id,
        "type": OrganisationType.BIOTECH,
        "country": "FR",
        "languages": ["fr", "en"],
        "listed_at": now,
        "created_at": now,
        "changed_at": now,
    }
    profile = Profile(**(defaults | values))
    profile.registration = person
    db.session.add(profile)
    db.session.flush()
    set_committed_value(person, "category", db.session.get_one(Category, person.category_id))
    set_committed_value(person, "event", event)
    return profile


def make_opportunity(
    profile: Profile, kind: OpportunityKind = OpportunityKind.OFFER, tags: tuple[Tag, ...] = (), **values: Any
) -> Opportunity:
    """An offer, or whatever is asked for."""
    opportunity = Opportunity(
        **{"profile_id": profile.id, "kind": kind, "title": f"Opportunity {next(_counter)}"} | values
    )
    opportunity.tags = list(tags)
    db.session.add(opportunity)
    db.session.flush()
    return opportunity


def make_delegation(event: Event, *members: Profile, **values: Any) -> Delegation:
    """A delegation; the first member manages it."""
    number = next(_counter)
    defaults: dict[str, Any] = {
        "code": f"group{number:06}",
        "event_id": event.id,
        "name": f"Delegation {number}",
        "created_at": clock.now(),
    }
    delegation = Delegation(**(defaults | values))
    db.session.add(delegation)
    db.session.flush()
    for position, member in enumerate(members):
        member.delegation_id = delegation.id
        member.delegation_state = DelegationState.MEMBER
        member.manages_delegation = position == 0
    db.session.flush()
    return delegation


def make_meeting(
    requester: Profile,
    target: Profile,
    state: MeetingState = MeetingState.PENDING,
    *,
    slot: MeetingSlot | None = None,
    table: MeetingTable | None = None,
    **values: Any,
) -> Meeting:
    """A meeting of two people in any state; with a slot, both know it."""
    number, now = next(_counter), clock.now()
    low, high = sorted((requester.id, target.id))
    place = {"slot_id": slot.id if slot else None, "table_id": table.id if table else None}
    defaults: dict[str, Any] = {
        "code": f"meeting{number:06}",
        "event_id": requester.event_id,
        "state": state,
        "requester_id": requester.id,
        "target_id": target.id,
        "low_id": low,
        "high_id": high,
        "expires_at": now + dt.timedelta(hours=72) if state is MeetingState.PENDING else None,
        "published_at": now if slot else None,
        "created_at": now,
        "changed_at": now,
        **place,
        **{f"shown_{name}": value for name, value in place.items()},
    }
    meeting = Meeting(**(defaults | values))
    db.session.add(meeting)
    db.session.flush()
    for profile, side in ((requester, Side.REQUESTER), (target, Side.TARGET)):
        db.session.add(
            MeetingPerson(meeting_id=meeting.id, profile_id=profile.id, side=side, slot_id=meeting.slot_id)
        )
    db.session.flush()
    return meeting
