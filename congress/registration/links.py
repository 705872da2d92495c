"""The two secret links of a group: managing it, and its calendar."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from congress.core.errors import Missing
from congress.core.tokens import derive_token, hash_token, new_link
from congress.events.models import Event
from congress.extensions import db
from congress.registration.enums import TicketState
from congress.registration.models import Registration, RegistrationGroup, Ticket

MANAGE = "manage"
CALENDAR = "calendar"


def manage_token(group: RegistrationGroup) -> str:
    """The token of the self-service page."""
    return derive_token(MANAGE, group.link_salt)


def calendar_token(group: RegistrationGroup) -> str:
    """The token of the personal calendar."""
    return derive_token(CALENDAR, group.calendar_salt)


def renew(group: RegistrationGroup) -> None:
    """Withdraw both links and make new ones."""
    group.link_salt, group.link_hash = new_link(MANAGE)
    group.calendar_salt, group.calendar_hash = new_link(CALENDAR)


def give_new_link(registration: Registration, *, alone: bool, now: dt.datetime) -> None:
    """New links for a registration whose address changed; `alone`: not for what was sent together with it."""
    others = sa.select(Registration.id).where(
        Registration.group_id == registration.group_id, Registration.id != registration.id
    )
    if not alone or db.session.scalar(others.limit(1)) is None:
        renew(registration.group)
        return
    own = RegistrationGroup(language=registration.language, created_at=now, changed_at=now)
    renew(own)
    db.session.add(own)
    db.session.flush()
    registration.group_id = own.id
    db.session.flush()
    set_committed_value(own, "registrations", [registration])
    set_committed_value(registration, "group", own)


def group_by_token(token: str) -> RegistrationGroup | None:
    """What a self-service link opens, with all that its page shows."""
    return db.session.scalar(
        sa.select(RegistrationGroup)
        .where(RegistrationGroup.link_hash == hash_token(token))
        .options(
            selectinload(RegistrationGroup.registrations).options(
                joinedload(Registration.event, innerjoin=True).joinedload(Event.series, innerjoin=True),
                joinedload(Registration.category, innerjoin=True),
                selectinload(Registration.tickets.and_(Ticket.state == TicketState.VALID)),
            )
        )
    )


def token_if_not_renewed(group_id: int, link_hash: bytes) -> str | None:
    """The token of a group's page; None when it has another link since: that one is not for who had the first."""
    row = db.session.execute(
        sa.select(RegistrationGroup.link_salt, RegistrationGroup.link_hash).where(RegistrationGroup.id == group_id)
    ).one_or_none()
    if row is None:
        raise Missing
    return derive_token(MANAGE, row.link_salt) if row.link_hash == link_hash else None
