"""Bringing a schedule from elsewhere into the draft: all of it or nothing, and nothing the second time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from congress.audit.services import apply_changes
from congress.core import clock, storage
from congress.core.addresses import address_key
from congress.core.tokens import new_link
from congress.events.models import Event, Room
from congress.events.services.pages import lock_event, note
from congress.events.services.rooms import add_room
from congress.extensions import db
from congress.programme.codes import new_code, new_guid
from congress.programme.enums import MaterialKind, SessionState, SlotKind
from congress.programme.errors import PlanChanged
from congress.programme.imports.known import Known
from congress.programme.imports.plans import Plan, SessionPlan, SlotPlan, plan
from congress.programme.imports.values import Contents, Link, Person
from congress.programme.links import SPEAKER
from congress.programme.models import Material, Session, SessionFormat, SessionSpeaker, Slot, Speaker, Track
from congress.programme.services.drafting import draft_changed, lock_programme

FOLDER = "imports"
KEPT = dt.timedelta(hours=24)
COLOURS = ("#0b4f5c", "#8a3ffc", "#b28600", "#198038", "#da1e28", "#1192e8", "#9f1853", "#005d5d")
MINUTES, SHORTEST, LONGEST = 30, 5, 24 * 60
"""Of a format that a file brings: without a time, at least, at most."""


def keep_file(event: Event, content: bytes) -> str:
    """Keep an uploaded file until it is imported or a day has passed; returns its name."""
    name = f"{event.id}-{storage.new_name('schedule')}"
    (storage.folder(FOLDER) / name).write_bytes(content)
    return name


def kept_file(event: Event, name: str) -> bytes | None:
    """A file that was kept for this event; None when it is gone, or another event's."""
    path = storage.stored_file(FOLDER, name) if name.startswith(f"{event.id}-") else None
    return None if path is None else path.read_bytes()


def forget_files(event_id: int | None = None) -> None:
    """Delete the kept files of an event, or those of all events that are older than a day."""
    for path in storage.folder(FOLDER).glob("*.schedule" if event_id is None else f"{event_id}-*.schedule"):
        if event_id is not None or _age(path) > KEPT:
            path.unlink(missing_ok=True)


def preview(event: Event, contents: Contents) -> Plan:
    """What would change now; nothing is written."""
    return plan(contents, Known(event))


def import_schedule(event: Event, contents: Contents, digest: str, state: SessionState) -> Plan:
    """Write what was previewed. `state` is that of new sessions.

    Raises `PlanChanged` when the draft is no longer what the preview (`digest`) compared the file with.
    """
    event = lock_event(event)
    lock_programme(event)
    known = Known(event)
    made = plan(contents, known)
    if made.digest != digest or not made.can_be_applied:
        raise PlanChanged
    _Writer(event, known, made, state).write()
    draft_changed(event)
    note("programme.imported", event, after={"new": len(made.new), "changed": len(made.changed)})
    return made


