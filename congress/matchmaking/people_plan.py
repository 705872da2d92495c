"""What an import of profiles would do: compared with what is there, row by row, and nothing written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.core.addresses import address_key
from congress.core.languages import LANGUAGES
from congress.core.languages import gettext as _
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.countries import HOME
from congress.matchmaking.enums import OpportunityKind
from congress.matchmaking.models import Opportunity, Profile
from congress.matchmaking.people_files import Contents, Entry
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration
from congress.registration.tickets import clean_reference


@dataclass(frozen=True, slots=True)
class Wished:
    """A need, an offer or a topic that is new, or whose tags are (`opportunity_id`)."""

    kind: OpportunityKind
    title: str
    tag_ids: frozenset[int]
    opportunity_id: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one row: `profile_id` is None for a new profile; `values` are the columns that change."""

    entry: Entry
    registration_id: int
    name: str
    profile_id: int | None
    values: Mapping[str, Any]
    wishes: Sequence[Wished]

    @property
    def is_change(self) -> bool:
        """Whether anything would be written."""
        return self.profile_id is None or bool(self.values or self.wishes)


@dataclass(slots=True)
class PeoplePlan:
    """The whole import. `kept`: rows of people who decide for themselves by now, which are left alone."""

    planned: list[Planned] = field(default_factory=list)
    kept: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)

    @property
    def new(self) -> list[Planned]:
        """Profiles that would be made."""
        return [one for one in self.planned if one.profile_id is None]

    @property
    def changed(self) -> list[Planned]:
        """Profiles that would change."""
        return [one for one in self.planned if one.profile_id is not None and one.is_change]

    @property
    def unchanged(self) -> int:
        """How many are as the file says already."""
        return sum(not one.is_change for one in self.planned)

    @property
    def can_be_applied(self) -> bool:
        """Nothing is wrong, and there is something to do."""
        return not self.errors and any(one.is_change for one in self.planned)

    @property
    def digest(self) -> str:
        """What was shown: an import writes this and nothing else."""
        shown = [
            [one.registration_id, one.profile_id, dict(one.values), [_wish_key(wish) for wish in one.wishes]]
            for one in self.planned
        ]
        return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()


def plan(event: Event, contents: Contents) -> PeoplePlan:
    """Compare a file with the event. A handful of queries."""
    registrations, profiles = _registrations(event), _profiles(event)
    by_reference = {one.reference: one for one in registrations}
    by_address = {one.email_key: one for one in registrations}
    made, seen = PeoplePlan(errors=list(contents.errors)), dict[int, int]()
    for entry in contents.entries:
        try:
            registration = _registration_of(entry, by_reference, by_address)
            _require_first(seen, registration.id, entry.row)
            profile = profiles.get(registration.id)
            if profile is not None and (profile.listed_at or profile.withdrawn_at):
                made.kept += 1
                continue
            made.planned.append(_planned(entry, registration, profile))
        except ValueError as error:
            made.errors.append((entry.row, str(error)))
    made.errors.sort()
    return made


def _require_first(seen: dict[int, int], registration_id: int, row: int) -> None:
    if registration_id in seen:
        raise ValueError(_("The same person is in row %(row)s.", row=seen[registration_id]))
    seen[registration_id] = row


def _registration_of(
    entry: Entry, by_reference: Mapping[str, Registration], by_address: Mapping[str, Registration]
) -> Registration:
    found = by_reference.get(clean_reference(entry.reference) or entry.reference) if entry.reference else None
    mailed = by_address.get(address_key(entry.email)) if entry.email else None
    if entry.reference and found is None:
        raise ValueError(_("No confirmed registration has the reference %(text)s.", text=entry.reference[:40]))
    if entry.email and mailed is None:
        raise ValueError(_("No confirmed registration has the address %(text)s.", text=entry.email[:80]))
    if found is not None and mailed is not None and found.id != mailed.id:
        raise ValueError(_("Reference and address are those of two people."))
    registration = found or mailed
    if registration is None:
        raise ValueError(_("Neither a reference nor an e-mail address."))
    return registration


def _planned(entry: Entry, registration: Registration, profile: Profile | None) -> Planned:
    if profile is None and entry.type is None:
        raise ValueError(_("The kind of organisation (column type) is missing."))
    spoken = None if profile else sorted(LANGUAGES, key=lambda code: code != registration.language)
    said = {
        "type": entry.type,
        "country": entry.country or (None if profile else HOME),
        "languages": list(entry.languages) if entry.languages is not None else spoken,
        "pitch": entry.pitch,
    }
    values = {
        name: value
        for name, value in said.items()
        if value is not None and (profile is None or getattr(profile, name) != value)
    }
    own = {(one.kind, search_key(one.title)): one for one in profile.opportunities} if profile else {}
    wishes = [wish for one in entry.wishes for wish in _wished(*one, own)]
    return Planned(entry, registration.id, registration.full_name, profile.id if profile else None, values, wishes)


def _wished(
    kind: OpportunityKind, title: str, tag_ids: frozenset[int], own: Mapping[Any, Opportunity]
) -> list[Wished]:
    there = own.get((kind, search_key(title)))
    if there is None:
        return [Wished(kind, title, tag_ids)]
    return [] if tag_ids <= {tag.id for tag in there.tags} else [Wished(kind, title, tag_ids, there.id)]


def _wish_key(wish: Wished) -> list[Any]:
    return [wish.kind, wish.title, sorted(wish.tag_ids), wish.opportunity_id]


def _registrations(event: Event) -> Sequence[Registration]:
    statement = sa.select(Registration).where(
        Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED
    )
    return db.session.scalars(statement.options(joinedload(Registration.category))).all()


def _profiles(event: Event) -> dict[int, Profile]:
    statement = sa.select(Profile).where(Profile.event_id == event.id)
    statement = statement.options(selectinload(Profile.opportunities).selectinload(Opportunity.tags))
    found = db.session.scalars(statement.execution_options(populate_existing=True))
    return {one.registration_id: one for one in found}
