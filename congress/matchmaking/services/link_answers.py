"""Answering a request by the link in the mail, which works once."""

from __future__ import annotations

import sqlalchemy as sa

from congress.core import clock
from congress.extensions import db
from congress.matchmaking.delegation_errors import AttendeesNeeded
from congress.matchmaking.errors import RequestExpired
from congress.matchmaking.models import Meeting, MeetingLink
from congress.matchmaking.services import answering
from congress.matchmaking.services.holding import fresh_profiles, hold


def answer_by_link(link_id: int, *, accepts: bool) -> None:
    """Accept or decline for whom the link was made. Every other link to the same request ends with it.

    A refusal of the answer itself (no slot in common any more) leaves the link as it was.
    """
    found = db.session.get_one(MeetingLink, link_id)
    meeting = db.session.get_one(Meeting, found.meeting_id)
    hold(meeting.event_id)
    link = db.session.scalars(
        sa.select(MeetingLink).where(MeetingLink.id == link_id).execution_options(populate_existing=True)
    ).one()
    now = clock.now()
    if link.used_at is not None or link.expires_at <= now:
        raise RequestExpired
    (profile,) = fresh_profiles([link.profile_id])
    if accepts and meeting.target_id is None:
        raise AttendeesNeeded
    if accepts:
        answering.accept(meeting, profile)
    else:
        answering.decline(meeting, profile)
    link.used_at = now
    db.session.flush()
