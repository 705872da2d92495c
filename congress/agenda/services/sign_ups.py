"""Signing up for a session, leaving it, and whose turn it is then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.agenda import errors, places, queries
from congress.agenda.busy import busy_during
from congress.agenda.enums import LIVE, SIGN_UP_TRANSITIONS, LeftBy, SignUpState
from congress.agenda.models import SignUp
from congress.agenda.permissions import can_follow, can_have_agenda, has_begun, is_over
from congress.agenda.signals import left, promoted, signed_up
from congress.audit.services import record
from congress.core import clock
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.programme import models, releases, snapshot
from congress.registration.models import Registration
from congress.registration.services.calendars import calendars_changed


@dataclass(frozen=True, slots=True)
class Held:
    """A session whose places nobody else counts or takes before the end of the transaction.

    `now` is taken under the lock, so that the queue is in the order of arrival.
    """

    event: Event
    programme: snapshot.Programme
    session: models.Session
    now: dt.datetime

    @property
    def released(self) -> snapshot.Session | None:
        """The session as the latest release shows it; None when it is not in there any more."""
        return self.programme.session_by_id[self.session.id] if self.slots else None

    @property
    def slots(self) -> Sequence[snapshot.Slot]:
        """When it takes place."""
        return self.programme.slots_by_session.get(self.session.id, ())

    @property
    def is_closed(self) -> bool:
        """Whether nobody can get a place any more."""
        return self.released is None or has_begun(self.slots, self.now)


def sign_up(registration: Registration, session_id: int, *, despite_overlap: bool = False) -> SignUp:
    """Take a place, or the last place of the queue when there is none. Who has signed up already stays there.

    Raises `Overlapping` when the person has something else to do then, unless that was said and accepted.
    """
    one, held = _hold(registration.id, registration.event_id, session_id)
    there = queries.sign_up_of(one.id, session_id)
    if there is not None and there.state in LIVE:
        return there
    _require_possible(one, held)
    if has_begun(held.slots, held.now):
        raise errors.AlreadyBegun
    if not despite_overlap and busy_during(one, held.programme, held.slots):
        raise errors.Overlapping
    fill(held)
    full = places.places_in(held.programme, held.session).is_full
    return _take(one, held, there, SignUpState.WAITING if full else SignUpState.CONFIRMED)


def add(registration: Registration, session_id: int, *, over_capacity: bool) -> SignUp:
    """Sign somebody up as an organiser: overlaps and the beginning do not matter, the places do.

    `over_capacity` gives a place even when there is none.
    """
    one, held = _hold(registration.id, registration.event_id, session_id)
    there = queries.sign_up_of(one.id, session_id)
    if there is not None and there.state in LIVE:
        return promote(there) if over_capacity and there.state is SignUpState.WAITING else there
    _require_possible(one, held)
    fill(held)
    waits = places.places_in(held.programme, held.session).is_full and not over_capacity
    return _take(one, held, there, SignUpState.WAITING if waits else SignUpState.CONFIRMED)


def leave(registration: Registration, session_id: int) -> bool:
    """Give a place, or a place in the queue, back by the person's own wish; False when there was none."""
    _one, held = _hold(registration.id, registration.event_id, session_id, confirmed=False)
    if is_over(held.slots, held.now):
        return False
    return _end_one(registration.id, held, LeftBy.PARTICIPANT)


def remove(sign_up: SignUp) -> bool:
    """Take somebody out as an organiser; False when they had left already."""
    event_id, session_id = sign_up.session.event_id, sign_up.session_id
    _one, held = _hold(sign_up.registration_id, event_id, session_id, confirmed=False)
    return _end_one(sign_up.registration_id, held, LeftBy.ORGANISER)


def promote(sign_up: SignUp) -> SignUp:
    """Give somebody who waits a place by hand, out of turn and over the capacity if need be."""
    _one, held = _hold(sign_up.registration_id, sign_up.session.event_id, sign_up.session_id)
    found = queries.sign_up_of(sign_up.registration_id, sign_up.session_id)
    if found is None or found.state is not SignUpState.WAITING or held.released is None:
        raise errors.NotWaiting
    _promote(found, held.now)
    return found