class _Writer:
    """Writes one plan; what it names and the draft does not have is made on the way."""

    def __init__(self, event: Event, known: Known, made: Plan, state: SessionState) -> None:
        self._event, self._known, self._plan, self._state, self._now = event, known, made, state, clock.now()

    def write(self) -> None:
        """Rooms and tracks first, then the sessions."""
        for name, (guid, capacity) in self._plan.rooms.items():
            self._add_room(name, guid, capacity)
        for name, colour in self._plan.tracks.items():
            self._add_track(name, colour)
        for one in self._plan.sessions:
            if one.is_change:
                self._write(one)
        db.session.flush()

    def _write(self, one: SessionPlan) -> None:
        session = one.session or self._new_session(one)
        values: dict[str, Any] = one.texts | one.values
        if one.format is not None:
            values["format_id"] = self._format(one) if one.format else None
        if one.track is not None:
            track = self._known.track(one.track) or (self._add_track(one.track, None) if one.track else None)
            values["track_id"] = track.id if track else None
        _before, after = apply_changes(session, values)
        if one.people is not None and (one.is_new or "speakers" in one.changes):
            self._set_speakers(session, one.people)
        for position, link in enumerate(one.links):
            self._add_link(session, link, position)
        if after or one.is_new or one.changes:
            session.version = 1 if one.is_new else session.version + 1
            session.changed_at = self._now
        for slot in one.slots:
            if slot.changes:
                self._write_slot(session, slot)

    def _new_session(self, one: SessionPlan) -> Session:
        session = Session(
            event_id=self._event.id,
            guid=new_guid(),
            code=one.entry.code or new_code(),
            state=self._state,
            title=one.texts["title"],
            created_at=self._now,
            changed_at=self._now,
        )
        db.session.add(session)
        db.session.flush()
        return session

    def _write_slot(self, session: Session, one: SlotPlan) -> None:
        room = self._known.room(one.entry.room) if one.entry.room else None
        where = {"room_id": room.id if room else None} if one.entry.room is not None else {}
        when = {"starts_at": one.entry.starts_at, "ends_at": one.entry.ends_at}
        if one.slot is None:
            guid = one.entry.guid or new_guid()
            db.session.add(
                Slot(
                    event_id=self._event.id, guid=guid, kind=SlotKind.SESSION, session_id=session.id, **where, **when
                )
            )
            return
        apply_changes(one.slot, where | when)
        one.slot.version += 1

    def _format(self, one: SessionPlan) -> int:
        name = one.format or ""
        found = self._known.format(name)
        if found is None:
            found = SessionFormat(
                event_id=self._event.id, name=_named(name), minutes=_minutes(one), position=len(self._known.formats)
            )
            db.session.add(found)
            db.session.flush()
            self._known.formats.append(found)
        return found.id

    def _add_track(self, name: str, colour: str | None) -> Track:
        number = len(self._known.tracks)
        track = Track(
            event_id=self._event.id,
            name=_named(name),
            colour=colour or COLOURS[number % len(COLOURS)],
            position=number,
        )
        db.session.add(track)
        db.session.flush()
        self._known.tracks.append(track)
        return track

    def _add_room(self, name: str, guid: str | None, capacity: int | None) -> Room:
        room = add_room(self._event, _named(name), capacity)
        if guid:
            room.guid = guid
        self._known.rooms.append(room)
        return room

    def _set_speakers(self, session: Session, people: list[Person]) -> None:
        wanted = list(dict.fromkeys(self._speaker(person).id for person in people))
        links = {link.speaker_id: link for link in _links_of(session)}
        for speaker_id in links.keys() - set(wanted):
            db.session.delete(links[speaker_id])
        for position, speaker_id in enumerate(wanted):
            link = links.get(speaker_id) or SessionSpeaker(session_id=session.id, speaker_id=speaker_id)
            link.position = position
            db.session.add(link)
        db.session.flush()

    def _speaker(self, person: Person) -> Speaker:
        found = self._known.speaker(person)
        if found is not None:
            return found
        given, _space, family = person.name.rpartition(" ")
        salt, digest = new_link(SPEAKER)
        speaker = Speaker(
            event_id=self._event.id,
            guid=person.guid or new_guid(),
            code=new_code(),
            given_name=given,
            family_name=family,
            email=person.email,
            email_key=address_key(person.email) if person.email else None,
            biography=_named(person.biography) if person.biography else {},
            link_salt=salt,
            link_hash=digest,
            created_at=self._now,
            changed_at=self._now,
        )
        db.session.add(speaker)
        db.session.flush()
        self._known.meet(speaker)
        return speaker

    def _add_link(self, session: Session, link: Link, position: int) -> None:
        db.session.add(
            Material(
                session_id=session.id,
                kind=MaterialKind.LINK,
                label=link.label,
                url=link.url,
                position=position,
                created_at=self._now,
            )
        )


def _links_of(session: Session) -> list[SessionSpeaker]:
    return list(db.session.query(SessionSpeaker).where(SessionSpeaker.session_id == session.id))


def _named(name: str) -> dict[str, str]:
    """A name of a file is that of both languages until somebody translates it."""
    return {"fr": name, "en": name}


def _minutes(one: SessionPlan) -> int:
    times = ((slot.entry.starts_at, slot.entry.ends_at) for slot in one.slots)
    lengths = [(ends - starts) // dt.timedelta(minutes=1) for starts, ends in times if starts and ends]
    return min(LONGEST, max(SHORTEST, lengths[0])) if lengths else MINUTES


def _age(path: Path) -> dt.timedelta:
    return clock.now() - dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
