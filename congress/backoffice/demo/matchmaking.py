"""The matchmaking of the demo: settings, slots, tables and a taxonomy."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.backoffice.demo import profiles as profiles_of
from congress.backoffice.demo.facts import facts, meetings
from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import (
    Publication,
    SchedulingMode,
    SessionModality,
)
from congress.matchmaking.models import (
    Delegation,
    Matchmaking,
    MeetingSession,
    MeetingSlot,
    MeetingTable,
    Profile,
    TableZone,
    Tag,
    active_tags,
)
from congress.matchmaking.services.indexing import renew
from congress.matchmaking.services.suggesting import ask_for_all
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration

SEED = 31
SLOT, GAP = 20, 5
SESSION_DAYS = 2
ONLINE_DAYS_AGO, ONLINE_SLOTS = 2, 8


@dataclass(frozen=True, slots=True)
class Made:
    """What the meetings of the demo are made from."""

    event: Event
    matchmaking: Matchmaking
    slots: Sequence[MeetingSlot]
    online_slots: Sequence[MeetingSlot]
    tables: Sequence[MeetingTable]
    profiles: Sequence[Profile]
    chance: random.Random

    @property
    def booth_of(self) -> int | None:
        """The delegation with the last table for itself."""
        return self.tables[-1].delegation_id


def make_matchmaking(event: Event) -> Made:
    """Everything but the meetings; the organisers make the timetable, and it is published for now."""
    chance, now = random.Random(SEED), clock.now()  # noqa: S311 (a reproducible demo, no secret)
    matchmaking = Matchmaking(
        event_id=event.id,
        opened_at=now - dt.timedelta(days=30),
        booking_opens_at=now - dt.timedelta(days=30),
        booking_closes_at=event.starts_at,
        scheduling_mode=SchedulingMode.ORGANISERS,
        publication=Publication.PRELIMINARY,
        max_meetings=14,
        walking_minutes=GAP,
        introduction=meetings()["introduction"],
        published_at=now - dt.timedelta(days=1),
        created_at=now - dt.timedelta(days=40),
        changed_at=now - dt.timedelta(days=1),
    )
    db.session.add(matchmaking)
    online, slots = _make_sessions(event)
    tags, people = _make_tags(event), _registered(event)
    profiles = profiles_of.make_profiles(event, people, chance)
    profiles_of.make_opportunities(profiles, tags, chance)
    booth = profiles_of.make_delegations(event, profiles)
    renew([one.id for one in profiles])
    ask_for_all(event.id)
    return Made(event, matchmaking, slots, online, _make_tables(event, booth), profiles, chance)


def _make_sessions(event: Event) -> tuple[list[MeetingSlot], list[MeetingSlot]]:
    """The online session that is over, and two half days on each of the first two days of the congress."""
    zone, words = ZoneInfo(event.zone), meetings()
    ago = (clock.now() - dt.timedelta(days=ONLINE_DAYS_AGO)).astimezone(zone)
    starts = ago.replace(hour=14, minute=0, second=0, microsecond=0)
    online = _session(event, words["online_session"], starts, ONLINE_SLOTS, SessionModality.ONLINE)
    slots = []
    for name, plan in zip(words["session_names"], words["sessions"], strict=True):
        day = event.first_day + dt.timedelta(days=plan["day"])
        starts = dt.datetime.combine(day, dt.time(plan["hour"], plan["minute"]), zone)
        slots += _session(event, name, starts, plan["slots"], SessionModality.HYBRID)
    return online, slots


def _session(
    event: Event, name: dict[str, str], starts_at: dt.datetime, count: int, modality: SessionModality
) -> list[MeetingSlot]:
    session = MeetingSession(
        event_id=event.id,
        name=name,
        starts_at=starts_at,
        slot_minutes=SLOT,
        gap_minutes=GAP,
        slot_count=count,
        modality=modality,
    )
    begins = [starts_at + number * dt.timedelta(minutes=SLOT + GAP) for number in range(count)]
    session.slots = [
        MeetingSlot(event_id=event.id, starts_at=begin, ends_at=begin + dt.timedelta(minutes=SLOT))
        for begin in begins
    ]
    db.session.add(session)
    db.session.flush()
    return list(session.slots)


def _make_tables(event: Event, booth: Delegation) -> list[MeetingTable]:
    tables: list[MeetingTable] = []
    for position, plan in enumerate(meetings()["zones"]):
        zone = TableZone(event_id=event.id, name=plan["name"], position=position)
        db.session.add(zone)
        db.session.flush()
        first = len(tables) + 1
        tables += [
            MeetingTable(event_id=event.id, number=number, zone_id=zone.id)
            for number in range(first, first + plan["tables"])
        ]
    tables[-1].delegation_id = booth.id
    db.session.add_all(tables)
    db.session.flush()
    return tables


def _make_tags(event: Event) -> dict[str, list[Tag]]:
    """Three branches: domains and kinds as published, kinds of cooperation made up."""
    words, domains = meetings(), facts()["domains"]
    branches: dict[str, list[dict[str, Any]]] = {
        "domains": [
            {"fr": fr, "en": en, "synonyms": words["synonyms"].get(fr, {})}
            for fr, en in zip(domains["fr"], domains["en"], strict=True)
        ],
        "kinds": [kind["label"] for kind in facts()["ecosystem"]["kinds"]],
        "cooperation": words["cooperation"],
    }
    made = {}
    for position, (key, leaves) in enumerate(branches.items()):
        root = _tag(event, words["roots"][key], None, position)
        made[key] = [_tag(event, leaf, root, number) for number, leaf in enumerate(leaves)]
    ids = sa.select(sa.literal(event.id), Tag.id).where(Tag.series_id == event.series_id)
    db.session.execute(active_tags.insert().from_select(["event_id", "tag_id"], ids))
    return made


def _tag(event: Event, label: dict[str, Any], parent: Tag | None, position: int) -> Tag:
    names = {language: label[language][:1].upper() + label[language][1:] for language in ("fr", "en")}
    tag = Tag(
        series_id=event.series_id,
        parent_id=parent.id if parent else None,
        label=names,
        synonyms=label.get("synonyms", {}),
        position=position,
    )
    db.session.add(tag)
    db.session.flush()
    return tag


def _registered(event: Event) -> Sequence[Registration]:
    return db.session.scalars(
        sa.select(Registration)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .options(joinedload(Registration.category, innerjoin=True), joinedload(Registration.event, innerjoin=True))
        .order_by(Registration.id)
    ).all()
