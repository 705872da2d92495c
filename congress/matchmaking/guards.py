"""Why somebody cannot ask somebody else: the guards in their order. The first that fails is the answer.

Pages ask `why_not` to say so before anybody tries, and requests ask the same while the event's meetings are held.

What ended between two people decides who may ask again. A meeting that one of them cancelled is final for both. Who
declined may ask the other side; who was declined may not ask again. A request that expired or was withdrawn may be
made once more, so that nobody is asked without end. What organisers cancelled or threw away counts for nothing, and
people who have met may meet again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from congress.core import clock
from congress.core.text import search_key
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking import errors, permissions
from congress.matchmaking.enums import AGREED, LIVE, CancelCause, MeetingState
from congress.matchmaking.models import Delegation, Matchmaking, Meeting, Profile
from congress.matchmaking.places import Board
from congress.matchmaking.queries import meetings
from congress.matchmaking.queries.setup import matchmaking_of
from congress.registration.enums import RegistrationStatus

TRIES = 2
"""How often somebody may ask the same person without an answer."""

Refusal = errors.MeetingRefused | None


@dataclass
class Ask:
    """Somebody wants to ask one person, or one of several people of a delegation; what guards read is read once."""

    requester: Profile
    targets: Sequence[Profile]
    delegation: Delegation | None
    slot_id: int | None
    now: dt.datetime

    @cached_property
    def event(self) -> Event:
        """The event of all of them."""
        return db.session.get_one(Event, self.requester.event_id)

    @cached_property
    def matchmaking(self) -> Matchmaking | None:
        """The event's settings."""
        return matchmaking_of(self.event)

    @cached_property
    def target_ids(self) -> list[int]:
        """Everybody who could be met."""
        return [one.id for one in self.targets]

    @cached_property
    def blocks(self) -> set[tuple[int, int]]:
        """Who blocked whom."""
        return meetings.blocks_between(self.requester.id, self.target_ids)

    @cached_property
    def maxima(self) -> Mapping[int, int | None]:
        """The most meetings of each of them."""
        everybody = [self.requester, *self.targets]
        return maxima_of(self.matchmaking, everybody) if self.matchmaking else {}

    @cached_property
    def agreed(self) -> Mapping[int, int]:
        """The meetings that each of them has."""
        return meetings.agreed_counts([self.requester.id, *self.target_ids])

    @cached_property
    def history(self) -> Sequence[tuple[int, Meeting]]:
        """What was between the two sides, by target."""
        return meetings.between(self.requester.id, self.target_ids)

    @cached_property
    def board(self) -> Board:
        """When everybody is free."""
        return Board(self.event, [self.requester, *self.targets])


def why_not(
    requester: Profile,
    target: Profile | Delegation,
    *,
    slot_id: int | None = None,
    now: dt.datetime | None = None,
) -> Refusal:
    """The first reason why `requester` cannot ask `target`, or None. Reads only.

    Registrations and categories of everybody, and the members of a delegation, have to be loaded.
    """
    if isinstance(target, Delegation):
        people = [one for one in target.members if one.joined_delegation_id == target.id]
        return _first_refusal(Ask(requester, people, target, slot_id, now or clock.now()))
    return _first_refusal(Ask(requester, [target], None, slot_id, now or clock.now()))


def may_chat(sender: Profile, recipient: Profile) -> bool:
    """Whether somebody may write to somebody else: rules, blocks, and both take part. Three queries."""
    if sender.id == recipient.id or not (takes_part(sender) and takes_part(recipient)):
        return False
    rule = meetings.rule_between(sender, recipient)
    return (rule is None or rule.may_chat) and not meetings.blocks_between(sender.id, [recipient.id])


def takes_part(profile: Profile) -> bool:
    """Whether somebody is listed and comes to the event; `queries.profiles.TAKES_PART` is the same for queries."""
    return profile.is_listed and profile.registration.status is RegistrationStatus.CONFIRMED


