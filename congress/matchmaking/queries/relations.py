"""How one person stands to the others: agreed meetings, blocks, bookmarks."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from congress.extensions import db
from congress.matchmaking.enums import AGREED, Mark
from congress.matchmaking.models import Block, Meeting, MeetingPerson, Profile, ProfileMark


def partners_of(profile: Profile) -> frozenset[int]:
    """Those with whom the person agreed on a meeting that was not cancelled."""
    own, other = aliased(MeetingPerson), aliased(MeetingPerson)
    statement = (
        sa.select(other.profile_id)
        .join(own, own.meeting_id == other.meeting_id)
        .join(Meeting, Meeting.id == own.meeting_id)
        .where(own.profile_id == profile.id, own.side != other.side, Meeting.state.in_(AGREED))
    )
    return frozenset(db.session.scalars(statement))


def blocked_either_way(profile: Profile) -> frozenset[int]:
    """Those whom the person blocked, and those who blocked the person."""
    own = sa.select(Block.other_id).where(Block.profile_id == profile.id)
    theirs = sa.select(Block.profile_id).where(Block.other_id == profile.id)
    return frozenset(db.session.scalars(own.union(theirs)))


def bookmarked_by(profile: Profile) -> frozenset[int]:
    """Those whom the person noted to come back to."""
    statement = sa.select(ProfileMark.other_id).where(
        ProfileMark.profile_id == profile.id, ProfileMark.mark == Mark.BOOKMARKED
    )
    return frozenset(db.session.scalars(statement))
