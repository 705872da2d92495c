"""What people picked: stars and sign-ups, by registration and by session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from congress.agenda.enums import LIVE, SignUpState
from congress.agenda.models import SignUp, Star
from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import Session
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration

MATCHES = 20
Row = TypeVar("Row", Registration, Session)


@dataclass(frozen=True, slots=True)
class Picked:
    """What one registration has to do with one session: a star, a sign-up, or both.

    `changed_at` is the last change of either; `calendar_sequence` grows with every change of the sign-up's state.
    """

    registration_id: int
    event_id: int
    session_id: int
    changed_at: dt.datetime
    starred: bool = False
    state: SignUpState | None = None
    calendar_sequence: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """How many people want a session."""

    stars: int = 0
    confirmed: int = 0
    waiting: int = 0


def picked_sessions(registration_ids: Collection[int]) -> Sequence[Picked]:
    """What these registrations starred or signed up for. A sign-up that ended counts only beside a star."""
    found: dict[tuple[int, int], Picked] = {}
    stars = sa.select(Star.registration_id, Session.event_id, Star.session_id, Star.created_at)
    stars = stars.join(Session, Session.id == Star.session_id).where(Star.registration_id.in_(registration_ids))
    for row in db.session.execute(stars):
        found[row[0], row[2]] = Picked(*row, starred=True)
    own = sa.select(SignUp, Session.event_id).join(Session, Session.id == SignUp.session_id)
    for one, event_id in db.session.execute(own.where(SignUp.registration_id.in_(registration_ids))):
        key = one.registration_id, one.session_id
        picked = found.get(key)
        if picked is None and one.state not in LIVE:
            continue
        picked = picked or Picked(one.registration_id, event_id, one.session_id, one.changed_at)
        found[key] = replace(
            picked,
            changed_at=max(picked.changed_at, one.changed_at),
            state=one.state if one.state in LIVE else None,
            calendar_sequence=one.calendar_sequence,
        )
    return [found[key] for key in sorted(found)]


def sign_up_of(registration_id: int, session_id: int) -> SignUp | None:
    """Somebody's sign-up for a session, also one that ended."""
    found = _read(SignUp.registration_id == registration_id, SignUp.session_id == session_id)
    return found[0] if found else None


def live_sign_ups_of(registration_ids: Collection[int]) -> Sequence[SignUp]:
    """The sign-ups of registrations that have not ended."""
    return _read(SignUp.registration_id.in_(registration_ids), SignUp.state.in_(LIVE))


def live_sign_ups_for(session_ids: Collection[int]) -> Sequence[SignUp]:
    """The sign-ups for sessions that have not ended."""
    return _read(SignUp.session_id.in_(session_ids), SignUp.state.in_(LIVE))


def first_waiting(session_id: int, number: int | None) -> Sequence[SignUp]:
    """The first `number` of a session's queue (None: all of it)."""
    return _read(SignUp.session_id == session_id, SignUp.state == SignUpState.WAITING, queue=True, number=number)


def positions_of(registration_id: int) -> Mapping[int, int]:
    """Where somebody stands in the queues, by session: 1 is next."""
    other = aliased(SignUp)
    ahead = sa.or_(
        other.queued_at < SignUp.queued_at, sa.and_(other.queued_at == SignUp.queued_at, other.id <= SignUp.id)
    )
    rows = db.session.execute(
        sa.select(SignUp.session_id, sa.func.count())
        .join(other, sa.and_(other.session_id == SignUp.session_id, other.state == SignUpState.WAITING, ahead))
        .where(SignUp.registration_id == registration_id, SignUp.state == SignUpState.WAITING)
        .group_by(SignUp.session_id)
    )
    return dict(rows.all())


