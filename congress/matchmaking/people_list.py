"""The organisers' list of profiles: what it is narrowed to and sorted by, and how much is going on with each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa

from congress.core.pagination import PAGE_SIZE, Page
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import AGREED, UNSEEN, DelegationState, MeetingState, OrganisationType, Side
from congress.matchmaking.models import Delegation, Meeting, MeetingPerson, Profile
from congress.matchmaking.queries.directory import whole
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration
from congress.registration.tickets import clean_reference

SEARCH_LENGTH = 200
MOST_WORDS = 8
Choice = TypeVar("Choice", bound=StrEnum)


class Listing(StrEnum):
    """Whether somebody takes part."""

    LISTED = "listed"
    PREPARED = "prepared"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Activity(StrEnum):
    """What is going on with somebody."""

    WITHOUT_MEETING = "without_meeting"
    WITH_MEETING = "with_meeting"
    WAITING = "waiting"


class Order(StrEnum):
    """What the list is sorted by."""

    NAME = "name"
    ORGANISATION = "organisation"
    REQUESTS = "requests"
    MEETINGS = "meetings"


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the list is narrowed to; made from the address of the page, which says it all."""

    q: str = ""
    listing: Listing | None = None
    type: OrganisationType | None = None
    delegation: str = ""
    activity: Activity | None = None
    sort: Order = Order.NAME
    descending: bool = False

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> PeopleFilter:
        """Read the arguments of an address; what makes no sense is left out."""
        return cls(
            q=" ".join(arguments.get("q", "").split())[:SEARCH_LENGTH],
            listing=_choice(Listing, arguments.get("listing")),
            type=_choice(OrganisationType, arguments.get("type")),
            delegation=arguments.get("delegation", ""),
            activity=_choice(Activity, arguments.get("activity")),
            sort=_choice(Order, arguments.get("sort")) or Order.NAME,
            descending=arguments.get("dir") == "desc",
        )

    def arguments(self) -> dict[str, Any]:
        """The arguments of the address that shows this list; defaults are left out."""
        found = {
            "q": self.q,
            "listing": self.listing or "",
            "type": self.type or "",
            "delegation": self.delegation,
            "activity": self.activity or "",
            "sort": self.sort if self.sort is not Order.NAME else "",
            "dir": "desc" if self.descending else "",
        }
        return {name: str(value) for name, value in found.items() if value}

    def sorted_by(self, key: str, descending: bool) -> PeopleFilter:  # noqa: FBT001 (called from a template)
        """The same people in another order."""
        return replace(self, sort=Order(key), descending=bool(descending))

    @property
    def is_narrow(self) -> bool:
        """Whether anybody is left out."""
        return bool(self.q or self.listing or self.type or self.delegation or self.activity)


@dataclass(frozen=True, slots=True)
class Activities:
    """What is going on, by profile: requests that were made and received, those that wait, agreed meetings."""

    asked: Counter[int]
    was_asked: Counter[int]
    waiting: Counter[int]
    meetings: Counter[int]


@dataclass(frozen=True, slots=True)
class People:
    """One page of the list, how many there are in each state, and the delegations by code."""

    page: Page[Profile]
    activities: Activities
    by_listing: Mapping[Listing, int]
    delegations: Mapping[str, str]


def people_of(event: Event, wanted: PeopleFilter, number: int) -> People:
    """Who is on the list; a constant number of queries."""
    rows, activities = _rows(event, wanted.q), activities_of(event)
    delegations = db.session.execute(
        sa.select(Delegation.code, Delegation.name).where(Delegation.event_id == event.id).order_by(Delegation.name)
    )
    kept = [row for row in rows if _fits(row, wanted, activities)]
    ids = [row.id for row in _in_order(kept, wanted, activities)]
    number = max(1, min(number, -(-len(ids) // PAGE_SIZE)))
    shown = whole(ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    page = Page(shown, number, PAGE_SIZE, len(ids))
    return People(page, activities, Counter(map(listing_of, rows)), dict(delegations.all()))


def listing_of(row: Any) -> Listing:
    """Where somebody stands, from the columns of a profile and the status of its registration."""
    if row.status is not RegistrationStatus.CONFIRMED:
        return Listing.ENDED
    if row.listed_at is not None:
        return Listing.LISTED
    return Listing.WITHDRAWN if row.withdrawn_at is not None else Listing.PREPARED


def activities_of(event: Event, profile_ids: Collection[int] | None = None) -> Activities:
    """The counts of everybody, or of these. One query."""
    statement = (
        sa.select(MeetingPerson.profile_id, MeetingPerson.side, Meeting.state, sa.func.count())
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(Meeting.event_id == event.id, Meeting.state.not_in(UNSEEN))
        .group_by(MeetingPerson.profile_id, MeetingPerson.side, Meeting.state)
    )
    if profile_ids is not None:
        statement = statement.where(MeetingPerson.profile_id.in_(profile_ids))
    found = Activities(Counter(), Counter(), Counter(), Counter())
    for profile_id, side, state, count in db.session.execute(statement):
        (found.asked if side is Side.REQUESTER else found.was_asked)[profile_id] += count
        if state is MeetingState.PENDING:
            found.waiting[profile_id] += count
        if state in AGREED:
            found.meetings[profile_id] += count
    return found


def _rows(event: Event, text: str) -> list[Any]:
    statement = (
        sa.select(
            Profile.id,
            Profile.type,
            Profile.facets,
            Profile.listed_at,
            Profile.withdrawn_at,
            Registration.status,
            sa.case((Profile.delegation_state == DelegationState.MEMBER, Delegation.code)).label("delegation"),
        )
        .join(Profile.registration)
        .outerjoin(Profile.delegation)
        .where(Profile.event_id == event.id)
    )
    for word in search_key(text).split()[:MOST_WORDS]:
        found = Registration.search_text.contains(word, autoescape=True)
        found |= Profile.search_text.contains(word, autoescape=True)
        reference = clean_reference(word)
        if reference:
            found |= Registration.reference.contains(reference, autoescape=True)
        statement = statement.where(found)
    return list(db.session.execute(statement))


def _fits(row: Any, wanted: PeopleFilter, activities: Activities) -> bool:
    holds = {
        None: True,
        Activity.WITH_MEETING: activities.meetings[row.id] > 0,
        Activity.WITHOUT_MEETING: activities.meetings[row.id] == 0,
        Activity.WAITING: activities.waiting[row.id] > 0,
    }
    return (
        wanted.listing in {None, listing_of(row)}
        and wanted.type in {None, row.type}
        and wanted.delegation in {"", row.delegation}
        and holds[wanted.activity]
    )


def _in_order(rows: list[Any], wanted: PeopleFilter, activities: Activities) -> list[Any]:
    def key(row: Any) -> tuple[Any, ...]:
        name = (row.facets.get("name", ""), row.id)
        if wanted.sort is Order.ORGANISATION:
            return (row.facets.get("organisation", ""), *name)
        if wanted.sort is Order.REQUESTS:
            return (activities.asked[row.id] + activities.was_asked[row.id], *name)
        return (activities.meetings[row.id], *name) if wanted.sort is Order.MEETINGS else name

    return sorted(rows, key=key, reverse=wanted.descending)


def _choice(values: type[Choice], text: str | None) -> Choice | None:
    return values(text) if text in set(values) else None
