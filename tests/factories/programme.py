"""Programmes: tracks, rooms, sessions with speakers and slots, and releases of them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from congress.core import clock
from congress.core.actors import SYSTEM, acting_as
from congress.core.addresses import address_key
from congress.core.tokens import new_link
from congress.events.models import Event, Room
from congress.extensions import db
from congress.programme.codes import new_code, new_guid
from congress.programme.enums import SessionState, SlotKind
from congress.programme.links import SPEAKER
from congress.programme.models import Release, Session, SessionFormat, SessionSpeaker, Slot, Speaker, Track
from congress.programme.services.drafting import draft_changed
from congress.programme.services.releasing import release, suggested_name

_counter = itertools.count(1)


def make_room(event: Event, **values: Any) -> Room:
    """A room for 50 people."""
    number = next(_counter)
    room = Room(
        **({"event_id": event.id, "name": {"fr": f"Salle {number}", "en": f"Room {number}"}, "capacity": 50} | values)
    )
    db.session.add(room)
    db.session.flush()
    return room


def make_track(event: Event, **values: Any) -> Track:
    """A blue track."""
    number = next(_counter)
    name = {"fr": f"Parcours {number}", "en": f"Track {number}"}
    track = Track(**({"event_id": event.id, "name": name, "colour": "#1f5fa8"} | values))
    db.session.add(track)
    db.session.flush()
    return track


def make_format(event: Event, minutes: int = 30, **values: Any) -> SessionFormat:
    """A format of half an hour."""
    number = next(_counter)
    name = {"fr": f"Format {number}", "en": f"Format {number}"}
    made = SessionFormat(**({"event_id": event.id, "name": name, "minutes": minutes} | values))
    db.session.add(made)
    db.session.flush()
    return made


def make_speaker(event: Event, **values: Any) -> Speaker:
    """A speaker with a mailbox."""
    number = next(_counter)
    now = clock.now()
    email = values.pop("email", f"speaker{number}@example.org")
    salt, digest = new_link(SPEAKER)
    defaults: dict[str, Any] = {
        "event_id": event.id,
        "guid": new_guid(),
        "code": new_code(),
        "given_name": "Ada",
        "family_name": f"Lovelace {number}",
        "email": email,
        "email_key": address_key(email) if email else None,
        "organisation": "Institut inventé",
        "link_salt": salt,
        "link_hash": digest,
        "created_at": now,
        "changed_at": now,
    }
    speaker = Speaker(**(defaults | values))
    db.session.add(speaker)
    db.session.flush()
    return speaker


def make_session(event: Event, speakers: Sequence[Speaker] = (), **values: Any) -> Session:
    """A confirmed session without a slot."""
    number = next(_counter)
    now = clock.now()
    defaults: dict[str, Any] = {
        "event_id": event.id,
        "guid": new_guid(),
        "code": new_code(),
        "state": SessionState.CONFIRMED,
        "title": {"fr": f"Session {number}", "en": f"Session {number}"},
        "abstract": {"fr": "Un résumé.", "en": "An abstract."},
        "created_at": now,
        "changed_at": now,
    }
    session = Session(**(defaults | values))
    db.session.add(session)
    db.session.flush()
    for position, speaker in enumerate(speakers):
        db.session.add(SessionSpeaker(session_id=session.id, speaker_id=speaker.id, position=position))
    db.session.flush()
    return session


def make_slot(
    event: Event, session: Session | None = None, room: Room | None = None, *, hour: float = 9, **values: Any
) -> Slot:
    """Half an hour, `hour` hours after the midnight (UTC) of the event's first day; without a session a break."""
    midnight = event.starts_at.replace(hour=0, minute=0, second=0, microsecond=0)
    start = values.pop("starts_at", midnight + dt.timedelta(hours=hour))
    defaults: dict[str, Any] = {
        "event_id": event.id,
        "guid": new_guid(),
        "kind": SlotKind.SESSION if session else SlotKind.BREAK,
        "session_id": session.id if session else None,
        "room_id": room.id if room else None,
        "title": {} if session else {"fr": "Pause café", "en": "Coffee break"},
        "starts_at": start,
        "ends_at": start + dt.timedelta(minutes=values.pop("minutes", 30)),
    }
    slot = Slot(**(defaults | values))
    db.session.add(slot)
    db.session.flush()
    return slot


def make_release(event: Event, name: str | None = None, *, tell_speakers: bool = False) -> Release:
    """Publish the draft as it is now."""
    version = draft_changed(event).draft_version
    with acting_as(SYSTEM):  # not whoever sent the request before
        return release(event, name or suggested_name(event), {}, version, tell_speakers=tell_speakers)


def make_programme(event: Event, sessions: int = 3) -> list[Session]:
    """A released programme in one room: sessions of half an hour from 9:00 UTC on, one speaker each."""
    room, track = make_room(event), make_track(event)
    made = []
    for number in range(sessions):
        session = make_session(event, [make_speaker(event)], track_id=track.id)
        make_slot(event, session, room, hour=9 + number / 2)
        made.append(session)
    make_release(event)
    return made
