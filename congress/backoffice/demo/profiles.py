"""Who takes part in the matchmaking of the demo: everybody at the congress, of the published kinds."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from congress.backoffice.demo.facts import facts, invented, meetings
from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import DelegationState, OpportunityKind, OrganisationType
from congress.matchmaking.models import Delegation, Opportunity, Profile, Tag, opportunity_tags
from congress.matchmaking.services.profiles import new_code
from congress.registration.models import Registration
from congress.registration.search import search_text

PER_DELEGATION = 4
ENGLISH = 0.85
"""The share of people who speak English as well."""

KINDS = {
    "biotherapy": OrganisationType.BIOTECH,
    "bioproduction": OrganisationType.INDUSTRY,
    "techprovider": OrganisationType.TECH_PROVIDER,
}
"""What the kinds of companies in the published map are here."""

OTHERS = {
    "academic": OrganisationType.ACADEMIC,
    "student": OrganisationType.ACADEMIC,
    "student_one_day": OrganisationType.ACADEMIC,
    "press": OrganisationType.PUBLIC,
}
INSTITUTIONS = (OrganisationType.CLUSTER, OrganisationType.PUBLIC, OrganisationType.INVESTOR)
PRODUCTION, RESEARCH, TRANSFER, EQUIPMENT, QUALITY, REGULATION, FUNDING, SKILLS = range(8)
NEEDS = {
    OrganisationType.BIOTECH: (PRODUCTION, FUNDING, QUALITY, REGULATION, EQUIPMENT),
    OrganisationType.INDUSTRY: (EQUIPMENT, SKILLS, TRANSFER),
    OrganisationType.TECH_PROVIDER: (PRODUCTION, SKILLS, RESEARCH),
    OrganisationType.ACADEMIC: (FUNDING, TRANSFER, EQUIPMENT),
    OrganisationType.CLUSTER: (SKILLS, RESEARCH),
    OrganisationType.PUBLIC: (RESEARCH, SKILLS),
    OrganisationType.INVESTOR: (TRANSFER, PRODUCTION),
}
OFFERS = {
    OrganisationType.BIOTECH: (RESEARCH, TRANSFER),
    OrganisationType.INDUSTRY: (PRODUCTION, QUALITY, TRANSFER),
    OrganisationType.TECH_PROVIDER: (EQUIPMENT, QUALITY, REGULATION, PRODUCTION),
    OrganisationType.ACADEMIC: (RESEARCH, SKILLS),
    OrganisationType.CLUSTER: (FUNDING, RESEARCH),
    OrganisationType.PUBLIC: (FUNDING, REGULATION),
    OrganisationType.INVESTOR: (FUNDING,),
}
"""Which kinds of cooperation (by their place in meetings.json) each type looks for, and which it has to give."""


def make_profiles(event: Event, people: Sequence[Registration], chance: random.Random) -> list[Profile]:
    """One for each confirmed registration, of the published kinds in their published shares."""
    kinds = facts()["ecosystem"]["kinds"]
    domains, pitches, countries = facts()["domains"], meetings()["pitch"], meetings()["countries"]
    keys = {category["name"]["en"]: key for key, category in invented()["categories"].items()}
    profiles = []
    for number, one in enumerate(people):
        key = keys.get(one.category.name["en"], "")
        company = KINDS[chance.choices(kinds, [kind["share"] for kind in kinds])[0]["key"]]
        kind = INSTITUTIONS[number % 3] if key == "speaker" else OTHERS.get(key, company)
        at = clock.now() - dt.timedelta(days=chance.randrange(1, 28), minutes=chance.randrange(1440))
        said = {"organisation": one.organisation, "domain": chance.choice(domains[one.language])}
        profile = Profile(
            code=new_code(),
            event_id=event.id,
            registration_id=one.id,
            type=kind,
            country=chance.choices(list(countries), list(countries.values()))[0],
            languages=["fr", "en"] if chance.random() < ENGLISH else ["fr"],
            pitch=pitches[one.language] % said,
            listed_at=at,
            created_at=at,
            changed_at=at,
        )
        profile.registration = one
        profiles.append(profile)
    db.session.add_all(profiles)
    db.session.flush()
    return profiles


def make_opportunities(profiles: Sequence[Profile], tags: dict[str, list[Tag]], chance: random.Random) -> None:
    """A need, an offer and sometimes a topic for each, in the language of the person."""
    rows, tagged = [], []
    for profile in profiles:
        for position, (kind, cooperation, domain) in enumerate(_wishes(profile.type, chance)):
            rows.append(_opportunity(profile, kind, position, cooperation, domain, chance))
            tagged.append([tags["domains"][domain], tags["cooperation"][cooperation]])
    ids = db.session.scalars(
        sa.insert(Opportunity).returning(Opportunity.id, sort_by_parameter_order=True), rows
    ).all()
    pairs = [{"opportunity_id": one, "tag_id": tag.id} for one, of in zip(ids, tagged, strict=True) for tag in of]
    db.session.execute(opportunity_tags.insert(), pairs)


def _wishes(kind: OrganisationType, chance: random.Random) -> Iterator[tuple[OpportunityKind, int, int]]:
    domains = range(len(facts()["domains"]["fr"]))
    yield OpportunityKind.NEED, chance.choice(NEEDS[kind]), chance.choice(domains)
    yield OpportunityKind.OFFER, chance.choice(OFFERS[kind]), chance.choice(domains)
    if chance.random() < 0.3:  # noqa: PLR2004 (three in ten)
        yield OpportunityKind.TOPIC, chance.choice(NEEDS[kind]), chance.choice(domains)


def _opportunity(
    profile: Profile, kind: OpportunityKind, position: int, cooperation: int, domain: int, chance: random.Random
) -> dict[str, Any]:
    language = profile.registration.language
    name: str = meetings()["cooperation"][cooperation][language]
    words = {"cooperation": name[:1].lower() + name[1:], "domain": facts()["domains"][language][domain]}
    title: str = chance.choice(meetings()[kind.value][language]) % words
    return {
        "profile_id": profile.id,
        "kind": kind,
        "title": title[:1].upper() + title[1:],
        "text": "",
        "partner_types": [],
        "position": position,
    }


def make_delegations(event: Event, profiles: Sequence[Profile]) -> Delegation:
    """Four people of one organisation each, the first of them answers for all; gives the first delegation."""
    companies = [one for one in profiles if one.type in KINDS.values()]
    made = []
    for number, name in enumerate(meetings()["delegations"]):
        delegation = Delegation(code=new_code(), event_id=event.id, name=name, created_at=clock.now())
        db.session.add(delegation)
        db.session.flush()
        for position, one in enumerate(companies[number * PER_DELEGATION : (number + 1) * PER_DELEGATION]):
            one.type = OrganisationType.INDUSTRY if number == 0 else one.type
            one.delegation_id, one.delegation_state = delegation.id, DelegationState.MEMBER
            one.manages_delegation = position == 0
            person = one.registration
            person.organisation = name
            person.search_text = search_text(person.given_name, person.family_name, person.email, name)
        made.append(delegation)
    db.session.flush()
    return made[0]
