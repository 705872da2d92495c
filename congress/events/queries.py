"""Reading series, events and teams."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.accounts.models import Account
from congress.events.enums import Role
from congress.events.models import Event, Series, TeamMember
from congress.extensions import db


def roles_on_event(account: Account, event: Event) -> frozenset[Role]:
    """The roles of an account on an event, by the event or by its series; an administrator owns everything."""
    if account.is_administrator:
        return frozenset({Role.OWNER})
    return frozenset(
        db.session.scalars(
            sa.select(TeamMember.role).where(
                TeamMember.account_id == account.id,
                sa.or_(TeamMember.event_id == event.id, TeamMember.series_id == event.series_id),
            )
        )
    )


def roles_on_series(account: Account, series: Series) -> frozenset[Role]:
    """The roles of an account on a whole series."""
    if account.is_administrator:
        return frozenset({Role.OWNER})
    return frozenset(
        db.session.scalars(
            sa.select(TeamMember.role).where(
                TeamMember.account_id == account.id, TeamMember.series_id == series.id
            )
        )
    )


def event_by_slug(slug: str) -> Event | None:
    """An event with its series, whatever its status: callers decide who may see it."""
    return db.session.scalar(sa.select(Event).where(Event.slug == slug).options(joinedload(Event.series)))


def series_by_slug(slug: str) -> Series | None:
    """A series, published or not: callers decide who may see it."""
    return db.session.scalar(sa.select(Series).where(Series.slug == slug))


def events_of_account(account: Account) -> list[Event]:
    """Every event on which an account has a role, next ones first."""
    statement = sa.select(Event).options(joinedload(Event.series)).order_by(Event.starts_at, Event.id)
    if not account.is_administrator:
        mine = sa.select(TeamMember.event_id).where(TeamMember.account_id == account.id)
        my_series = sa.select(TeamMember.series_id).where(TeamMember.account_id == account.id)
        statement = statement.where(sa.or_(Event.id.in_(mine), Event.series_id.in_(my_series)))
    return list(db.session.scalars(statement))
