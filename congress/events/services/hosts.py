"""Which organisations carry a series or an event."""

from __future__ import annotations

import sqlalchemy as sa

from congress.core import ordering
from congress.core.errors import Missing
from congress.events.enums import HostRole
from congress.events.errors import AlreadyHost, TooMany
from congress.events.models import Event, EventHost, SeriesHost
from congress.events.queries import hosts_of
from congress.events.services.pages import Scope, note, scope_changed
from congress.extensions import db
from congress.organisations.services import calendars_changed

Host = EventHost | SeriesHost
MAX_HOSTS = 60


def add_host(scope: Scope, organisation_id: int, role: HostRole) -> Host:
    """Add an organisation at the end of the list."""
    hosts = hosts_of(scope)
    if any(host.organisation_id == organisation_id for host in hosts):
        raise AlreadyHost
    if len(hosts) >= MAX_HOSTS:
        raise TooMany
    position = max((host.position for host in hosts), default=0) + 1
    host: Host
    if isinstance(scope, Event):
        host = EventHost(event_id=scope.id, organisation_id=organisation_id, role=role, position=position)
    else:
        host = SeriesHost(series_id=scope.id, organisation_id=organisation_id, role=role, position=position)
    db.session.add(host)
    db.session.flush()
    note("host.added", scope, ("organisation", organisation_id), after={"role": role})
    calendars_changed([organisation_id])
    scope_changed(scope)
    return host


def change_host(scope: Scope, host_id: int, role: HostRole) -> None:
    """Give an organisation another role."""
    host = host_of(scope, host_id)
    if host.role != role:
        before, host.role = host.role, role
        calendars_changed([host.organisation_id])
        note("host.changed", scope, ("organisation", host.organisation_id), {"role": before}, {"role": role})
        scope_changed(scope)


def move_host(scope: Scope, host_id: int, step: int) -> None:
    """Move an organisation up (-1) or down (+1)."""
    ordering.move(hosts_of(scope), host_of(scope, host_id), step)
    note("host.reordered", scope)
    scope_changed(scope)


def remove_host(scope: Scope, host_id: int) -> None:
    """Take an organisation out of the list."""
    host = host_of(scope, host_id)
    calendars_changed([host.organisation_id])
    note("host.removed", scope, ("organisation", host.organisation_id), before={"role": host.role})
    db.session.delete(host)
    scope_changed(scope)


def host_of(scope: Scope, host_id: int) -> Host:
    """A host of this scope; `Missing` for that of another one."""
    host: Host | None
    if isinstance(scope, Event):
        host = db.session.scalar(sa.select(EventHost).where(EventHost.id == host_id, EventHost.event_id == scope.id))
    else:
        host = db.session.scalar(
            sa.select(SeriesHost).where(SeriesHost.id == host_id, SeriesHost.series_id == scope.id)
        )
    if host is None:
        raise Missing
    return host