def is_open(matchmaking: Matchmaking | None, event: Event) -> bool:
    """Whether participants may ask and answer: it is open, and the event is public and takes place."""
    return matchmaking is not None and permissions.is_open(matchmaking) and event.status is EventStatus.PUBLISHED


def same_organisation(one: Profile, other: Profile) -> bool:
    """Whether two people come from the same organisation, as their registrations name it; accents do not count."""
    names = [" ".join(search_key(profile.registration.organisation).split()) for profile in (one, other)]
    return bool(names[0]) and names[0] == names[1]


def maxima_of(matchmaking: Matchmaking, profiles: Sequence[Profile]) -> Mapping[int, int | None]:
    """The most meetings of each of these people: the narrowest of wish, own quota, quota of the type, and event's."""
    quotas = meetings.type_quotas(matchmaking.event_id)
    return {one.id: maximum_of(one, quotas.get(one.type), matchmaking) for one in profiles}


def maximum_of(profile: Profile, of_type: int | None, matchmaking: Matchmaking) -> int | None:
    """The narrowest of the four limits that apply to somebody; `of_type` is the quota of the profile's type."""
    limits = (profile.max_meetings, profile.quota, of_type, matchmaking.max_meetings)
    return min((one for one in limits if one is not None), default=None)


def require_room(matchmaking: Matchmaking, people: Sequence[Profile], acts: Profile | None) -> None:
    """Refuse when one of these people has as many meetings as possible; `acts` is the one who reads the refusal."""
    maxima, agreed = maxima_of(matchmaking, people), meetings.agreed_counts([one.id for one in people])
    for one in people:
        limit = maxima[one.id]
        if limit is not None and agreed[one.id] >= limit:
            raise _own_maximum(one, limit) if acts is not None and acts.id == one.id else errors.OtherIsFull


def require_no_colleague(requester: Profile, attendees: Sequence[Profile]) -> None:
    """Refuse when a colleague of either side has an agreed meeting with the other, and only one of them may."""
    for attendee in attendees:
        if _colleague_meets(requester, attendee, AGREED):
            raise errors.ColleagueMeets


def _first_refusal(ask: Ask) -> Refusal:
    """A delegation can be asked as long as one of its people passes every guard."""
    left = ask.targets
    if not left:
        return errors.TakesNoRequests()
    for guard in GUARDS:
        refusals = [(target, guard(ask, target)) for target in left]
        left = [target for target, refusal in refusals if refusal is None]
        if not left:
            return refusals[0][1]
    return None


def _requester_takes_part(ask: Ask, _target: Profile) -> Refusal:
    if not is_open(ask.matchmaking, ask.event):
        return errors.NotOpened()
    return None if takes_part(ask.requester) else errors.NotListed()


def _different_people(ask: Ask, target: Profile) -> Refusal:
    if target.id == ask.requester.id:
        return errors.SamePerson()
    own = ask.requester.joined_delegation_id
    if own is not None and target.delegation_id == own:
        return errors.SameOrganisation()
    return errors.SameOrganisation() if same_organisation(ask.requester, target) else None


def _rule_allows(ask: Ask, target: Profile) -> Refusal:
    rule = meetings.rule_between(ask.requester, target)
    return None if rule is None or rule.may_meet else errors.RuleForbids()


def _nobody_blocked(ask: Ask, target: Profile) -> Refusal:
    # Whoever answers for a delegation reads its requests: to ask a colleague must not be a way round a block.
    concerned = {target.id, *(one.id for one in ask.targets if ask.delegation and one.manages_delegation)}
    if any((ask.requester.id, one) in ask.blocks for one in concerned):
        return errors.BlockedByYou()
    return errors.TakesNoRequests() if any((one, ask.requester.id) in ask.blocks for one in concerned) else None


def _target_accepts(ask: Ask, target: Profile) -> Refusal:
    there = target.event_id == ask.requester.event_id and takes_part(target) and target.accepts_requests
    return None if there else errors.TakesNoRequests()


