"""The programme as one registered person reads it: each session with star, place, queue and link to join."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from congress.agenda import queries
from congress.agenda.busy import overlap
from congress.agenda.enums import LIVE, SignUpState
from congress.agenda.permissions import can_follow, has_begun, is_over, may_join
from congress.agenda.places import Places, places_of
from congress.agenda.queries import Picked
from congress.core import clock
from congress.programme.snapshot import Programme, Session, Slot
from congress.programme.timetable import Entry, entry_of
from congress.registration.models import Registration


class Offer(StrEnum):
    """What a person can do about a place in a session."""

    NONE = "none"
    SIGN_UP = "sign_up"
    QUEUE = "queue"
    LEAVE = "leave"
    HELD = "held"
    CLOSED = "closed"
    ON_SITE_ONLY = "on_site_only"


@dataclass(frozen=True, slots=True)
class Row:
    """A slot as its reader sees it. `places` only where one signs up; `clashes`: what the person picked beside it."""

    entry: Entry
    session: Session
    starred: bool
    state: SignUpState | None
    offer: Offer
    places: Places | None
    position: int | None
    join_url: str
    clashes: tuple[Entry, ...] = ()

    @property
    def is_picked(self) -> bool:
        """Whether it is in the personal agenda."""
        return self.starred or self.state in LIVE


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everything that the pages of one person need to know of it, read at once."""

    registration: Registration
    programme: Programme
    picked: Mapping[int, Picked]
    places: Mapping[int, Places]
    positions: Mapping[int, int]
    now: dt.datetime

    def rows(self, entries: Iterable[Entry]) -> list[Row]:
        """The sessions among these entries with what this person has to do with each."""
        return [self._row(entry, entry.session) for entry in entries if entry.session]

    def mine(self) -> list[Row]:
        """What was picked and takes place, in the order of time; each with what else was picked at that time."""
        slots = (slot for slot in self.programme.live_slots if slot.session_id in self.picked)
        entries = [entry_of(self.programme, slot) for slot in slots]
        return [replace(row, clashes=tuple(_beside(row.entry.slot, entries))) for row in self.rows(entries)]

    def gone(self) -> list[Session]:
        """What was starred and has left the programme since."""
        known, live = self.programme.session_by_id, self.programme.slots_by_session
        return [known[one] for one in self.picked if one in known and one not in live]

    def _row(self, entry: Entry, session: Session) -> Row:
        picked = self.picked.get(session.id)
        return Row(
            entry=entry,
            session=session,
            starred=bool(picked and picked.starred),
            state=picked.state if picked else None,
            offer=self._offer(session, picked),
            places=self.places.get(session.id),
            position=self.positions.get(session.id),
            join_url=(session.join_url or "") if picked and may_join(session, picked) else "",
        )

    def _offer(self, session: Session, picked: Picked | None) -> Offer:
        slots = self.programme.slots_by_session.get(session.id, ())
        if picked and picked.state in LIVE:
            return Offer.HELD if is_over(slots, self.now) else Offer.LEAVE
        if session.id not in self.places:
            return Offer.NONE
        if not can_follow(self.registration.category.attendance, session):
            return Offer.ON_SITE_ONLY
        if has_begun(slots, self.now):
            return Offer.CLOSED
        return Offer.QUEUE if self.places[session.id].is_full else Offer.SIGN_UP


def agenda_of(registration: Registration, programme: Programme) -> Agenda:
    """What a registration picked from the programme of its event; it comes with its category."""
    return Agenda(
        registration=registration,
        programme=programme,
        picked={one.session_id: one for one in queries.picked_sessions([registration.id])},
        places=places_of(programme),
        positions=queries.positions_of(registration.id),
        now=clock.now(),
    )


def _beside(slot: Slot, entries: Iterable[Entry]) -> Iterable[Entry]:
    return (one for one in entries if one.slot.session_id != slot.session_id and overlap(slot, one.slot))
