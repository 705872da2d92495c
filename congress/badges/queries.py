"""Reading print runs, and registrations with all that a badge shows."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from congress.badges.models import PrintRun
from congress.core.tokens import hash_token
from congress.events.models import Event
from congress.extensions import db
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Category, Registration, RegistrationGroup

LATEST = 20


def for_paper() -> Sequence[ORMOption]:
    """What to load with a registration that will be printed."""
    return (
        joinedload(Registration.category),
        joinedload(Registration.event).joinedload(Event.series),
        joinedload(Registration.event).joinedload(Event.logo),
        selectinload(Registration.tickets),
    )


def registration_by_link(token: str, public_id: str) -> Registration | None:
    """A registration of the group behind a self-service link, ready to print."""
    return db.session.scalar(
        sa.select(Registration)
        .join(RegistrationGroup)
        .where(RegistrationGroup.link_hash == hash_token(token), Registration.public_id == public_id)
        .options(*for_paper())
    )


def printable_ids(event: Event, category_id: int | None = None, *, only_new: bool = False) -> list[int]:
    """The confirmed registrations of an event in the order of their badges: family name, given name."""
    statement = (
        sa.select(Registration.id)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .order_by(sa.func.lower(Registration.family_name), sa.func.lower(Registration.given_name), Registration.id)
    )
    if category_id is not None:
        statement = statement.where(Registration.category_id == category_id)
    if only_new:
        statement = statement.where(Registration.badge_printed_at.is_(None))
    return list(db.session.scalars(statement))


def selected_ids(event: Event, public_ids: Sequence[str]) -> list[int]:
    """Those of the named registrations that belong to the event and are confirmed, in badge order."""
    wanted = set(
        db.session.scalars(
            sa.select(Registration.id).where(
                Registration.event_id == event.id, Registration.public_id.in_(public_ids)
            )
        )
    )
    return [registration_id for registration_id in printable_ids(event) if registration_id in wanted]


def batch(event: Event, ids: Sequence[int]) -> list[Registration]:
    """The registrations `ids` in that order, ready to print; those no longer confirmed are left out."""
    rows = db.session.scalars(
        sa.select(Registration)
        .where(
            Registration.id.in_(ids),
            Registration.event_id == event.id,
            Registration.status == RegistrationStatus.CONFIRMED,
        )
        .options(*for_paper())
    )
    found = {row.id: row for row in rows}
    return [found[registration_id] for registration_id in ids if registration_id in found]


def print_runs_of(event: Event) -> list[PrintRun]:
    """The latest print runs of an event."""
    return list(
        db.session.scalars(
            sa.select(PrintRun)
            .where(PrintRun.event_id == event.id)
            .options(joinedload(PrintRun.job))
            .order_by(PrintRun.id.desc())
            .limit(LATEST)
        )
    )


def print_run_of(event: Event, run_id: int) -> PrintRun | None:
    """One print run, through its event."""
    return db.session.scalar(
        sa.select(PrintRun)
        .where(PrintRun.event_id == event.id, PrintRun.id == run_id)
        .options(joinedload(PrintRun.job))
    )


def categories_of(event: Event) -> list[Category]:
    """The categories one can print, in their order."""
    return list(
        db.session.scalars(
            sa.select(Category).where(Category.event_id == event.id).order_by(Category.position, Category.id)
        )
    )