def demand_of(event: Event) -> Mapping[int, Demand]:
    """The demand per session of an event; a session that nobody picked is absent. Two queries."""
    stars = db.session.execute(
        sa.select(Star.session_id, sa.func.count())
        .join(Session, Session.id == Star.session_id)
        .join(Registration, Registration.id == Star.registration_id)
        .where(Session.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .group_by(Star.session_id)
    )
    found = {session_id: Demand(stars=number) for session_id, number in stars}
    for session_id, places in sign_ups_by_state(Session.event_id == event.id).items():
        found[session_id] = replace(
            found.get(session_id, Demand()),
            confirmed=places.get(SignUpState.CONFIRMED, 0),
            waiting=places.get(SignUpState.WAITING, 0),
        )
    return found


def sign_ups_by_state(which: sa.ColumnElement[bool]) -> Mapping[int, Mapping[SignUpState, int]]:
    """The live sign-ups per session, counted."""
    rows = db.session.execute(
        sa.select(SignUp.session_id, SignUp.state, sa.func.count())
        .join(Session, Session.id == SignUp.session_id)
        .where(which, SignUp.state.in_(LIVE))
        .group_by(SignUp.session_id, SignUp.state)
    )
    found: dict[int, dict[SignUpState, int]] = {}
    for session_id, state, number in rows:
        found.setdefault(session_id, {})[state] = number
    return found


def sign_up_counts(event_id: int) -> dict[int, int]:
    """How many people have a place in each session of an event, for warnings of the schedule editor."""
    counted = sign_ups_by_state(Session.event_id == event_id)
    return {
        session_id: states[SignUpState.CONFIRMED]
        for session_id, states in counted.items()
        if SignUpState.CONFIRMED in states
    }


def own_capacities(event_id: int) -> Mapping[int, int | None]:
    """The capacity that organisers gave to each session of an event; None = the room decides."""
    rows = db.session.execute(sa.select(Session.id, Session.sign_up_capacity).where(Session.event_id == event_id))
    return dict(rows.all())


def people_of(session: Session) -> Sequence[SignUp]:
    """Who has a place or waits, with the registration and its category: places first, then the queue in its order."""
    return db.session.scalars(
        sa.select(SignUp)
        .where(SignUp.session_id == session.id, SignUp.state.in_(LIVE))
        .options(joinedload(SignUp.registration, innerjoin=True).joinedload(Registration.category, innerjoin=True))
        .order_by(SignUp.state, SignUp.queued_at, SignUp.id)
    ).all()


def candidates(event: Event, session: Session, words: Sequence[str]) -> Sequence[Registration]:
    """The first confirmed registrations that hold all these words and have no live sign-up for this session."""
    signed_up = sa.select(SignUp.registration_id).where(SignUp.session_id == session.id, SignUp.state.in_(LIVE))
    statement = (
        sa.select(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.id.not_in(signed_up),
            *(Registration.search_text.contains(word, autoescape=True) for word in words),
        )
        .options(joinedload(Registration.category, innerjoin=True))
        .order_by(Registration.family_name, Registration.given_name, Registration.id)
        .limit(MATCHES)
    )
    return db.session.scalars(statement).all()


def _read(*which: sa.ColumnElement[bool], queue: bool = False, number: int | None = None) -> list[SignUp]:
    """The rows as they are now, with registration, its category and the session.

    Those are not read again where they are at hand: who calls has them with more than what is needed here.
    """
    order = (SignUp.queued_at, SignUp.id) if queue else (SignUp.id,)
    statement = sa.select(SignUp).where(*which).order_by(*order).limit(number)
    found = list(db.session.scalars(statement.execution_options(populate_existing=True)))
    if found:
        people = sa.select(Registration).options(joinedload(Registration.category, innerjoin=True))
        registrations = _by_id(people.where(Registration.id.in_({one.registration_id for one in found})))
        sessions = _by_id(sa.select(Session).where(Session.id.in_({one.session_id for one in found})))
        for one in found:
            set_committed_value(one, "registration", registrations[one.registration_id])
            set_committed_value(one, "session", sessions[one.session_id])
    return found


def _by_id(statement: sa.Select[Row]) -> dict[int, Row]:
    return {one.id: one for one in db.session.scalars(statement)}
