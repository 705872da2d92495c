"""Personal data of the agenda: what somebody starred and signed up for. Erasing lets those who wait move up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.agenda import services
from congress.agenda.models import SignUp, Star
from congress.core.languages import translated
from congress.extensions import db
from congress.programme.models import Session
from congress.registration.models import Registration
from congress.registration.services.calendars import calendars_changed


def export(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """Every star and every sign-up, those that ended included."""
    ids = [one.id for one in _registrations(address_key, event_id)]
    stars = db.session.execute(
        sa.select(Session.title, Star.created_at)
        .join(Star, Star.session_id == Session.id)
        .where(Star.registration_id.in_(ids))
        .order_by(Star.registration_id, Star.session_id)
    )
    sign_ups = db.session.scalars(
        sa.select(SignUp)
        .where(SignUp.registration_id.in_(ids))
        .options(joinedload(SignUp.session, innerjoin=True))
        .order_by(SignUp.id)
    )
    starred = [{"session": translated(title), "starred_at": at.isoformat()} for title, at in stars]
    return {"agenda": starred + [_exported(one) for one in sign_ups]}


def erase(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Take the person out of every session. Returns counts."""
    rows = _registrations(address_key, event_id, locked=True)
    ids = [one.id for one in rows]
    services.end_all_of(rows)
    stars, sign_ups = (_delete(sa.delete(table).where(table.registration_id.in_(ids))) for table in (Star, SignUp))
    calendars_changed({one.group_id for one in rows})
    return {"stars": stars, "sign_ups": sign_ups}


def _delete(statement: sa.Delete) -> int:
    db.session.flush()
    result: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)


def _registrations(address_key: str, event_id: int | None, *, locked: bool = False) -> Sequence[Registration]:
    statement = sa.select(Registration).where(Registration.email_key == address_key).order_by(Registration.id)
    if event_id is not None:
        statement = statement.where(Registration.event_id == event_id)
    return db.session.scalars(statement.with_for_update() if locked else statement).all()


def _exported(one: SignUp) -> dict[str, Any]:
    return {
        "session": translated(one.session.title),
        "state": one.state,
        "queued_at": one.queued_at.isoformat(),
        "promoted_at": one.promoted_at.isoformat() if one.promoted_at else None,
        "changed_at": one.changed_at.isoformat(),
    }
