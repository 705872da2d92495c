"""What is measured of programmes: 200 sessions in 8 rooms over 3 days, and 3,000 in 40 rooms over 20 days."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.tokens import new_link
from congress.events.models import Event, Room
from congress.events.services.pages import event_changed
from congress.extensions import db
from congress.programme.codes import new_code, new_guid
from congress.programme.conflicts import warnings_of
from congress.programme.days import days_of
from congress.programme.enums import SessionState, SlotKind
from congress.programme.links import SPEAKER
from congress.programme.models import Session, SessionSpeaker, Slot, Speaker
from tests.benchmarks.stage import RUNS, Stage, result
from tests.factories.events import make_event
from tests.factories.programme import make_format, make_release, make_track

Lines = Iterator[dict[str, Any]]
ABSTRACT = "Un résumé inventé, assez long pour ressembler à ceux que l’on reçoit. " * 6
KINDS = ("xml", "json", "csv", "xlsx", "xcal")


@dataclass(frozen=True)
class Size:
    """How large a programme is; the rooms take turns, two sessions share a speaker at most."""

    sessions: int
    rooms: int
    days: int
    speakers: int


NORMAL = Size(sessions=200, rooms=8, days=3, speakers=120)
LARGE = Size(sessions=3000, rooms=40, days=20, speakers=1500)


def programme(stage: Stage) -> Lines:
    """The public day page, the event's feed and the exports of a congress."""
    event = _released(stage, NORMAL)
    path = f"/fr/events/{event.slug}/programme/{event.day}/"
    headers = {"Accept-Encoding": "gzip"}
    yield result("page.programme.size", "kB", [len(stage.get(path, headers)[1]) / 1000])
    yield stage.rate("page.programme", path, headers, "200")
    yield stage.rate("page.programme.304", path, headers | {"If-None-Match": stage.tag(path)}, "304")
    feed = f"/calendars/events/{event.slug}/programme.fr.ics"
    yield _cold(stage, "feed.event", feed, event.id)
    yield stage.rate("feed.event.304", feed, headers | {"If-None-Match": stage.tag(feed)}, "304")
    for kind in ("xml", "json"):
        yield _cold(stage, f"schedule.{kind}", f"/fr/events/{event.slug}/programme/schedule.{kind}", event.id)


def large(stage: Stage) -> Lines:
    """The same with 3,000 sessions: a day's first byte, the warnings of the draft, every export."""
    event = _released(stage, LARGE)
    yield _cold(stage, "big.day", f"/fr/events/{event.slug}/programme/{event.day}/", event.id)
    yield result("big.conflicts", "ms", _warnings(stage, event.id)[1:])
    seconds = []
    for run in range(RUNS + 1):
        _outdate(stage, event.id)
        began = time.perf_counter()
        for kind in KINDS:
            stage.get(f"/fr/events/{event.slug}/programme/schedule.{kind}")
        if run:
            seconds.append(time.perf_counter() - began)
    yield result("big.export", "s", seconds)


@dataclass(frozen=True)
class _Made:
    id: int
    slug: str
    day: str


def _released(stage: Stage, size: Size) -> _Made:
    """A released programme of this size; the first day is the one that is looked at."""
    with stage.writing():
        start = (clock.now() + dt.timedelta(days=30)).replace(hour=6, minute=0, second=0, microsecond=0)
        event = make_event(
            slug=f"bench-{uuid.uuid4().hex[:8]}",
            starts_at=start,
            ends_at=start + dt.timedelta(days=size.days - 1, hours=14),
        )
        _fill(event, size)
        make_release(event)
        return _Made(event.id, event.slug, days_of(event)[0].isoformat())


def _fill(event: Event, size: Size) -> None:
    track, kind = make_track(event), make_format(event)
    rooms = _ids(
        Room, [{"event_id": event.id, "name": _both(f"Salle {n}"), "guid": new_guid()} for n in range(size.rooms)]
    )
    speakers = _ids(Speaker, [_speaker(event, number) for number in range(size.speakers)])
    sessions = _ids(Session, [_session(event, number, track.id, kind.id) for number in range(size.sessions)])
    links = [
        {"session_id": session, "speaker_id": speakers[number % len(speakers)], "position": 0}
        for number, session in enumerate(sessions)
    ]
    db.session.execute(sa.insert(SessionSpeaker), links)
    per_day = -(-size.sessions // size.days)
    slots = [_slot(event, session, rooms, *divmod(number, per_day)) for number, session in enumerate(sessions)]
    db.session.execute(sa.insert(Slot), slots)


def _ids(table: Any, rows: list[dict[str, Any]]) -> list[int]:
    return list(db.session.scalars(sa.insert(table).returning(table.id, sort_by_parameter_order=True), rows))


def _speaker(event: Event, number: int) -> dict[str, Any]:
    salt, digest = new_link(SPEAKER)
    return {
        "event_id": event.id,
        "guid": new_guid(),
        "code": new_code(),
        "given_name": f"Prénom{number % 97}",
        "family_name": f"Nom{number:05d}",
        "organisation": "Institut inventé",
        "link_salt": salt,
        "link_hash": digest,
        "created_at": clock.now(),
        "changed_at": clock.now(),
    }


def _session(event: Event, number: int, track_id: int, format_id: int) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "guid": new_guid(),
        "code": f"{number:05d}A",
        "state": SessionState.CONFIRMED,
        "title": _both(f"Une session au titre vraisemblable, numéro {number}"),
        "abstract": _both(ABSTRACT),
        "track_id": track_id,
        "format_id": format_id,
        "created_at": clock.now(),
        "changed_at": clock.now(),
    }


def _slot(event: Event, session_id: int, rooms: list[int], day: int, place: int) -> dict[str, Any]:
    """The rooms fill up side by side, every 45 minutes."""
    starts_at = event.starts_at + dt.timedelta(days=day, minutes=45 * (place // len(rooms)))
    return {
        "event_id": event.id,
        "guid": new_guid(),
        "kind": SlotKind.SESSION,
        "session_id": session_id,
        "room_id": rooms[place % len(rooms)],
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(minutes=30),
    }


def _both(text: str) -> dict[str, str]:
    return {"fr": text, "en": text}


def _warnings(stage: Stage, event_id: int) -> list[float]:
    """Milliseconds to read the draft and to find what is wrong with it."""
    values = []
    for _run in range(RUNS + 1):
        with stage.writing():
            event = db.session.get_one(Event, event_id)
            began = time.perf_counter()
            warnings_of(event)
            values.append((time.perf_counter() - began) * 1000)
    return values


def _cold(stage: Stage, name: str, path: str, event_id: int) -> dict[str, Any]:
    """Milliseconds of one request after something changed, so that nothing kept can be used."""
    values = []
    for _run in range(RUNS + 1):
        _outdate(stage, event_id)
        began = time.perf_counter()
        stage.get(path)
        values.append((time.perf_counter() - began) * 1000)
    return result(name, "ms", values[1:])


def _outdate(stage: Stage, event_id: int) -> None:
    """As after a change of the event: its pages and its calendars are to be built again."""
    with stage.writing():
        event = db.session.get_one(Event, event_id)
        event.calendar_version += 1
        event_changed(event)
