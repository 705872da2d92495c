"""Personal data of profiles: what people said of themselves, noted about others, and who was suggested to them.

A profile with meetings or messages stays as an anonymous fact (kind of organisation and country, for the counts).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from congress.core.languages import translated
from congress.extensions import db
from congress.matchmaking.models import (
    Meeting,
    MeetingChange,
    MeetingPerson,
    MeetingSlot,
    Opportunity,
    PresenceHalf,
    Profile,
    ProfileMark,
    Suggestion,
    Thread,
    UnavailableSlot,
)
from congress.matchmaking.queries.profiles import WITH_EVERYTHING
from congress.matchmaking.services.holding import hold
from congress.matchmaking.services.people_import import forget_files
from congress.registration.models import Registration

EMPTY: dict[str, Any] = {
    "languages": [],
    "pitch": "",
    "visibility": {},
    "listed_at": None,
    "withdrawn_at": None,
    "accepts_requests": False,
    "max_meetings": None,
    "quota": None,
    "search_text": "",
    "facets": {},
}
"""What is left of the columns that somebody filled in."""


def export_profiles(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """Every profile with all that its owner said, kept free and noted, and the suggestions."""
    return {"profiles": [_exported(one) for one in _profiles(address_key, event_id)]}


def erase_profiles(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Take away what people said; the row goes as well when nothing else stands on it. Returns counts."""
    found = _profiles(address_key, event_id)
    for held in sorted({one.event_id for one in found}):
        hold(held)
        forget_files(held)
    ids = [one.id for one in found]
    for statement in (
        sa.delete(Opportunity).where(Opportunity.profile_id.in_(ids)),
        sa.delete(PresenceHalf).where(PresenceHalf.profile_id.in_(ids)),
        sa.delete(UnavailableSlot).where(UnavailableSlot.profile_id.in_(ids)),
        sa.delete(ProfileMark).where(sa.or_(ProfileMark.profile_id.in_(ids), ProfileMark.other_id.in_(ids))),
        sa.delete(Suggestion).where(sa.or_(Suggestion.profile_id.in_(ids), Suggestion.other_id.in_(ids))),
        sa.update(Profile).where(Profile.id.in_(ids)).values(EMPTY),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    gone = set(ids) - _facts(ids)
    db.session.execute(sa.delete(Profile).where(Profile.id.in_(gone)).execution_options(synchronize_session=False))
    db.session.expire_all()
    return {"profiles": len(ids), "deleted": len(gone)}


def _facts(ids: Sequence[int]) -> set[int]:
    """Those on which meetings or messages stand."""
    columns = (
        MeetingPerson.profile_id,
        Meeting.requester_id,
        Meeting.target_id,
        Meeting.proposed_by_id,
        MeetingChange.by_profile_id,
        Thread.low_id,
        Thread.high_id,
    )
    union = sa.union(*(sa.select(column).where(column.in_(ids)) for column in columns))
    return set(db.session.scalars(union))


def _profiles(address_key: str, event_id: int | None) -> Sequence[Profile]:
    statement = sa.select(Profile).join(Profile.registration).where(Registration.email_key == address_key)
    if event_id is not None:
        statement = statement.where(Profile.event_id == event_id)
    statement = statement.options(*WITH_EVERYTHING).order_by(Profile.event_id, Profile.id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def _exported(profile: Profile) -> dict[str, Any]:
    listed = profile.listed_at
    return {
        "event": translated(profile.registration.event.name),
        "type": profile.type,
        "country": profile.country,
        "languages": profile.languages,
        "pitch": profile.pitch,
        "visibility": profile.visibility,
        "listed_at": listed.isoformat() if listed else None,
        "accepts_requests": profile.accepts_requests,
        "max_meetings": profile.max_meetings,
        "quota": profile.quota,
        "notices": profile.notices,
        "delegation": profile.delegation.name if profile.delegation else None,
        "opportunities": [
            {
                "kind": one.kind,
                "title": one.title,
                "text": one.text,
                "tags": [translated(tag.label) for tag in one.tags],
                "partner_types": one.partner_types,
            }
            for one in profile.opportunities
        ],
        "presences": [
            {"day": one.day.isoformat(), "half": one.half, "presence": one.presence} for one in profile.presences
        ],
        "kept_free": _kept_free(profile),
        "noted": _noted(profile),
        "suggestions": _suggested(profile),
        "created_at": profile.created_at.isoformat(),
        "changed_at": profile.changed_at.isoformat(),
    }


def _kept_free(profile: Profile) -> list[str]:
    statement = sa.select(MeetingSlot.starts_at).join(UnavailableSlot, UnavailableSlot.slot_id == MeetingSlot.id)
    found = db.session.scalars(statement.where(UnavailableSlot.profile_id == profile.id))
    return [one.isoformat() for one in sorted(found)]


def _noted(profile: Profile) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(ProfileMark.mark, ProfileMark.created_at, Registration.given_name, Registration.family_name)
        .join(Profile, Profile.id == ProfileMark.other_id)
        .join(Profile.registration)
        .where(ProfileMark.profile_id == profile.id)
        .order_by(ProfileMark.other_id)
    )
    return [
        {"person": f"{given} {family}", "mark": mark, "noted_at": at.isoformat()} for mark, at, given, family in rows
    ]


def _suggested(profile: Profile) -> list[str]:
    rows = db.session.execute(
        sa.select(Registration.given_name, Registration.family_name)
        .join(Profile, Profile.registration_id == Registration.id)
        .join(Suggestion, Suggestion.other_id == Profile.id)
        .where(Suggestion.profile_id == profile.id)
        .order_by(Suggestion.rank)
    )
    return [f"{given} {family}" for given, family in rows]