def fill(held: Held) -> None:
    """Give free places to those who wait, the first ones first. Nobody is promoted once the session has begun."""
    if held.is_closed or held.event.status is not EventStatus.PUBLISHED:
        return
    free = places.places_in(held.programme, held.session).free
    if free == 0:
        return
    for one in queries.first_waiting(held.session.id, free):
        _promote(one, held.now)


def end(one: SignUp, by: LeftBy, now: dt.datetime) -> None:
    """End a live sign-up; its session is held, and who calls fills the place."""
    before = one.state
    _move(one, SignUpState.CANCELLED, now)
    one.left_by = by
    db.session.flush()
    _note("sign_up.left", one, {"by": by})
    left.send(None, sign_up=one, before=before, by=by)


def _end_one(registration_id: int, held: Held, by: LeftBy) -> bool:
    there = queries.sign_up_of(registration_id, held.session.id)
    if there is None or there.state not in LIVE:
        return False
    end(there, by, held.now)
    fill(held)
    return True


def _hold(
    registration_id: int, event_id: int, session_id: int, *, confirmed: bool = True
) -> tuple[Registration, Held]:
    """The registration and the session as they are now, held until the end of the transaction."""
    places.hold_programme(event_id)
    registration = db.session.scalars(
        sa.select(Registration)
        .where(Registration.id == registration_id)
        .options(joinedload(Registration.event, innerjoin=True), joinedload(Registration.category, innerjoin=True))
        .with_for_update(of=Registration, key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if confirmed and not can_have_agenda(registration):
        raise errors.NotConfirmed
    programme = releases.latest(event_id)
    session = places.hold_sessions([session_id]).get(session_id)
    if programme is None or session is None or session_id not in programme.session_by_id:
        raise errors.NotInProgramme
    return registration, Held(registration.event, programme, session, clock.now())


def _require_possible(registration: Registration, held: Held) -> None:
    if held.released is None:
        raise errors.NotInProgramme
    if not held.released.needs_sign_up:
        raise errors.NoSignUpNeeded
    if not can_follow(registration.category.attendance, held.released):
        raise errors.OnSiteOnly


def _take(registration: Registration, held: Held, there: SignUp | None, state: SignUpState) -> SignUp:
    """A new sign-up, or the one that ended before: at the end of the queue like everybody who comes now."""
    if there is None:
        there = SignUp(
            registration_id=registration.id,
            session_id=held.session.id,
            state=state,
            queued_at=held.now,
            created_at=held.now,
            changed_at=held.now,
        )
        there.registration, there.session = registration, held.session
        db.session.add(there)
        calendars_changed([registration.group_id])
    else:
        _move(there, state, held.now)
        there.left_by, there.promoted_at, there.queued_at = None, None, held.now
    db.session.flush()
    _note("sign_up.waiting" if state is SignUpState.WAITING else "sign_up.confirmed", there)
    signed_up.send(None, sign_up=there)
    return there


def _promote(one: SignUp, now: dt.datetime) -> None:
    _move(one, SignUpState.CONFIRMED, now)
    one.promoted_at = now
    db.session.flush()
    _note("sign_up.promoted", one)
    promoted.send(None, sign_up=one)


def _move(one: SignUp, state: SignUpState, now: dt.datetime) -> None:
    """Another state. Calendars have to hear of it (SEQUENCE, RFC 5545 §3.8.7.4)."""
    if state not in SIGN_UP_TRANSITIONS[one.state]:
        raise errors.NotWaiting
    one.state = state
    one.calendar_sequence += 1
    one.changed_at = now
    calendars_changed([one.registration.group_id])


def _note(action: str, one: SignUp, more: dict[str, str] | None = None) -> None:
    record(
        action,
        "registration",
        one.registration_id,
        event_id=one.session.event_id,
        after={"session": one.session.code} | (more or {}),
    )
