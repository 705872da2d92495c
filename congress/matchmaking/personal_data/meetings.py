"""Personal data of meetings: whom somebody asked and met, and what was written about it.

Rows stay with their states, places and answers, so that counts stay true for the others; texts go.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.extensions import db
from congress.matchmaking.models import Delegation, Meeting, MeetingChange, MeetingLink, MeetingPerson, Profile
from congress.matchmaking.queries.profiles import WITH_PERSON
from congress.matchmaking.services import cancelling, delegations
from congress.registration.models import Registration


def export_meetings(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """Every request and meeting as the person knows it, with the own texts and answers."""
    return {
        "meetings": [_exported(one, profile) for profile in _profiles(address_key, event_id) for one in _of(profile)]
    }


def erase_meetings(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Call off what has not begun, take the person out of the delegation, and blank what was written. Counts."""
    profiles = _profiles(address_key, event_id)
    for profile in profiles:
        cancelling.cancel_all_of(profile)
        delegations.leave(profile)
    ids = [one.id for one in profiles]
    own = sa.select(MeetingPerson.meeting_id).where(MeetingPerson.profile_id.in_(ids))
    found = list(db.session.scalars(own.distinct()))
    for statement in (
        sa.update(Meeting).where(Meeting.id.in_(found)).values(note=""),
        sa.update(MeetingChange).where(MeetingChange.meeting_id.in_(found)).values(reason=""),
        sa.update(MeetingChange).where(MeetingChange.by_profile_id.in_(ids)).values(reason=""),
        sa.delete(MeetingLink).where(MeetingLink.profile_id.in_(ids)),
    ):
        db.session.execute(statement)
    _forget_empty_delegations({one.event_id for one in profiles})
    return {"meetings": len(found)}


def _forget_empty_delegations(event_ids: Collection[int]) -> None:
    """Names of delegations that everybody has left; they were typed by somebody who may be the erased person."""
    there = sa.select(Profile.id).where(Profile.delegation_id == Delegation.id)
    empty = (Delegation.event_id.in_(event_ids), ~there.exists(), Delegation.name != "")
    db.session.execute(
        sa.update(Delegation).where(*empty).values(name="").execution_options(synchronize_session=False)
    )


def _profiles(address_key: str, event_id: int | None) -> Sequence[Profile]:
    """The person's profiles, in the order in which events are held."""
    statement = sa.select(Profile).join(Profile.registration).where(Registration.email_key == address_key)
    if event_id is not None:
        statement = statement.where(Profile.event_id == event_id)
    return db.session.scalars(statement.options(*WITH_PERSON).order_by(Profile.event_id, Profile.id)).all()


def _of(profile: Profile) -> Sequence[Meeting]:
    own = sa.select(MeetingPerson.meeting_id).where(MeetingPerson.profile_id == profile.id)
    return db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.id.in_(own))
        .options(
            selectinload(Meeting.people).joinedload(MeetingPerson.profile, innerjoin=True).options(*WITH_PERSON),
            selectinload(Meeting.changes),
            joinedload(Meeting.shown_slot),
            joinedload(Meeting.delegation),
        )
        .order_by(Meeting.id)
        .execution_options(populate_existing=True)
    ).all()


def _exported(meeting: Meeting, profile: Profile) -> dict[str, Any]:
    own = next(one for one in meeting.people if one.profile_id == profile.id)
    others = [one.profile.registration.full_name for one in meeting.people if one is not own]
    reasons = [one.reason for one in meeting.changes if one.by_profile_id == profile.id and one.reason]
    return {
        "with": others or [meeting.delegation.name if meeting.delegation else ""],
        "side": own.side,
        "state": meeting.state,
        "note": meeting.note if meeting.requester_id == profile.id else None,
        "reasons": reasons,
        "starts_at": meeting.shown_slot.starts_at.isoformat() if meeting.shown_slot else None,
        "answer": own.answer,
        "outcome": own.outcome,
        "created_at": meeting.created_at.isoformat(),
        "changed_at": meeting.changed_at.isoformat(),
    }
