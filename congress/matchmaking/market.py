"""Everything that suggestions are made from, read in a fixed number of queries, as plain data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.availability import availability_of
from congress.matchmaking.enums import (
    AGREED,
    CancelCause,
    DelegationState,
    Mark,
    ProfileField,
    Visibility,
)
from congress.matchmaking.models import (
    Block,
    ContactRule,
    Meeting,
    MeetingPerson,
    Opportunity,
    Profile,
    ProfileMark,
    Suggestion,
    Tag,
    opportunity_tags,
)
from congress.matchmaking.queries.profiles import TAKES_PART, WITH_PERSON
from congress.matchmaking.queries.setup import slots_of
from congress.matchmaking.queries.suggestions import BEHIND, ids_of
from congress.matchmaking.suggestions.market import Market, Pair, Person, Population, Standing, Wish, pair_of
from congress.matchmaking.suggestions.tree import Tree
from congress.matchmaking.suggestions.weights import SHORTLIST
from congress.registration.models import Registration

_MULTIPLIER, _MODULUS = 7919, 10007


def market_of(event: Event, only: Collection[int] | None = None) -> Market:
    """Everybody who takes part, or some of them, and what is between them.

    Of a profile only that counts which all who are listed may see: a reason never tells what is hidden.
    """
    among = Profile.event_id == event.id if only is None else Profile.id.in_(only)
    wishes, slots = _wishes(among), _slots(event, among)
    people = [_person(row, wishes.get(row.id, ()), slots) for row in _people(among)]
    bookmarks, not_interested = _marks(event)
    agreed, behind = _meetings(event)
    return Market(
        people=people,
        parents=_parents(event),
        bookmarks=bookmarks,
        agreed=agreed,
        apart=behind | not_interested | _blocks(event),
        forbidden=_forbidden(event),
        has_slots=slots is not None,
        population=None if only is None else _population(event),
    )


def shortlist(event: Event, profile: Profile) -> frozenset[int] | None:
    """With whom one person is compared at once; None for everybody, in a market that is no longer than the list.

    First those with near tags, most of them first; then those of a sought type, then others, in an order that is
    the same each time and favours nobody. Those whom the person noted or in whose lists it stands belong to it.
    """
    takes_part = (Profile.event_id == event.id, *TAKES_PART)
    known = sa.select(Profile.id).join(Profile.registration).where(*takes_part)
    if len(db.session.scalars(known.limit(SHORTLIST + 1)).all()) <= SHORTLIST:
        return None
    tree, types = Tree(_parents(event)), {one for wish in profile.opportunities for one in wish.partner_types}
    near = {tag for wish in profile.opportunities for own in wish.tags for tag, _close in tree.around(own.id)}
    by_tags = known.join(Opportunity, Opportunity.profile_id == Profile.id).join(opportunity_tags)
    by_tags = by_tags.where(opportunity_tags.c.tag_id.in_(near), Profile.id != profile.id)
    found = list(
        db.session.scalars(by_tags.group_by(Profile.id).order_by(sa.func.count().desc(), Profile.id).limit(SHORTLIST))
    )
    if len(found) < SHORTLIST:
        shuffled = sa.cast(Profile.id, sa.BigInteger) * _MULTIPLIER % _MODULUS
        others = known.where(Profile.id.not_in(found)).order_by(Profile.type.in_(types).desc(), shuffled, Profile.id)
        found += db.session.scalars(others.limit(SHORTLIST - len(found)))
    return frozenset(found) | _tied_to(profile) | {profile.id}


def standing_without(market: Market, profile: Profile) -> Standing:
    """How the lists of the others of this market stand without this person."""
    me = next(one for one in market.people if one.id == profile.id)
    ids = [one.id for one in market.people if one is not me]
    colleagues = [one.id for one in market.people if one.organisation == me.organisation != "" and one is not me]
    count = sa.func.count()
    seen = sa.select(Suggestion.other_id, count).where(
        Suggestion.other_id.in_(ids), Suggestion.profile_id != profile.id
    )
    lists = sa.select(Suggestion.profile_id, count, sa.func.min(Suggestion.score)).where(
        Suggestion.profile_id.in_(ids), Suggestion.other_id != profile.id
    )
    rows = db.session.execute(lists.group_by(Suggestion.profile_id)).all()
    of_colleagues = sa.select(Suggestion.profile_id, count).where(Suggestion.other_id.in_(colleagues))
    return Standing(
        seen=_pairs(seen.group_by(Suggestion.other_id)),
        lengths={owner: length for owner, length, _last in rows},
        last_scores={owner: last for owner, _length, last in rows},
        colleagues=_pairs(of_colleagues.group_by(Suggestion.profile_id)),
    )


def _tied_to(profile: Profile) -> frozenset[int]:
    listed = sa.select(Suggestion.other_id).where(Suggestion.profile_id == profile.id)
    listing = sa.select(Suggestion.profile_id).where(Suggestion.other_id == profile.id)
    noted = sa.select(ProfileMark.other_id).where(ProfileMark.profile_id == profile.id)
    return frozenset(db.session.scalars(listed.union(listing, noted)))


def organisation_key(name: str) -> str:
    """What colleagues have in common, however they typed it."""
    return " ".join(search_key(name).split())


def _people(among: sa.ColumnElement[bool]) -> Sequence[Any]:
    columns = (
        Profile.id,
        Profile.type,
        Profile.languages,
        Profile.pitch,
        Profile.visibility,
        Profile.accepts_requests,
        sa.case((Profile.delegation_state == DelegationState.MEMBER, Profile.delegation_id)).label("delegation_id"),
        Registration.organisation,
    )
    statement = sa.select(*columns).join(Profile.registration).where(among, *TAKES_PART)
    return db.session.execute(statement.order_by(Profile.id)).all()


def _person(row: Any, wishes: Sequence[Wish], slots: Mapping[int, int] | None) -> Person:
    def shown(of: ProfileField) -> bool:
        return Visibility(row.visibility.get(of, Visibility.LISTED)) is Visibility.LISTED

    return Person(
        id=row.id,
        type=row.type,
        organisation=organisation_key(row.organisation),
        delegation=row.delegation_id,
        languages=frozenset(row.languages) if shown(ProfileField.LANGUAGES) else frozenset(),
        slots=slots.get(row.id, 0) if slots is not None else 0,
        wishes=tuple(wishes),
        pitch=row.pitch if shown(ProfileField.PITCH) else "",
        accepts_requests=row.accepts_requests,
    )


def _wishes(among: sa.ColumnElement[bool]) -> Mapping[int, Sequence[Wish]]:
    own = sa.select(Opportunity.id).join(Opportunity.profile).where(among)
    tags: dict[int, list[int]] = defaultdict(list)
    pairs = sa.select(opportunity_tags).where(opportunity_tags.c.opportunity_id.in_(own))
    for opportunity_id, tag_id in db.session.execute(pairs):
        tags[opportunity_id].append(tag_id)
    columns = (Opportunity.id, Opportunity.profile_id, Opportunity.kind, Opportunity.title, Opportunity.text)
    statement = sa.select(*columns, Opportunity.partner_types).join(Opportunity.profile)
    found: dict[int, list[Wish]] = defaultdict(list)
    for row in db.session.execute(statement.where(among).order_by(Opportunity.id)):
        text = f"{row.title} {row.text}"
        found[row.profile_id].append(Wish(row.kind, frozenset(tags[row.id]), frozenset(row.partner_types), text))
    return found


def _slots(event: Event, among: sa.ColumnElement[bool]) -> Mapping[int, int] | None:
    """The open slots of everybody as bits; None while the event has no slots."""
    slots = {slot.id: number for number, slot in enumerate(slots_of(event))}
    if not slots:
        return None
    statement = sa.select(Profile).join(Profile.registration).where(among, *TAKES_PART)
    few = load_only(Profile.id, Profile.registration_id)
    profiles = db.session.scalars(statement.options(few, *WITH_PERSON).order_by(Profile.id)).all()
    return {
        profile_id: sum(1 << slots[slot_id] for slot_id in one.open if slot_id in slots)
        for profile_id, one in availability_of(event, profiles).items()
    }


def _parents(event: Event) -> Mapping[int, int | None]:
    rows = db.session.execute(sa.select(Tag.id, Tag.parent_id).where(Tag.series_id == event.series_id))
    return {row.id: row.parent_id for row in rows}


def _population(event: Event) -> Population:
    """How many there are, and how many use which tag."""
    users = (
        sa.select(opportunity_tags.c.tag_id, sa.func.count(sa.distinct(Opportunity.profile_id)))
        .join(Opportunity, Opportunity.id == opportunity_tags.c.opportunity_id)
        .join(Opportunity.profile)
        .where(Profile.event_id == event.id, Profile.listed_at.is_not(None))
    )
    return Population(len(ids_of(event.id)), _pairs(users.group_by(opportunity_tags.c.tag_id)))


def _marks(event: Event) -> tuple[frozenset[Pair], frozenset[Pair]]:
    """Bookmarks as (who, whom), and the pairs of which one is not interested."""
    statement = sa.select(ProfileMark.profile_id, ProfileMark.other_id, ProfileMark.mark)
    rows = db.session.execute(
        statement.join(Profile, Profile.id == ProfileMark.profile_id).where(Profile.event_id == event.id)
    ).all()
    bookmarks = frozenset((row.profile_id, row.other_id) for row in rows if row.mark is Mark.BOOKMARKED)
    return bookmarks, frozenset(
        pair_of(row.profile_id, row.other_id) for row in rows if row.mark is Mark.NOT_INTERESTED
    )


def _meetings(event: Event) -> tuple[frozenset[Pair], frozenset[Pair]]:
    """The pairs who agreed to meet, and those who need no suggestion any more."""
    statement = sa.select(
        Meeting.id, Meeting.state, Meeting.cancel_cause, MeetingPerson.profile_id, MeetingPerson.side
    ).join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
    sides: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(statement.where(Meeting.event_id == event.id)):
        sides[row.id].append(row)
    agreed, behind = set(), set()
    for people in sides.values():
        pairs = {pair_of(one.profile_id, two.profile_id) for one in people for two in people if one.side < two.side}
        if people[0].state in AGREED:
            agreed |= pairs
        if people[0].state in BEHIND or people[0].cancel_cause is CancelCause.PARTICIPANT:
            behind |= pairs
    return frozenset(agreed), frozenset(behind)


def _blocks(event: Event) -> frozenset[Pair]:
    statement = sa.select(Block.profile_id, Block.other_id).join(Profile, Profile.id == Block.profile_id)
    rows = db.session.execute(statement.where(Profile.event_id == event.id))
    return frozenset(pair_of(one, other) for one, other in rows)


def _forbidden(event: Event) -> frozenset[Any]:
    statement = sa.select(ContactRule.from_type, ContactRule.to_type)
    rows = db.session.execute(statement.where(ContactRule.event_id == event.id, ContactRule.may_meet.is_(False)))
    return frozenset((asking, asked) for asking, asked in rows)


def _pairs(statement: sa.Select[int, int]) -> dict[int, int]:
    return {one: count for one, count in db.session.execute(statement)}  # noqa: C416 (rows are no pairs to the checker)
