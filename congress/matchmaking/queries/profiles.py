"""Reading profiles: always through their event or their registration."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.models import Delegation, Opportunity, Profile
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration

WITH_PERSON: tuple[_AbstractLoad, ...] = (
    joinedload(Profile.registration, innerjoin=True).joinedload(Registration.category, innerjoin=True),
)
"""What every page that names somebody needs."""

WITH_EVERYTHING: tuple[_AbstractLoad, ...] = (
    joinedload(Profile.registration, innerjoin=True).options(
        joinedload(Registration.category, innerjoin=True),
        joinedload(Registration.event, innerjoin=True).joinedload(Event.series, innerjoin=True),
    ),
    joinedload(Profile.delegation),
    selectinload(Profile.opportunities).selectinload(Opportunity.tags),
    selectinload(Profile.presences),
)

TAKES_PART = (Profile.listed_at.is_not(None), Registration.status == RegistrationStatus.CONFIRMED)
"""Who others see; needs the join with `Registration`."""


def profile_of(registration: Registration) -> Profile | None:
    """The profile of a registration with all its parts; None when its owner never began one."""
    statement = sa.select(Profile).where(Profile.registration_id == registration.id).options(*WITH_EVERYTHING)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def listed_by_code(event: Event, code: str) -> Profile | None:
    """Somebody whom others of the event see, with all the parts."""
    statement = sa.select(Profile).join(Profile.registration)
    statement = statement.where(Profile.event_id == event.id, Profile.code == code, *TAKES_PART)
    return db.session.scalar(statement.options(*WITH_EVERYTHING).execution_options(populate_existing=True))


def by_code(event: Event, code: str) -> Profile | None:
    """Any profile of the event, for its organisers."""
    statement = sa.select(Profile).where(Profile.event_id == event.id, Profile.code == code)
    return db.session.scalar(statement.options(*WITH_EVERYTHING).execution_options(populate_existing=True))


def by_ids(ids: Collection[int]) -> Sequence[Profile]:
    """These profiles with their registrations, by id."""
    statement = sa.select(Profile).where(Profile.id.in_(ids)).options(*WITH_PERSON).order_by(Profile.id)
    return db.session.scalars(statement).all()


def delegation_by_code(event: Event, code: str) -> Delegation | None:
    """A delegation with its people."""
    return db.session.scalar(
        sa.select(Delegation)
        .where(Delegation.event_id == event.id, Delegation.code == code)
        .options(selectinload(Delegation.members).options(*WITH_PERSON))
        .execution_options(populate_existing=True)
    )


def booths_of(event: Event) -> dict[int, str]:
    """What the delegations of an event are called, by id: for whom a table is reserved."""
    rows = db.session.execute(sa.select(Delegation.id, Delegation.name).where(Delegation.event_id == event.id))
    return dict(rows.all())


def by_registration(registration_id: int) -> Profile | None:
    """The profile of a registration by itself; None for somebody who never began one."""
    return db.session.scalar(sa.select(Profile).where(Profile.registration_id == registration_id))
