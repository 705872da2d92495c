"""Places in sessions: the one place that says how many there are, how many are taken, and that holds them still.

The capacity is the number that organisers gave to the session, as it stands now: it is a rule of theirs, not
something that the public reads, so that it counts from the moment it is saved. Without one, it is that of the room
in the latest release, the smallest where a session has several times; without any, there is no limit. Everybody who
signs up takes a place, on site or online.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from congress.agenda import queries
from congress.agenda.enums import SignUpState
from congress.events.models import Event
from congress.extensions import db
from congress.programme.models import Session
from congress.programme.snapshot import Programme


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one session; `capacity` None = no limit."""

    capacity: int | None
    confirmed: int
    waiting: int

    @property
    def free(self) -> int | None:
        """Places that somebody can take now."""
        return None if self.capacity is None else max(0, self.capacity - self.confirmed)

    @property
    def is_full(self) -> bool:
        """Whether the next one has to wait: also behind those who wait already."""
        return self.free == 0 or self.waiting > 0


def room_capacity(programme: Programme, session_id: int) -> int | None:
    """The places in the smallest of the released rooms of a session."""
    rooms = (programme.room_by_id.get(slot.room_id or 0) for slot in programme.slots_by_session.get(session_id, ()))
    return min((room.capacity for room in rooms if room and room.capacity is not None), default=None)


def capacity_of(programme: Programme, session_id: int, own: int | None) -> int | None:
    """The capacity of a released session; `own` is what its organisers set. One without sign-up has no limit."""
    session = programme.session_by_id[session_id]
    if not session.needs_sign_up:
        return None
    return room_capacity(programme, session_id) if own is None else own


def places_of(programme: Programme) -> Mapping[int, Places]:
    """The places of every live session with sign-up, by session. Two queries."""
    own = queries.own_capacities(programme.event_id)
    taken = queries.sign_ups_by_state(Session.event_id == programme.event_id)
    return {
        session.id: Places(
            capacity_of(programme, session.id, own.get(session.id)),
            taken.get(session.id, {}).get(SignUpState.CONFIRMED, 0),
            taken.get(session.id, {}).get(SignUpState.WAITING, 0),
        )
        for session in programme.live_sessions
        if session.needs_sign_up
    }


def places_in(programme: Programme, session: Session) -> Places:
    """The places of one session as they are now; hold its row first."""
    taken = queries.sign_ups_by_state(Session.id == session.id).get(session.id, {})
    return Places(
        capacity_of(programme, session.id, session.sign_up_capacity),
        taken.get(SignUpState.CONFIRMED, 0),
        taken.get(SignUpState.WAITING, 0),
    )


def hold_programme(event_id: int) -> None:
    """Let no release happen before the end of the transaction; first of all locks, as a release holds the event."""
    db.session.execute(sa.select(Event.id).where(Event.id == event_id).with_for_update(read=True, key_share=True))


def hold_sessions(session_ids: Collection[int]) -> Mapping[int, Session]:
    """The sessions as they are now, with their places held still until the end of the transaction.

    In the order of their ids, so that no two acts wait for each other. The lock lets stars pass (PostgreSQL; on
    SQLite a writing transaction is alone).
    """
    rows = db.session.scalars(
        sa.select(Session)
        .where(Session.id.in_(session_ids))
        .order_by(Session.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}
