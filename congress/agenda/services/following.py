"""What becomes of sign-ups when something else changes: a registration, a capacity, the released programme."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from congress.agenda import places, queries
from congress.agenda.enums import LeftBy
from congress.agenda.models import SignUp
from congress.agenda.permissions import can_follow
from congress.agenda.services.sign_ups import Held, end, fill
from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.programme import models, releases
from congress.programme.snapshot import Programme
from congress.registration.models import Registration


def end_all_of(registrations: Collection[Registration]) -> None:
    """End the sign-ups of registrations that are cancelled or erased; those who wait move up.

    Restoring a registration does not bring them back: the places are somebody else's by then.
    """
    for event_id in sorted({one.event_id for one in registrations}):
        ids = [one.id for one in registrations if one.event_id == event_id]
        _end(event_id, queries.live_sign_ups_of(ids), LeftBy.REGISTRATION)


def drop_what_is_closed_to(registration: Registration) -> None:
    """End the sign-ups that a registration's new category cannot follow: on site only, and the person is online."""
    programme = releases.latest(registration.event_id)
    if programme is None:
        return
    attendance = registration.category.attendance
    known = programme.session_by_id
    sign_ups = [
        one
        for one in queries.live_sign_ups_of([registration.id])
        if one.session_id in known and not can_follow(attendance, known[one.session_id])
    ]
    _end(registration.event_id, sign_ups, LeftBy.REGISTRATION)


def capacity_changed(session: models.Session) -> None:
    """Give the places that a session may have gained to those who wait.

    Who calls holds the draft, and with it every release back. The event itself is not locked here: a release takes
    the event first and the draft then, and each would wait for the other.
    """
    programme = releases.latest(session.event_id)
    if programme is not None and session.id in programme.session_by_id:
        event = db.session.get_one(Event, session.event_id)
        _fill(event, programme, places.hold_sessions([session.id]))


def follow_release(event: Event, after: Programme) -> None:
    """End the sign-ups for what has left the programme, or is on site only now; fill rooms that became larger.

    A session without sign-up any more keeps those who signed up, and who waited has a place: there is no limit.
    """
    signed_up = queries.sign_ups_by_state(models.Session.event_id == event.id)
    held = places.hold_sessions(signed_up)
    now = clock.now()
    for one in queries.live_sign_ups_for(held):
        session = after.session_by_id.get(one.session_id)
        gone = session is None or one.session_id not in after.slots_by_session
        if session is None or gone or not can_follow(one.registration.category.attendance, session):
            end(one, LeftBy.SESSION, now)
    _fill(event, after, held)


def _end(event_id: int, sign_ups: Collection[SignUp], by: LeftBy) -> None:
    """End these, and fill what became free. What was read before the locks is read again under them."""
    if not sign_ups:
        return
    places.hold_programme(event_id)
    held = places.hold_sessions({one.session_id for one in sign_ups})
    now, wanted = clock.now(), {one.id for one in sign_ups}
    for one in queries.live_sign_ups_of({one.registration_id for one in sign_ups}):
        if one.id in wanted:
            end(one, by, now)
    programme = releases.latest(event_id)
    if programme is not None:
        _fill(db.session.get_one(Event, event_id), programme, held)


def _fill(event: Event, programme: Programme, sessions: Mapping[int, models.Session]) -> None:
    now = clock.now()
    for session in sessions.values():
        fill(Held(event, programme, session, now))
