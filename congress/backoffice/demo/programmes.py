"""Programmes of the demo: three days in eight rooms for the congress, a day or two in three rooms for each stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from congress.agenda.enums import SignUpState
from congress.agenda.models import SignUp, Star
from congress.backoffice.demo.facts import both, facts, programme
from congress.backoffice.demo.people import Crowd
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.tokens import new_link
from congress.events.enums import EventFormat
from congress.events.models import Event, Room
from congress.extensions import db
from congress.programme.codes import new_code, new_guid
from congress.programme.days import days_of
from congress.programme.enums import Participation, SessionState, SlotKind
from congress.programme.links import SPEAKER
from congress.programme.models import Session, SessionFormat, SessionSpeaker, Slot, Speaker, Track
from congress.programme.services.drafting import draft_changed
from congress.programme.services.releasing import release
from congress.registration.enums import Attendance, RegistrationStatus
from congress.registration.models import Category, Registration

WORKSHOP_ROOMS, WORKSHOP_PLACES = 2, 20
HOSTS = 4
STARS_EACH = 3
WAITING = 4


def make_congress_programme(event: Event, crowd: Crowd) -> None:
    """200 sessions by 120 speakers; two releases and a change that is not released yet."""
    maker = _Maker(event, crowd, _replace_rooms(event), speakers=120)
    sessions = maker.make(limit=200)
    _release(event, "1.0", {"fr": "Première version.", "en": "First version."})
    _move_some(sessions)
    _release(
        event,
        "1.1",
        {"fr": "Une plus tard, deux autres salles, une annulée.", "en": "One later, two other rooms, one cancelled."},
    )
    _move(sessions[40], minutes=5)
    draft_changed(event)
    _pick(event, crowd)


def make_stage_programme(event: Event, crowd: Crowd) -> None:
    """A smaller one: the rooms that the stage has, the last one for workshops."""
    rooms = list(db.session.scalars(sa.select(Room).where(Room.event_id == event.id).order_by(Room.position)))
    _Maker(event, crowd, rooms, speakers=14 * len(days_of(event)), workshop_rooms=1).make()
    _release(event, "1.0", {"fr": "Première version.", "en": "First version."})
    _pick(event, crowd)


def _pick(event: Event, crowd: Crowd) -> None:
    """Stars of some people, and one workshop that is full, with people waiting."""
    people = _confirmed(event)
    sessions = list(
        db.session.scalars(
            sa.select(Session)
            .where(Session.event_id == event.id, Session.state == SessionState.CONFIRMED)
            .order_by(Session.id)
        )
    )
    now = clock.now()
    stars = [
        {"registration_id": person, "session_id": session.id, "created_at": now}
        for person in people[:60]
        for session in crowd.chance.sample(sessions, STARS_EACH)
    ]
    db.session.execute(sa.insert(Star), stars)
    workshop = next(session for session in sessions if session.needs_sign_up)
    rows = [
        {
            "registration_id": person,
            "session_id": workshop.id,
            "state": SignUpState.CONFIRMED if number < WORKSHOP_PLACES else SignUpState.WAITING,
            "queued_at": now + dt.timedelta(seconds=number),
            "created_at": now,
            "changed_at": now,
        }
        for number, person in enumerate(people[-(WORKSHOP_PLACES + WAITING) :])
    ]
    db.session.execute(sa.insert(SignUp), rows)


class _Maker:
    """Fills the days of one event with sessions."""

    def __init__(
        self, event: Event, crowd: Crowd, rooms: list[Room], *, speakers: int, workshop_rooms: int = WORKSHOP_ROOMS
    ) -> None:
        self._event, self._crowd, self._now, self._zone = event, crowd, clock.now(), ZoneInfo(event.zone)
        self._rooms, self._workshop_rooms = rooms[:-workshop_rooms], rooms[-workshop_rooms:]
        self._tracks = self._add(Track, programme()["tracks"])
        formats = programme()["formats"]
        self._formats = dict(zip(formats, self._add(SessionFormat, formats.values()), strict=True))
        people = self._make_speakers(speakers)
        # Two lots, each in turn: a workshop lasts as long as three talks, and nobody is in two places.
        self._of_workshops, self._of_talks = cycle(people[:HOSTS]), cycle(people[HOSTS:])
        self._titles = {kind: cycle(titles) for kind, titles in programme()["titles"].items()}
        self._domains = cycle(
            [{"fr": fr, "en": en} for fr, en in zip(facts()["domains"]["fr"], facts()["domains"]["en"], strict=True)]
        )
        self._numbers = iter(range(100_000))

    def make(self, limit: int | None = None) -> list[Session]:
        """The sessions of all days, with breaks between them."""
        found = list(islice(self._plan(), limit))
        sessions = [self._session(kind) for kind, *_where in found]
        db.session.add_all(sessions)
        db.session.flush()
        for session, (kind, room, starts_at, minutes) in zip(sessions, found, strict=True):
            people = self._of_workshops if kind == "workshop" else self._of_talks
            self._schedule(session, room, starts_at, minutes, islice(people, 2 if kind == "panel" else 1))
        for day in days_of(self._event):
            self._make_breaks(day)
        db.session.flush()
        return sessions

    def _plan(self) -> Iterator[tuple[str, Room, dt.datetime, int]]:
        """What takes place where and when: kind, room, start, minutes."""
        plan, formats = programme(), programme()["formats"]
        for day in days_of(self._event):
            opening = plan["plenary"]
            yield "plenary", self._rooms[0], self._at(day, opening["from"]), opening["minutes"]
            for place, time in enumerate(plan["talks"]):
                for number, room in enumerate(self._rooms):
                    kind = "panel" if (place + number) % 9 == 8 else "talk"  # noqa: PLR2004 (now and then)
                    yield kind, room, self._at(day, time), formats[kind]["minutes"]
            for time in plan["workshops"]:
                for room in self._workshop_rooms:
                    yield "workshop", room, self._at(day, time), formats["workshop"]["minutes"]

    def _session(self, kind: str) -> Session:
        number, domain = next(self._numbers), next(self._domains)
        words = {"domain": domain, "Domain": {code: text[:1].upper() + text[1:] for code, text in domain.items()}}
        online = self._event.format is not EventFormat.ON_SITE and kind != "workshop" and number % 5 == 0
        return Session(
            event_id=self._event.id,
            guid=new_guid(),
            code=new_code(),
            state=SessionState.CONFIRMED,
            title=both(next(self._titles[kind]), **words),
            abstract=both(programme()["abstract"], domain=domain),
            format_id=self._formats[kind].id,
            track_id=self._tracks[number % len(self._tracks)].id,
            language="en" if number % 4 == 3 else "fr",  # noqa: PLR2004 (a quarter)
            participation=Participation.BOTH if online else Participation.ON_SITE,
            join_url=f"https://visio.example/{self._event.slug}/{number}" if online else None,
            is_recorded=kind in {"plenary", "panel"},
            needs_sign_up=kind == "workshop",
            sign_up_capacity=WORKSHOP_PLACES if kind == "workshop" else None,
            created_at=self._now,
            changed_at=self._now,
        )

    def _schedule(
        self, session: Session, room: Room, starts_at: dt.datetime, minutes: int, speakers: Iterable[Speaker]
    ) -> None:
        for position, speaker in enumerate(speakers):
            db.session.add(SessionSpeaker(session_id=session.id, speaker_id=speaker.id, position=position))
        self._add_slot(SlotKind.SESSION, starts_at, minutes, session_id=session.id, room_id=room.id)

    def _make_breaks(self, day: dt.date) -> None:
        for row in programme()["breaks"]:
            starts_at, ends_at = self._at(day, row["from"]), self._at(day, row["to"])
            minutes = (ends_at - starts_at) // dt.timedelta(minutes=1)
            self._add_slot(SlotKind.BREAK, starts_at, minutes, title=row["title"])

    def _add_slot(self, kind: SlotKind, starts_at: dt.datetime, minutes: int, **values: Any) -> None:
        ends_at = starts_at + dt.timedelta(minutes=minutes)
        db.session.add(
            Slot(event_id=self._event.id, guid=new_guid(), kind=kind, starts_at=starts_at, ends_at=ends_at, **values)
        )

    def _make_speakers(self, count: int) -> list[Speaker]:
        made = [self._speaker(self._crowd.person("speaker")) for _number in range(count)]
        db.session.add_all(made)
        db.session.flush()
        return made

    def _speaker(self, person: Any) -> Speaker:
        salt, digest = new_link(SPEAKER)
        return Speaker(
            event_id=self._event.id,
            guid=new_guid(),
            code=new_code(),
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email,
            email_key=address_key(person.email),
            organisation=person.organisation,
            job_title=person.job_title,
            biography=both(programme()["biography"], job=person.job_title, organisation=person.organisation),
            language=person.language,
            link_salt=salt,
            link_hash=digest,
            created_at=self._now,
            changed_at=self._now,
        )

    def _add(self, table: Any, rows: Any) -> list[Any]:
        made = [table(event_id=self._event.id, position=position, **row) for position, row in enumerate(rows)]
        db.session.add_all(made)
        db.session.flush()
        return made

    def _at(self, day: dt.date, time: str) -> dt.datetime:
        return dt.datetime.combine(day, dt.time.fromisoformat(time), self._zone).astimezone(dt.UTC)


def _replace_rooms(event: Event) -> list[Room]:
    """The congress has rooms of its own."""
    db.session.execute(sa.delete(Room).where(Room.event_id == event.id))
    rooms = [Room(event_id=event.id, position=place, **row) for place, row in enumerate(programme()["rooms"])]
    db.session.add_all(rooms)
    db.session.flush()
    return rooms


def _move_some(sessions: list[Session]) -> None:
    """One begins later, two change rooms, and one is cancelled."""
    _move(sessions[10], minutes=5)
    first, second = _slot_of(sessions[25]), _slot_of(sessions[26])
    first.room_id, second.room_id = second.room_id, first.room_id
    sessions[30].state = SessionState.CANCELLED
    db.session.flush()


def _move(session: Session, *, minutes: int) -> None:
    slot = _slot_of(session)
    slot.starts_at += dt.timedelta(minutes=minutes)
    slot.ends_at += dt.timedelta(minutes=minutes)
    db.session.flush()


def _slot_of(session: Session) -> Slot:
    return db.session.scalars(sa.select(Slot).where(Slot.session_id == session.id)).one()


def _release(event: Event, name: str, comment: dict[str, str]) -> None:
    release(event, name, comment, draft_changed(event).draft_version, tell_speakers=False)


def _confirmed(event: Event) -> list[int]:
    """Those who come in person, by id."""
    found = (
        sa.select(Registration.id)
        .join(Category, Category.id == Registration.category_id)
        .where(
            Registration.event_id == event.id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Category.attendance == Attendance.ON_SITE,
        )
        .order_by(Registration.id)
    )
    return list(db.session.scalars(found))
