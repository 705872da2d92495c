"""Reading series, events and teams."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from congress.accounts.models import Account
from congress.core.tokens import hash_token
from congress.events.enums import SEEN_BY_PUBLIC, Role
from congress.events.models import Event, EventHost, Invitation, Picture, Room, Series, SeriesHost, TeamMember
from congress.extensions import db

# The table and not the class: every request for a public page asks, and without entities that costs a third less.
_series, _events = cast(sa.Table, Series.__table__).c, cast(sa.Table, Event.__table__).c
_EVENT_VERSION = sa.select(_events.page_version, _events.status).where(_events.slug == sa.bindparam("slug"))
_SERIES_VERSION = sa.select(_series.page_version, _series.published_at).where(_series.slug == sa.bindparam("slug"))


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
            sa.select(TeamMember.role).where(TeamMember.account_id == account.id, TeamMember.series_id == series.id)
        )
    )


def event_by_slug(slug: str) -> Event | None:
    """An event with its series, whatever its status: callers decide who may see it."""
    return db.session.scalar(sa.select(Event).where(Event.slug == slug).options(joinedload(Event.series)))


def series_by_slug(slug: str) -> Series | None:
    """A series, published or not: callers decide who may see it."""
    return db.session.scalar(sa.select(Series).where(Series.slug == slug))


def public_series_version(slug: str) -> str | None:
    """What changes with every change in a series that the public sees; None for hidden and unknown ones."""
    row = db.session.execute(_SERIES_VERSION, {"slug": slug}).one_or_none()
    return None if row is None or row[1] is None else str(row[0])


def public_event_version(slug: str) -> str | None:
    """What changes with every change of an event that the public sees; None for drafts and unknown ones."""
    row = db.session.execute(_EVENT_VERSION, {"slug": slug}).one_or_none()
    return None if row is None or row[1] not in SEEN_BY_PUBLIC else str(row[0])


def public_event(slug: str) -> Event | None:
    """An event that the public may see, with its series and logo."""
    return db.session.scalar(
        sa.select(Event)
        .where(Event.slug == slug, Event.status.in_(SEEN_BY_PUBLIC))
        .options(joinedload(Event.series, innerjoin=True), joinedload(Event.logo))
    )


def events_of_account(account: Account) -> list[Event]:
    """Every event on which an account has a role, next ones first."""
    statement = sa.select(Event).options(joinedload(Event.series)).order_by(Event.starts_at, Event.id)
    if not account.is_administrator:
        mine = sa.select(TeamMember.event_id).where(_is_in_its_team(account))
        my_series = sa.select(TeamMember.series_id).where(_is_in_its_team(account))
        statement = statement.where(sa.or_(Event.id.in_(mine), Event.series_id.in_(my_series)))
    return list(db.session.scalars(statement))


def series_of_account(account: Account) -> list[Series]:
    """Every series on the whole of which an account has a role, by slug."""
    statement = sa.select(Series).order_by(Series.slug)
    if not account.is_administrator:
        mine = sa.select(TeamMember.series_id).where(_is_in_its_team(account))
        statement = statement.where(Series.id.in_(mine))
    return list(db.session.scalars(statement))


def _is_in_its_team(account: Account) -> sa.ColumnElement[bool]:
    """A role with which one sees the organisation; an exhibitor sees only the public side."""
    return sa.and_(TeamMember.account_id == account.id, TeamMember.role != Role.EXHIBITOR)


def events_of_series(series: Series) -> list[Event]:
    """All events of a series in its own order."""
    return list(
        db.session.scalars(
            sa.select(Event).where(Event.series_id == series.id).order_by(Event.position, Event.starts_at, Event.id)
        )
    )


def slug_is_taken(table: type[Event | Series], slug: str) -> bool:
    """Whether a series or an event has this slug."""
    return db.session.scalar(sa.select(table.id).where(table.slug == slug)) is not None


def free_slug(table: type[Event | Series], wanted: str) -> str:
    """`wanted`, or with the next free number behind it."""
    taken = set(db.session.scalars(sa.select(table.slug).where(table.slug.startswith(wanted, autoescape=True))))
    if wanted not in taken:
        return wanted
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{wanted}-{number}") not in taken)


def in_scope(table: type[TeamMember | Invitation], scope: Event | Series) -> sa.ColumnElement[bool]:
    """The condition that a member or invitation belongs to this event, or to this series as a whole."""
    return table.event_id == scope.id if isinstance(scope, Event) else table.series_id == scope.id


def hosts_of(scope: Event | Series) -> list[EventHost | SeriesHost]:
    """The hosts of an event or a series with their organisations, in order."""
    if isinstance(scope, Event):
        return list(
            db.session.scalars(
                sa.select(EventHost)
                .where(EventHost.event_id == scope.id)
                .options(joinedload(EventHost.organisation))
                .order_by(EventHost.position, EventHost.id)
            )
        )
    return list(
        db.session.scalars(
            sa.select(SeriesHost)
            .where(SeriesHost.series_id == scope.id)
            .options(joinedload(SeriesHost.organisation))
            .order_by(SeriesHost.position, SeriesHost.id)
        )
    )


def rooms_of(event: Event) -> list[Room]:
    """The rooms of an event in order."""
    return list(db.session.scalars(sa.select(Room).where(Room.event_id == event.id).order_by(Room.position, Room.id)))


def members_of(scope: Event | Series) -> list[TeamMember]:
    """The members with a role on exactly this event, or on the series as a whole."""
    return list(
        db.session.scalars(
            sa.select(TeamMember)
            .join(TeamMember.account)
            .where(in_scope(TeamMember, scope))
            .options(contains_eager(TeamMember.account))
            .order_by(Account.name, TeamMember.id)
        )
    )


def open_invitations(scope: Event | Series) -> list[Invitation]:
    """Invitations that were neither accepted nor withdrawn, newest first; expired ones too."""
    return list(
        db.session.scalars(
            sa.select(Invitation)
            .where(in_scope(Invitation, scope), Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
            .order_by(Invitation.id.desc())
        )
    )


def invitation_by_token(token: str) -> tuple[Invitation, Event | Series, Account | None] | None:
    """An invitation in whatever state, what it is to, and who sent it."""
    invitation = db.session.scalar(sa.select(Invitation).where(Invitation.token_hash == hash_token(token)))
    if invitation is None:
        return None
    scope: Event | Series | None
    if invitation.event_id is not None:
        scope = db.session.scalar(
            sa.select(Event).where(Event.id == invitation.event_id).options(joinedload(Event.series))
        )
    else:
        scope = db.session.get(Series, invitation.series_id)
    if scope is None:
        return None
    sender = db.session.get(Account, invitation.invited_by_id) if invitation.invited_by_id else None
    return invitation, scope, sender


def picture_by_name(name: str) -> tuple[Picture, Event] | None:
    """A picture and the event that it belongs to."""
    row = db.session.execute(
        sa.select(Picture, Event)
        .join(Event, Event.id == Picture.event_id)
        .where(Picture.name == name)
        .options(joinedload(Event.series))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def logo_of(event: Event) -> Picture | None:
    """The logo of an event."""
    return db.session.get(Picture, event.logo_id) if event.logo_id else None
