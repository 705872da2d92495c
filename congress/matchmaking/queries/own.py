"""What a page says of somebody's own affairs."""

from __future__ import annotations

import sqlalchemy as sa

from congress.extensions import db
from congress.matchmaking.enums import UPCOMING, MeetingState
from congress.matchmaking.models import Meeting, MeetingPerson, Profile, UnavailableSlot


def kept_free_by(profile: Profile) -> set[int]:
    """The slots that the person keeps free."""
    return set(db.session.scalars(sa.select(UnavailableSlot.slot_id).where(UnavailableSlot.profile_id == profile.id)))


def agreed_and_pending(profile: Profile) -> tuple[int, int]:
    """How many meetings of the person are agreed and still to come, and how many requests wait for an answer."""
    rows = db.session.execute(
        sa.select(Meeting.state, sa.func.count())
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .where(MeetingPerson.profile_id == profile.id)
        .group_by(Meeting.state)
    )
    counts = dict(rows.all())
    agreed = sum(counts.get(state, 0) for state in UPCOMING)
    return agreed, counts.get(MeetingState.PENDING, 0)