def _below_pending_cap(ask: Ask, _target: Profile) -> Refusal:
    cap = ask.matchmaking.pending_cap if ask.matchmaking else 0
    return None if meetings.pending_count(ask.requester.id, ask.now) < cap else errors.PendingCapReached(cap)


def _below_maximum(ask: Ask, target: Profile) -> Refusal:
    own, theirs = ask.maxima[ask.requester.id], ask.maxima[target.id]
    if own is not None and ask.agreed[ask.requester.id] >= own:
        return _own_maximum(ask.requester, own)
    return errors.OtherIsFull() if theirs is not None and ask.agreed[target.id] >= theirs else None


def _window_open(ask: Ask, _target: Profile) -> Refusal:
    if ask.matchmaking is None or ask.now >= ask.matchmaking.booking_closes_at:
        return errors.BookingClosed()
    if ask.now < ask.matchmaking.booking_opens_at:
        return errors.BookingNotOpen(ask.matchmaking.booking_opens_at, ask.event.zone)
    return None


def _nothing_between(ask: Ask, target: Profile) -> Refusal:
    past = [meeting for other_id, meeting in ask.history if other_id == target.id]
    if ask.delegation is not None:
        past += meetings.requests_between(ask.requester.id, ask.delegation.id)
    return _of_the_past(ask, past)


def _of_the_past(ask: Ask, past: Sequence[Meeting]) -> Refusal:
    for meeting in past:
        if is_live(meeting, ask.now):
            return _of_live(ask, meeting)
    if any(one.cancel_cause is CancelCause.PARTICIPANT for one in past if one.state is MeetingState.CANCELLED):
        return errors.CancelledForGood()
    own = [one for one in past if one.requester_id == ask.requester.id]
    if any(one.state is MeetingState.DECLINED for one in own):
        return errors.DeclinedBefore()
    vain = (MeetingState.EXPIRED, MeetingState.WITHDRAWN, MeetingState.PENDING)
    return errors.AskedTwice() if sum(one.state in vain for one in own) >= TRIES else None


def is_live(meeting: Meeting, now: dt.datetime) -> bool:
    """Whether a meeting stands between its people; drafts are not known to them, lapsed requests are over."""
    if meeting.state is MeetingState.PENDING:
        return meeting.expires_at is None or meeting.expires_at > now
    return meeting.state in LIVE and meeting.state is not MeetingState.DRAFT


def _of_live(ask: Ask, meeting: Meeting) -> Refusal:
    if meeting.state is not MeetingState.PENDING:
        return errors.AlreadyMeeting()
    return errors.AlreadyAsked() if meeting.requester_id == ask.requester.id else errors.AskedYou()


def _common_slot(ask: Ask, target: Profile) -> Refusal:
    common = ask.board.common([ask.requester, target])
    if not common:
        return errors.NoCommonSlot()
    wanted = ask.slot_id is None or any(slot.id == ask.slot_id for slot in common)
    return None if wanted else errors.SlotNotFree()


def _no_colleague_meets(ask: Ask, target: Profile) -> Refusal:
    taken = AGREED | {MeetingState.PENDING}
    return errors.ColleagueMeets() if _colleague_meets(ask.requester, target, taken) else None


def _colleague_meets(one: Profile, other: Profile, taken: frozenset[MeetingState]) -> bool:
    pairs = ((one, meetings.colleagues_of(other)), (other, meetings.colleagues_of(one)))
    return any(
        meeting.state in taken
        for profile, colleagues in pairs
        if colleagues
        for _other_id, meeting in meetings.between(profile.id, colleagues)
    )


def _own_maximum(profile: Profile, limit: int) -> errors.MeetingRefused:
    return errors.WishReached(limit) if profile.max_meetings == limit else errors.MaximumReached(limit)


GUARDS: tuple[Callable[[Ask, Profile], Refusal], ...] = (
    _requester_takes_part,
    _rule_allows,
    _different_people,
    _nobody_blocked,
    _target_accepts,
    _below_pending_cap,
    _below_maximum,
    _window_open,
    _nothing_between,
    _common_slot,
    _no_colleague_meets,
)
"""In the order in which they are told."""
