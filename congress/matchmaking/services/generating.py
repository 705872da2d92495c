"""Meetings that organisers think of: drafts that nobody sees, then published or thrown away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.errors import DomainError
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.matchmaking import errors, guards
from congress.matchmaking.enums import (
    LIVE,
    MeetingEvent,
    MeetingState,
    Origin,
    RequestMode,
    SchedulingMode,
    Side,
)
from congress.matchmaking.models import (
    ContactRule,
    Delegation,
    Matchmaking,
    Meeting,
    MeetingPerson,
    Profile,
)
from congress.matchmaking.places import Board
from congress.matchmaking.queries import meetings, pairs
from congress.matchmaking.queries.drafts import drafts_of
from congress.matchmaking.queries.pairs import Pair
from congress.matchmaking.queries.profiles import TAKES_PART, WITH_PERSON
from congress.matchmaking.queries.setup import matchmaking_of
from congress.matchmaking.services import transitions
from congress.matchmaking.services.holding import fresh_profiles, hold
from congress.matchmaking.services.requesting import expiry, new_code
from congress.registration.models import Registration

MOST_AT_ONCE = 2000
"""So many drafts at most come from one press of a button."""


@dataclass(frozen=True, slots=True)
class Idea:
    """Two people who could meet, the one who asks first; `is_mutual` when each bookmarked the other."""

    requester_id: int
    target_id: int
    score: float
    is_mutual: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of drafts: how many were published, and the meetings whose people can meet no more."""

    published: int
    skipped: Sequence[Meeting]


def ideas(event: Event, *, fewer_than: int, minimum: float) -> list[Idea]:
    """Pairs for people with fewer meetings than that: who bookmarked each other, then the best suggestions.

    Each meeting that is thought of counts at once, so that nobody gets more than `fewer_than` by this.
    """
    people = _people(event)
    matchmaking = matchmaking_of(event)
    if matchmaking is None:
        return []
    counts, maxima = pairs.live_counts(event), guards.maxima_of(matchmaking, list(people.values()))
    found: list[Idea] = []
    for idea in _candidates(event, people, minimum):
        two = (idea.requester_id, idea.target_id)
        if len(found) < MOST_AT_ONCE and all(_has_room(counts[one], fewer_than, maxima[one]) for one in two):
            found.append(idea)
            counts.update(two)
    return found


def propose_meetings(event: Event, *, fewer_than: int, minimum: float) -> int:
    """Write these ideas as drafts; gives how many."""
    hold(event.id)
    found = ideas(event, fewer_than=fewer_than, minimum=minimum)
    if not found:
        raise errors.NothingToPropose
    transitions.change_all([_draft(event, idea) for idea in found])
    note("meeting.proposed", event, after={"count": len(found)})
    return len(found)


def draft_meeting(event: Event, requester_id: int, target_id: int, *, is_guaranteed: bool = False) -> Meeting:
    """A draft for two people of the organisers' choice, unless a rule, a refusal or a meeting stands between them."""
    hold(event.id)
    requester, target = fresh_profiles([requester_id, target_id])
    refusal = _between(event, requester, target)
    if refusal is not None:
        raise refusal
    step = _draft(event, Idea(requester.id, target.id, 1.0, is_mutual=False), is_guaranteed=is_guaranteed)
    transitions.change_all([step])
    note("meeting.drafted", event, ("meeting", step.meeting.id))
    return step.meeting


def publish_drafts(event: Event, ids: Collection[int]) -> Sent:
    """Make drafts known, as the two modes have it; those whose people can meet no more stay drafts and are named."""
    matchmaking = hold(event.id)
    drafts = [one for one in drafts_of(event) if one.id in ids]
    if not drafts:
        raise errors.NoDrafts
    able = [one for one in drafts if all(guards.takes_part(person.profile) for person in one.people)]
    transitions.change_all(_publications(event, matchmaking, able))
    note("meeting.drafts_published", event, after={"count": len(able)})
    return Sent(len(able), [one for one in drafts if one not in able])


def discard_drafts(event: Event, ids: Collection[int]) -> int:
    """Throw drafts away; gives how many."""
    hold(event.id)
    drafts = [one for one in drafts_of(event) if one.id in ids]
    if not drafts:
        raise errors.NoDrafts
    transitions.change_all([transitions.Step(one, MeetingEvent.DISCARD, MeetingState.DISCARDED) for one in drafts])
    note("meeting.drafts_discarded", event, after={"count": len(drafts)})
    return len(drafts)


def _publications(event: Event, matchmaking: Matchmaking, drafts: Sequence[Meeting]) -> list[transitions.Step]:
    """What becomes of drafts that are published; each takes its place from those after it."""
    if matchmaking.request_mode is RequestMode.APPROVAL:
        columns = {"expires_at": expiry(matchmaking, clock.now())}
        return [_publication(one, MeetingState.PENDING, columns=columns) for one in drafts]
    if matchmaking.scheduling_mode is not SchedulingMode.PARTICIPANTS:
        return [_publication(one, MeetingState.UNSCHEDULED) for one in drafts]
    board, steps = Board(event, [person.profile for one in drafts for person in one.people]), []
    for one in drafts:
        people = [person.profile for person in one.people]
        place = next(board.places(people), None)
        if place is None:
            steps.append(_publication(one, MeetingState.UNSCHEDULED))
        else:
            board.take(place, people)
            steps.append(_publication(one, MeetingState.SCHEDULED, place=place.ids))
    return steps


