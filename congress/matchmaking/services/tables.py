"""Zones and tables: made in bulk, changed one by one or together, closed when no meeting needs them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import clock, ordering
from congress.core.errors import Missing
from congress.core.languages import lazy_gettext as _l
from congress.events.errors import TooMany
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.matchmaking.models import Delegation, Meeting, MeetingTable, TableZone
from congress.matchmaking.queries.occupied import meetings_at_tables, remembered_tables
from congress.matchmaking.queries.setup import tables_of, zones_of
from congress.matchmaking.services.holding import hold
from congress.matchmaking.setup_errors import MeetingsInTheWay, SetupRefused

MAX_TABLES = 1000
MAX_ZONES = 50
MAX_NUMBER = 9999
NOTED = 50
"""Numbers of tables that the history repeats."""


def add_zone(event: Event, name: dict[str, str]) -> TableZone:
    """Add a zone at the end of the list."""
    hold(event.id)
    zones = zones_of(event)
    if len(zones) >= MAX_ZONES:
        raise TooMany
    position = max((one.position for one in zones), default=0) + 1
    zone = TableZone(event_id=event.id, name=name, position=position)
    db.session.add(zone)
    db.session.flush()
    note("table_zone.added", event, ("table_zone", zone.id), after={"name": name})
    return zone


def change_zone(event: Event, zone_id: int, name: dict[str, str]) -> None:
    """Call a zone something else."""
    hold(event.id)
    zone = zone_of(event, zone_id)
    before, after = apply_changes(zone, {"name": name})
    if after:
        note("table_zone.changed", event, ("table_zone", zone.id), before, after)


def move_zone(event: Event, zone_id: int, step: int) -> None:
    """Move a zone up (-1) or down (+1)."""
    hold(event.id)
    ordering.move(zones_of(event), zone_of(event, zone_id), step)
    note("table_zone.reordered", event)


def remove_zone(event: Event, zone_id: int) -> None:
    """Take a zone away; its tables stay, without one."""
    hold(event.id)
    zone = zone_of(event, zone_id)
    note("table_zone.removed", event, ("table_zone", zone.id), before={"name": zone.name})
    db.session.delete(zone)
    db.session.flush()


def add_tables(event: Event, count: int, first: int, zone_id: int | None) -> int:
    """Add tables with consecutive numbers; returns how many. Raises `SetupRefused` when a number is taken."""
    hold(event.id)
    zone = zone_of(event, zone_id) if zone_id is not None else None
    taken = {table.number for table in tables_of(event, also_closed=True)}
    wanted = range(first, first + count)
    if len(taken) + count > MAX_TABLES or wanted[-1] > MAX_NUMBER:
        raise TooMany
    if clash := sorted(taken & set(wanted)):
        raise SetupRefused(
            _l(
                "There is a table %(number)s already. The first free number is %(free)s.",
                number=clash[0],
                free=max(taken) + 1,
            )
        )
    rows = [{"event_id": event.id, "number": number, "zone_id": zone.id if zone else None} for number in wanted]
    db.session.execute(sa.insert(MeetingTable), rows)
    after = {"count": count, "number": f"{first}–{wanted[-1]}" if count > 1 else str(first)}
    note("meeting_table.added", event, after=after)
    return count


def change_table(event: Event, table_id: int, number: int, zone_id: int | None, delegation_id: int | None) -> None:
    """Change number, zone and booth. A table becomes a booth only when nobody else's meetings stand at it."""
    hold(event.id)
    table = table_of(event, table_id)
    if zone_id is not None:
        zone_of(event, zone_id)
    if any(one.number == number and one.id != table.id for one in tables_of(event, also_closed=True)):
        raise SetupRefused(_l("There is a table %(number)s already.", number=number))
    if delegation_id is not None:
        _refuse_others(event, table, delegation_id)
    values = {"number": number, "zone_id": zone_id, "delegation_id": delegation_id}
    before, after = apply_changes(table, values)
    if after:
        db.session.flush()
        note("meeting_table.changed", event, ("meeting_table", table.id), before, after)


