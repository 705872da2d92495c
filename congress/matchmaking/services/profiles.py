"""Profiles: begun by their owner or prepared by organisers, changed, and listed by their owner alone."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from congress.audit.services import apply_changes, record
from congress.core import clock
from congress.core.errors import Missing
from congress.core.languages import LANGUAGES
from congress.core.upserts import insert_unless_there
from congress.extensions import db
from congress.matchmaking.countries import HOME
from congress.matchmaking.enums import OrganisationType, Presence
from congress.matchmaking.errors import CannotTakePart
from congress.matchmaking.halves import HalfDay
from congress.matchmaking.models import MeetingSlot, PresenceHalf, Profile, UnavailableSlot
from congress.matchmaking.permissions import can_take_part
from congress.matchmaking.queries.profiles import WITH_EVERYTHING
from congress.matchmaking.services.indexing import renew
from congress.matchmaking.signals import profile_changed
from congress.registration import consents
from congress.registration.enums import ConsentKind
from congress.registration.models import Registration

CODE_BYTES = 6
HIDDEN = frozenset({"pitch"})
"""What the log does not repeat: free text about a person."""

SUGGESTED_BY = frozenset({"type", "country", "languages", "pitch", "visibility", "accepts_requests", "max_meetings"})
"""What suggestions depend on."""


def begin(registration: Registration, kind: OrganisationType, *, country: str = HOME) -> Profile:
    """A profile that nobody else sees yet; the one that is there already, if there is one."""
    if not can_take_part(registration):
        raise CannotTakePart
    now = clock.now()
    begun = insert_unless_there(
        Profile,
        {
            "code": new_code(),
            "event_id": registration.event_id,
            "registration_id": registration.id,
            "type": kind,
            "country": country,
            "languages": _languages_of(registration),
            "created_at": now,
            "changed_at": now,
        },
        ("registration_id",),
    )
    profile = locked(registration_id=registration.id)
    if begun is not None:
        note("profile.begun", profile)
        renew([profile.id])
    return profile


def change(profile: Profile, values: Mapping[str, Any]) -> Profile:
    """Set columns of the profile."""
    own = locked(profile.id)
    before, after = apply_changes(own, values, HIDDEN)
    if after:
        own.changed_at = clock.now()
        note("profile.changed", own, before, after)
        renew([own.id])
        if SUGGESTED_BY & after.keys():
            profile_changed.send(None, profile=own)
    return own


def set_presences(profile: Profile, presences: Mapping[HalfDay, Presence], kept_free: Collection[int] | None) -> None:
    """How the person is there on these half-days, and which slots are kept free (None: as they are)."""
    own = locked(profile.id)
    said = {(one.day, one.half): one for one in own.presences}
    changed = False
    for (day, half), presence in presences.items():
        row = said.get((day, half))
        if row is None:
            db.session.add(PresenceHalf(profile_id=own.id, day=day, half=half, presence=presence))
        changed |= row is None or row.presence is not presence
        if row is not None:
            row.presence = presence
    if kept_free is not None:
        changed |= _keep_free(own, frozenset(kept_free))
    if changed:
        own.changed_at = clock.now()
        note("profile.availability_changed", own)
        renew([own.id])
        profile_changed.send(None, profile=own)


def opt_in(profile: Profile) -> None:
    """List the person from now on. Only the owner does this."""
    own = locked(profile.id)
    if not can_take_part(own.registration):
        raise CannotTakePart
    if own.is_listed:
        return
    own.listed_at, own.withdrawn_at, own.changed_at = clock.now(), None, clock.now()
    note("profile.listed", own)
    renew([own.id])
    profile_changed.send(None, profile=own)


def answer_sponsors(profile: Profile, *, given: bool) -> None:
    """What the person says to the text in force on data for sponsors; the same answer again is none."""
    registration_id, event_id = profile.registration_id, profile.event_id
    last = consents.answers_of([registration_id])[registration_id].get(ConsentKind.SPONSORS, False)
    if last is given:
        return
    consents.store_answers({registration_id: event_id}, {ConsentKind.SPONSORS: given})
    record(
        "registration.consent_given" if given else "registration.consent_withdrawn",
        "registration",
        registration_id,
        event_id=event_id,
        after={"kind": ConsentKind.SPONSORS},
    )


def set_quota(profile: Profile, quota: int | None) -> None:
    """The most meetings that organisers allow the person; None for the rule of the type."""
    own = locked(profile.id)
    before, after = apply_changes(own, {"quota": quota})
    if after:
        own.changed_at = clock.now()
        note("profile.quota_changed", own, before, after)
        db.session.flush()


def locked(profile_id: int | None = None, *, registration_id: int | None = None) -> Profile:
    """The profile as it is now with all its parts, held until the end of the transaction."""
    which = Profile.id == profile_id if profile_id is not None else Profile.registration_id == registration_id
    found = db.session.scalar(
        sa.select(Profile)
        .where(which)
        .options(*WITH_EVERYTHING)
        .with_for_update(of=Profile)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    return found


def new_code() -> str:
    """What stands in the address of a person's page; it guards nothing."""
    return secrets.token_urlsafe(CODE_BYTES).replace("-", "x").replace("_", "y")


def _languages_of(registration: Registration) -> list[str]:
    """The person's own first; who reads the other one can be asked to correct it."""
    return sorted(LANGUAGES, key=lambda code: code != registration.language)


def _keep_free(profile: Profile, wanted: frozenset[int]) -> bool:
    """Only slots of the event; those that are no longer wanted are given back."""
    known = set(
        db.session.scalars(
            sa.select(MeetingSlot.id).where(MeetingSlot.event_id == profile.event_id, MeetingSlot.id.in_(wanted))
        )
    )
    rows = {
        one.slot_id: one
        for one in db.session.scalars(sa.select(UnavailableSlot).where(UnavailableSlot.profile_id == profile.id))
    }
    for slot_id in rows.keys() - known:
        db.session.delete(rows[slot_id])
    db.session.add_all(UnavailableSlot(profile_id=profile.id, slot_id=one) for one in known - rows.keys())
    return rows.keys() != known


def note(
    action: str, profile: Profile, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    """An audit row about the registration: whoever asks what is known of them finds it there, and erasing does."""
    record(action, "registration", profile.registration_id, event_id=profile.event_id, before=before, after=after)
