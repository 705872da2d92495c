"""What the draft has already, found by what a file may call it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.core.addresses import address_key
from congress.events.models import Event, Room
from congress.events.queries import rooms_of
from congress.extensions import db
from congress.programme import queries
from congress.programme.imports.values import Entry, Person
from congress.programme.models import Session, SessionFormat, Slot, Speaker, Track

Named = TypeVar("Named", Room, Track, SessionFormat)


def folded(name: str) -> str:
    """Names are the same whatever their case and spacing."""
    return " ".join(name.casefold().split())


class Known:
    """The draft of one event, loaded once."""

    def __init__(self, event: Event) -> None:
        self._sessions = sessions_of(event)
        self.rooms = list(rooms_of(event))
        self.tracks, self.formats = queries.tracks_of(event), queries.formats_of(event)
        self.speakers = list(db.session.scalars(sa.select(Speaker).where(Speaker.event_id == event.id)))
        pauses = sa.select(Slot.guid).where(Slot.event_id == event.id, Slot.session_id.is_(None))
        self._pauses = frozenset(db.session.scalars(pauses))
        self._slots = {slot.guid: slot for session in self._sessions for slot in session.slots}
        self._by_id = {session.id: session for session in self._sessions}
        self._by_guid = {session.guid: session for session in self._sessions}
        self._by_code = {session.code: session for session in self._sessions}
        self._names = {room.id: {folded(name) for name in room.name.values()} for room in self.rooms}
        self._people: dict[str, Speaker] = {}
        for speaker in reversed(self.speakers):
            self.meet(speaker)

    def meet(self, speaker: Speaker) -> None:
        """A speaker who can be found from now on."""
        for key in (
            speaker.guid,
            speaker.email_key and f"mail {speaker.email_key}",
            f"name {folded(speaker.full_name)}",
        ):
            if key:
                self._people[key] = speaker

    def session(self, entries: Iterable[Entry]) -> Session | None:
        """The session that these rows are about."""
        for entry in entries:
            slot = self._slots.get(entry.guid or "")
            if slot is not None:
                return self._by_id[slot.session_id or 0]
        for entry in entries:
            found = self._by_guid.get(entry.guid or "") or self._by_code.get(entry.code or "")
            if found is not None:
                return found
        return None

    def slot(self, entry: Entry, session: Session | None) -> Slot | None:
        """The time that this row is about: by its GUID; without one, the same time, or the only time there is."""
        if entry.guid in self._slots:
            return self._slots[entry.guid or ""]
        if session is None or entry.guid is not None:
            return None
        same = [slot for slot in session.slots if slot.starts_at == entry.starts_at]
        return next(iter(same), session.slots[0] if len(session.slots) == 1 else None)

    def is_pause(self, entry: Entry) -> bool:
        """Whether this row has the GUID of a break or blocker, which no session can take."""
        return entry.guid in self._pauses

    def room(self, name: str, guid: str | None = None) -> Room | None:
        """A room by what it is called, else by its GUID."""
        return _named(self.rooms, name) or next((one for one in self.rooms if guid and one.guid == guid), None)

    def is_room(self, name: str, room_id: int | None) -> bool:
        """Whether a room is called so; no name is no room."""
        return folded(name) in self._names.get(room_id or 0, {""})

    def track(self, name: str) -> Track | None:
        """A track by its name in any language."""
        return _named(self.tracks, name)

    def format(self, name: str) -> SessionFormat | None:
        """A format by its name in any language."""
        return _named(self.formats, name)

    def speaker(self, person: Person) -> Speaker | None:
        """A speaker by GUID, else by address, else by name."""
        if person.guid and person.guid in self._people:
            return self._people[person.guid]
        if person.email:
            return self._people.get(f"mail {address_key(person.email)}")
        return self._people.get(f"name {folded(person.name)}")


def _named(rows: Iterable[Named], name: str) -> Named | None:
    wanted = folded(name)
    return next((row for row in rows if wanted in {folded(one) for one in row.name.values()}), None)


def sessions_of(event: Event) -> list[Session]:
    """Every session of the draft with all that a file tells of it."""
    return list(
        db.session.scalars(
            sa.select(Session)
            .where(Session.event_id == event.id)
            .options(
                joinedload(Session.format),
                joinedload(Session.track),
                selectinload(Session.speakers),
                selectinload(Session.materials),
                selectinload(Session.slots),
            )
            .order_by(Session.id)
        )
    )