def _publication(draft: Meeting, to: MeetingState, **more: Any) -> transitions.Step:
    return transitions.Step(draft, MeetingEvent.PUBLISH, to, **more)


def _has_room(count: int, fewer_than: int, maximum: int | None) -> bool:
    return count < fewer_than and (maximum is None or count < maximum)


def _people(event: Event) -> Mapping[int, Profile]:
    """Everybody who takes part and may be asked."""
    statement = sa.select(Profile).join(Registration, Registration.id == Profile.registration_id)
    statement = statement.where(Profile.event_id == event.id, Profile.accepts_requests.is_(True), *TAKES_PART)
    return {one.id: one for one in db.session.scalars(statement.options(*WITH_PERSON).order_by(Profile.id))}


def _candidates(event: Event, people: Mapping[int, Profile], minimum: float) -> Iterator[Idea]:
    """Every pair that nothing speaks against, the best first."""
    mutual = pairs.bookmarked(event)
    scores = dict.fromkeys(mutual, 1.0) | pairs.suggested(event, minimum)
    impossible = pairs.with_history(event) | pairs.blocked(event)
    forbidden = _forbidden(event)
    only_one = _OnlyOne(event, people, pairs.with_history(event))
    for both in sorted(set(scores) - impossible, key=lambda one: (one not in mutual, -scores[one], one)):
        asks = _who_asks(both, people, forbidden)
        if asks is not None and only_one.allows(both):
            only_one.add(both)
            yield Idea(*asks, score=scores[both], is_mutual=both in mutual)


def _who_asks(both: Pair, people: Mapping[int, Profile], forbidden: Collection[tuple[str, str]]) -> Pair | None:
    """The two in a direction that the rules allow; None when there is none, or one of them takes no part."""
    if both[0] not in people or both[1] not in people:
        return None
    one, other = people[both[0]], people[both[1]]
    if guards.same_organisation(one, other):
        return None
    if (one.type, other.type) not in forbidden:
        return both
    return (both[1], both[0]) if (other.type, one.type) not in forbidden else None


def _forbidden(event: Event) -> set[tuple[str, str]]:
    rows = db.session.execute(
        sa.select(ContactRule.from_type, ContactRule.to_type).where(
            ContactRule.event_id == event.id, ContactRule.may_meet.is_(False)
        )
    )
    return {(asks, asked) for asks, asked in rows}


class _OnlyOne:
    """Whom the delegations already meet that send one of their people only."""

    def __init__(self, event: Event, people: Mapping[int, Profile], met: Collection[Pair]) -> None:
        strict = set(
            db.session.scalars(
                sa.select(Delegation.id).where(Delegation.event_id == event.id, Delegation.only_one.is_(True))
            )
        )
        self._delegation = {
            one.id: one.joined_delegation_id for one in people.values() if one.joined_delegation_id in strict
        }
        self._met: dict[int | None, Counter[int]] = defaultdict(Counter)
        for both in met:
            self.add(both)

    def allows(self, both: Pair) -> bool:
        """Whether no colleague of either meets the other."""
        return not any(
            self._met[self._delegation[one]][other] for one, other in _both_ways(both) if one in self._delegation
        )

    def add(self, both: Pair) -> None:
        """These two meet."""
        for one, other in _both_ways(both):
            if one in self._delegation:
                self._met[self._delegation[one]][other] += 1


def _both_ways(both: Pair) -> tuple[Pair, Pair]:
    return both, (both[1], both[0])


def _between(event: Event, requester: Profile, target: Profile) -> DomainError | None:
    """What keeps organisers from bringing two people together."""
    both = pairs.pair(requester.id, target.id)
    checks: tuple[tuple[bool, type[DomainError]], ...] = (
        (requester.id == target.id, errors.SamePerson),
        (not (guards.takes_part(requester) and guards.takes_part(target)), errors.NotBothTakePart),
        (guards.same_organisation(requester, target), errors.SameOrganisation),
        ((requester.type, target.type) in _forbidden(event), errors.RuleForbids),
        (both in pairs.blocked(event), errors.RefusedBetweenThem),
        (_live_between(both), errors.LiveBetweenThem),
        (both in pairs.with_history(event), errors.RefusedBetweenThem),
    )
    return next((error() for failed, error in checks if failed), None)


def _live_between(both: Pair) -> bool:
    return any(meeting.state in LIVE for _other, meeting in meetings.between(both[0], [both[1]]))


def _draft(event: Event, idea: Idea, *, is_guaranteed: bool = False) -> transitions.Step:
    now = clock.now()
    low, high = pairs.pair(idea.requester_id, idea.target_id)
    meeting = Meeting(
        code=new_code(),
        event_id=event.id,
        state=MeetingState.DRAFT,
        origin=Origin.GENERATED,
        requester_id=idea.requester_id,
        target_id=idea.target_id,
        low_id=low,
        high_id=high,
        is_mutual=idea.is_mutual,
        is_guaranteed=is_guaranteed,
        created_at=now,
        changed_at=now,
    )
    meeting.people = [
        MeetingPerson(profile_id=idea.requester_id, side=Side.REQUESTER),
        MeetingPerson(profile_id=idea.target_id, side=Side.TARGET),
    ]
    return transitions.Step(meeting, MeetingEvent.GENERATE, MeetingState.DRAFT)
