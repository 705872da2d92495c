"""One-use links with which somebody answers a request from the mail, after a confirmation."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core.tokens import derive_token, hash_token, new_link
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.models import Meeting, MeetingLink, Profile
from congress.registration.models import Registration

MEETING_ANSWER = "meeting-answer"
"""What these tokens are derived for: a token of another kind opens nothing here."""


def answer_token(link: MeetingLink) -> str:
    """The token of a link, which stands in no table."""
    return derive_token(MEETING_ANSWER, link.salt)


def link_by_token(token: str) -> MeetingLink | None:
    """What a token opens, used or not."""
    return db.session.scalar(sa.select(MeetingLink).where(MeetingLink.token_hash == hash_token(token)))


def link_for(meeting: Meeting, profile_id: int, now: dt.datetime) -> MeetingLink:
    """The link with which somebody answers this request: the one that a reminder repeats, or a new one."""
    found = db.session.scalars(
        sa.select(MeetingLink)
        .where(
            MeetingLink.meeting_id == meeting.id,
            MeetingLink.profile_id == profile_id,
            MeetingLink.used_at.is_(None),
            MeetingLink.expires_at > now,
        )
        .order_by(MeetingLink.id.desc())
    ).first()
    if found is None:
        salt, token_hash = new_link(MEETING_ANSWER)
        found = MeetingLink(
            meeting_id=meeting.id,
            profile_id=profile_id,
            salt=salt,
            token_hash=token_hash,
            created_at=now,
            expires_at=meeting.expires_at or now,
        )
        db.session.add(found)
        db.session.flush()
    return found


def profile_of_link(link: MeetingLink) -> Profile:
    """Whom a link is for, with the registration and its event."""
    person = joinedload(Profile.registration, innerjoin=True)
    return db.session.scalars(
        sa.select(Profile)
        .where(Profile.id == link.profile_id)
        .options(
            person.joinedload(Registration.category, innerjoin=True),
            person.joinedload(Registration.event, innerjoin=True).joinedload(Event.series, innerjoin=True),
        )
        .execution_options(populate_existing=True)
    ).one()


def withdraw_links(registration_ids: list[int], now: dt.datetime) -> None:
    """From now on the links in these people's old mails open nothing: their address is another one."""
    theirs = sa.select(Profile.id).where(Profile.registration_id.in_(registration_ids))
    db.session.execute(
        sa.update(MeetingLink)
        .where(MeetingLink.profile_id.in_(theirs), MeetingLink.expires_at > now)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
