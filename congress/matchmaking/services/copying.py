"""Taking over the set-up of another stage: its sessions by the clock of its days, its tables, its rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from congress.core.errors import Missing
from congress.core.languages import lazy_gettext as _l
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.matchmaking.models import ContactRule, InterpreterPool, Matchmaking, MeetingTable, TableZone, TypeQuota
from congress.matchmaking.queries.setup import (
    interpreters_of,
    matchmaking_of,
    quotas_of,
    rules_of,
    sessions_of,
    tables_of,
    zones_of,
)
from congress.matchmaking.queries.taxonomy import active_ids
from congress.matchmaking.services.holding import hold
from congress.matchmaking.services.sessions import add_session
from congress.matchmaking.services.taxonomy import write_active
from congress.matchmaking.session_plan import plan_of
from congress.matchmaking.setup_errors import SetupRefused
from congress.programme.days import instant_of, local_of


class Part(StrEnum):
    """What can be taken over."""

    SETTINGS = "settings"
    SESSIONS = "sessions"
    TABLES = "tables"
    RULES = "rules"
    TAGS = "tags"


SETTINGS = (
    "pending_cap",
    "expiry_hours",
    "cutoff_minutes",
    "max_meetings",
    "walking_minutes",
    "introduction",
)
"""What is copied of the settings: neither the dates nor the modes, which requests may depend on already."""


def copy_setup(event: Event, source: Event, parts: Collection[Part]) -> None:
    """Add the chosen parts of another stage. What is there stays; rules and quotas are replaced.

    Raises what `add_session` raises (an overlap, a day that the event does not have), and then changes nothing.
    """
    matchmaking = hold(event.id)
    origin = matchmaking_of(source)
    if origin is None or source.series_id != event.series_id or source.id == event.id:
        raise Missing
    if Part.SETTINGS in parts:
        _copy_settings(matchmaking, origin)
    if Part.SESSIONS in parts:
        _copy_sessions(event, source)
    if Part.TABLES in parts:
        _copy_tables(event, source)
    if Part.RULES in parts:
        _copy_rules(event, source)
    if Part.TAGS in parts:
        write_active(event, active_ids(source), active=True)
    note("matchmaking.copied", event, after={"model": source.name, "parts": sorted(parts)})


def _copy_settings(matchmaking: Matchmaking, origin: Matchmaking) -> None:
    for name in SETTINGS:
        setattr(matchmaking, name, getattr(origin, name))
    db.session.flush()


def _copy_sessions(event: Event, source: Event) -> None:
    """The first day of one stage becomes the first day of the other; clocks show the same."""
    later = event.first_day - source.first_day
    plans = [plan_of(session) for session in sessions_of(source)]
    if not plans:
        raise SetupRefused(_l("The other stage has no session that could be copied."))
    for plan in plans:
        local: dt.datetime = local_of(plan.starts_at, source.zone) + later
        add_session(event, plan.moved(instant_of(local, event.zone)))


def _copy_tables(event: Event, source: Event) -> None:
    """Zones with their names, and the tables whose numbers are not taken."""
    zones: dict[int | None, int | None] = {None: None}
    present = {tuple(sorted(zone.name.items())): zone.id for zone in zones_of(event)}
    for zone in zones_of(source):
        name = tuple(sorted(zone.name.items()))
        if name not in present:
            made = TableZone(event_id=event.id, name=zone.name, position=len(present) + 1)
            db.session.add(made)
            db.session.flush()
            present[name] = made.id
        zones[zone.id] = present[name]
    taken = {table.number for table in tables_of(event, also_closed=True)}
    rows: list[dict[str, Any]] = [
        {"event_id": event.id, "number": table.number, "zone_id": zones[table.zone_id]}
        for table in tables_of(source)
        if table.number not in taken
    ]
    if rows:
        db.session.execute(sa.insert(MeetingTable), rows)


def _copy_rules(event: Event, source: Event) -> None:
    for model in (ContactRule, TypeQuota, InterpreterPool):
        db.session.execute(sa.delete(model).where(model.event_id == event.id))
    for rule in rules_of(source):
        db.session.add(
            ContactRule(
                event_id=event.id,
                from_type=rule.from_type,
                to_type=rule.to_type,
                may_meet=rule.may_meet,
                may_chat=rule.may_chat,
            )
        )
    for quota in quotas_of(source):
        db.session.add(TypeQuota(event_id=event.id, type=quota.type, max_meetings=quota.max_meetings))
    for pool in interpreters_of(source):
        db.session.add(InterpreterPool(event_id=event.id, languages=pool.languages, number=pool.number))
    db.session.flush()
