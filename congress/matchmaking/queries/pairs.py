"""What stands between pairs of people of an event, for all pairs at once: for whoever thinks of meetings for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import AGREED, LIVE, TOOK_PLACE, CancelCause, Mark, MeetingState
from congress.matchmaking.models import Block, Meeting, MeetingPerson, Profile, ProfileMark, Suggestion

Pair = tuple[int, int]
"""Two profiles, smaller id first."""


def pair(one: int, other: int) -> Pair:
    """The two in their order."""
    return (one, other) if one < other else (other, one)


def with_history(event: Event) -> set[Pair]:
    """Pairs that need no idea of ours: a live meeting, one that took place, or a refusal by one of the two."""
    refused = sa.or_(
        Meeting.state == MeetingState.DECLINED,
        sa.and_(Meeting.state == MeetingState.CANCELLED, Meeting.cancel_cause == CancelCause.PARTICIPANT),
    )
    over = Meeting.state.in_(LIVE | TOOK_PLACE)
    return _pairs(sa.select(Meeting.low_id, Meeting.high_id).where(Meeting.event_id == event.id, over | refused))


def blocked(event: Event) -> set[Pair]:
    """Pairs of which one blocked the other, or noted not to be interested."""
    of_event = sa.select(Profile.id).where(Profile.event_id == event.id)
    blocks = sa.select(Block.profile_id, Block.other_id).where(Block.profile_id.in_(of_event))
    marks = sa.select(ProfileMark.profile_id, ProfileMark.other_id).where(
        ProfileMark.profile_id.in_(of_event), ProfileMark.mark == Mark.NOT_INTERESTED
    )
    return _pairs(blocks) | _pairs(marks)


def bookmarked(event: Event) -> set[Pair]:
    """Pairs of which each bookmarked the other."""
    of_event = sa.select(Profile.id).where(Profile.event_id == event.id)
    rows = db.session.execute(
        sa.select(ProfileMark.profile_id, ProfileMark.other_id).where(
            ProfileMark.profile_id.in_(of_event), ProfileMark.mark == Mark.BOOKMARKED
        )
    )
    found = set(rows.all())
    return {pair(one, other) for one, other in found if (other, one) in found}


def suggested(event: Event, minimum: float) -> dict[Pair, float]:
    """Pairs of which one is suggested to the other, with the better score of the two."""
    of_event = sa.select(Profile.id).where(Profile.event_id == event.id)
    rows = db.session.execute(
        sa.select(Suggestion.profile_id, Suggestion.other_id, Suggestion.score).where(
            Suggestion.profile_id.in_(of_event), Suggestion.score >= minimum
        )
    )
    found: dict[Pair, float] = {}
    for one, other, score in rows:
        found[pair(one, other)] = max(score, found.get(pair(one, other), 0.0))
    return found


def live_counts(event: Event) -> Counter[int]:
    """How many meetings people have that were agreed on, asked for or drafted."""
    rows = db.session.execute(
        sa.select(MeetingPerson.profile_id, sa.func.count())
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(Meeting.event_id == event.id, Meeting.state.in_(LIVE | AGREED))
        .group_by(MeetingPerson.profile_id)
    )
    return Counter(dict(rows.all()))


def _pairs(statement: sa.Select[Any, Any]) -> set[Pair]:
    rows: Iterable[Any] = db.session.execute(statement)
    return {pair(one, other) for one, other in rows if one is not None and other is not None}