def close_tables(event: Event, table_ids: Collection[int]) -> int:
    """Nobody is sent to these tables any more. Raises `MeetingsInTheWay` while meetings are to come at one."""
    return _set_closed(event, table_ids, closed=True)


def reopen_tables(event: Event, table_ids: Collection[int]) -> int:
    """Use closed tables again."""
    return _set_closed(event, table_ids, closed=False)


def put_into_zone(event: Event, table_ids: Collection[int], zone_id: int | None) -> int:
    """Where these tables stand."""
    hold(event.id)
    if zone_id is not None:
        zone_of(event, zone_id)
    changed = [table for table in _chosen(event, table_ids) if table.zone_id != zone_id]
    for table in changed:
        table.zone_id = zone_id
    return _noted(event, "meeting_table.put_into_zone", changed)


def remove_tables(event: Event, table_ids: Collection[int]) -> int:
    """Delete tables that no meeting ever had; `MeetingsInTheWay` while meetings are to come, and a sentence when
    meetings were there once.
    """
    hold(event.id)
    tables = _chosen(event, table_ids)
    ids = [table.id for table in tables]
    if meetings_at_tables(ids, clock.now()):
        raise MeetingsInTheWay
    if remembered := remembered_tables(ids):
        number = min(table.number for table in tables if table.id in remembered)
        raise SetupRefused(
            _l("Table %(number)s has a history of meetings and stays. Close it instead.", number=number)
        )
    _noted(event, "meeting_table.removed", tables)
    db.session.execute(sa.delete(MeetingTable).where(MeetingTable.id.in_(ids)))
    return len(ids)


def others_at(table: MeetingTable, delegation_id: int) -> Sequence[Meeting]:
    """The coming meetings at a table in which nobody of the delegation sits."""
    return [
        one
        for one in meetings_at_tables([table.id], clock.now())
        if all(person.profile.delegation_id != delegation_id for person in one.people)
    ]


def zone_of(event: Event, zone_id: int) -> TableZone:
    """A zone of this event; `Missing` for that of another one."""
    found = next((one for one in zones_of(event) if one.id == zone_id), None)
    if found is None:
        raise Missing
    return found


def table_of(event: Event, table_id: int) -> MeetingTable:
    """A table of this event; `Missing` for that of another one."""
    found = next((one for one in tables_of(event, also_closed=True) if one.id == table_id), None)
    if found is None:
        raise Missing
    return found


def _set_closed(event: Event, table_ids: Collection[int], *, closed: bool) -> int:
    hold(event.id)
    changed = [table for table in _chosen(event, table_ids) if (table.closed_at is not None) is not closed]
    if closed and meetings_at_tables([table.id for table in changed], clock.now()):
        raise MeetingsInTheWay
    for table in changed:
        table.closed_at = clock.now() if closed else None
    return _noted(event, "meeting_table.closed" if closed else "meeting_table.reopened", changed)


def _refuse_others(event: Event, table: MeetingTable, delegation_id: int) -> None:
    known = sa.select(Delegation.id).where(Delegation.id == delegation_id, Delegation.event_id == event.id)
    if db.session.scalar(known) is None:
        raise Missing
    if others_at(table, delegation_id):
        raise MeetingsInTheWay


def _chosen(event: Event, table_ids: Collection[int]) -> list[MeetingTable]:
    """These tables by number; `Missing` when one of them is not the event's."""
    found = [table for table in tables_of(event, also_closed=True) if table.id in set(table_ids)]
    if len(found) != len(set(table_ids)):
        raise Missing
    return found


def _noted(event: Event, action: str, tables: Sequence[MeetingTable]) -> int:
    if tables:
        db.session.flush()
        numbers = ", ".join(str(table.number) for table in tables[:NOTED])
        note(action, event, after={"count": len(tables), "number": numbers})
    return len(tables)
