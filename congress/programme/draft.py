"""The draft as it would be released now: confirmed sessions that have a time, with what the release before knew.

A slot keeps its calendar identity from release to release: SEQUENCE grows when time, place or status change
(RFC 5545 §3.8.7.4), LAST-MODIFIED moves with anything shown. What left stays, marked with the moment it left.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.events import queries as events
from congress.events.models import Event
from congress.extensions import db
from congress.programme import models, queries, snapshot
from congress.programme.enums import SessionState, SlotKind


def draft_programme(
    event: Event, before: snapshot.Programme | None, number: int, name: str, now: dt.datetime
) -> snapshot.Programme:
    """What a release made now would hold; `before` is the latest release."""
    slots = _slots(event)
    sessions = _sessions(event, {slot.session_id for slot in slots})
    rooms = tuple(
        snapshot.Room(id=one.id, guid=one.guid, name=one.name, capacity=one.capacity)
        for one in events.rooms_of(event)
    )
    tracks = tuple(snapshot.Track(id=one.id, name=one.name, colour=one.colour) for one in queries.tracks_of(event))
    speakers = _speakers(event, {one for session in sessions for one in session.speaker_ids})
    made = snapshot.Programme(
        event_id=event.id,
        number=number,
        name=name,
        released_at=now,
        rooms=rooms,
        tracks=tracks,
        speakers=speakers,
        sessions=sessions,
        slots=tuple(_as_released(slot, now) for slot in slots),
    )
    return made if before is None else _continued(made, before, now)


def _slots(event: Event) -> list[models.Slot]:
    """Breaks, and slots of confirmed sessions; blockers are nobody's business."""
    return list(
        db.session.scalars(
            sa.select(models.Slot)
            .outerjoin(models.Session, models.Session.id == models.Slot.session_id)
            .where(
                models.Slot.event_id == event.id,
                sa.or_(models.Slot.kind == SlotKind.BREAK, models.Session.state == SessionState.CONFIRMED),
            )
            .order_by(models.Slot.starts_at, models.Slot.id)
        )
    )


def _sessions(event: Event, scheduled: set[int | None]) -> tuple[snapshot.Session, ...]:
    found = db.session.scalars(
        sa.select(models.Session)
        .where(models.Session.event_id == event.id, models.Session.state == SessionState.CONFIRMED)
        .options(joinedload(models.Session.format))
        .order_by(models.Session.id)
    )
    speakers, materials = _speaker_ids(event), _materials(event)
    return tuple(
        _as_session(one, tuple(speakers[one.id]), tuple(materials[one.id])) for one in found if one.id in scheduled
    )


def _as_session(
    one: models.Session, speaker_ids: tuple[int, ...], materials: tuple[snapshot.Material, ...]
) -> snapshot.Session:
    return snapshot.Session(
        id=one.id,
        guid=one.guid,
        code=one.code,
        title=one.title,
        subtitle=one.subtitle,
        abstract=one.abstract,
        format=one.format.name if one.format else {},
        track_id=one.track_id,
        language=one.language,
        level=one.level,
        participation=one.participation,
        is_recorded=one.is_recorded,
        needs_sign_up=one.needs_sign_up,
        join_url=one.join_url,
        speaker_ids=speaker_ids,
        materials=materials,
    )


def _speaker_ids(event: Event) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    link = models.SessionSpeaker
    rows = db.session.execute(
        sa.select(link.session_id, link.speaker_id)
        .join(models.Session, models.Session.id == link.session_id)
        .where(models.Session.event_id == event.id)
        .order_by(link.session_id, link.position, link.speaker_id)
    )
    for session_id, speaker_id in rows:
        found[session_id].append(speaker_id)
    return found


def _materials(event: Event) -> Mapping[int, list[snapshot.Material]]:
    found: dict[int, list[snapshot.Material]] = defaultdict(list)
    rows = db.session.scalars(
        sa.select(models.Material)
        .join(models.Session, models.Session.id == models.Material.session_id)
        .where(models.Session.event_id == event.id)
        .order_by(models.Material.position, models.Material.id)
    )
    for one in rows:
        found[one.session_id].append(
            snapshot.Material(
                id=one.id, kind=one.kind, label=one.label, url=one.url, file_name=one.file_name, bytes=one.bytes
            )
        )
    return found


def _speakers(event: Event, wanted: set[int]) -> tuple[snapshot.Speaker, ...]:
    found = db.session.scalars(
        sa.select(models.Speaker).where(models.Speaker.event_id == event.id).order_by(models.Speaker.id)
    )
    return tuple(
        snapshot.Speaker(
            id=one.id,
            guid=one.guid,
            code=one.code,
            given_name=one.given_name,
            family_name=one.family_name,
            organisation=one.organisation,
            job_title=one.job_title,
            biography=one.biography,
            photo=one.photo_name,
        )
        for one in found
        if one.id in wanted
    )


def _as_released(slot: models.Slot, now: dt.datetime) -> snapshot.Slot:
    return snapshot.Slot(
        id=slot.id,
        guid=slot.guid,
        kind=slot.kind,
        session_id=slot.session_id,
        room_id=slot.room_id,
        title=slot.title,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        created_at=now,
        changed_at=now,
    )


def _continued(made: snapshot.Programme, before: snapshot.Programme, now: dt.datetime) -> snapshot.Programme:
    """The same, with what the release before knew of each slot, and with what has left since."""
    earlier = {slot.guid: slot for slot in before.slots}
    slots = [_continue_slot(slot, earlier.get(slot.guid), made, before) for slot in made.slots]
    here = {slot.guid for slot in slots}
    gone = [_left(slot, now) for slot in before.slots if slot.guid not in here]
    live = {session.id for session in made.sessions}
    dropped = [replace(one, dropped_at=one.dropped_at or now) for one in before.sessions if one.id not in live]
    known = {speaker.id for speaker in made.speakers}
    still_named = {speaker_id for session in dropped for speaker_id in session.speaker_ids} - known
    speakers = [one for one in before.speakers if one.id in still_named]
    return replace(
        made,
        slots=(*slots, *gone),
        sessions=(*made.sessions, *dropped),
        speakers=(*made.speakers, *speakers),
        rooms=(*made.rooms, *_rooms_of_the_past(gone, made, before)),
    )


def _rooms_of_the_past(
    gone: Iterable[snapshot.Slot], made: snapshot.Programme, before: snapshot.Programme
) -> list[snapshot.Room]:
    wanted = {slot.room_id for slot in gone} - {room.id for room in made.rooms}
    return [room for room in before.rooms if room.id in wanted]


def _left(slot: snapshot.Slot, now: dt.datetime) -> snapshot.Slot:
    if slot.cancelled_at is not None:
        return slot
    return replace(slot, cancelled_at=now, changed_at=now, sequence=slot.sequence + 1)


def _continue_slot(
    slot: snapshot.Slot, earlier: snapshot.Slot | None, made: snapshot.Programme, before: snapshot.Programme
) -> snapshot.Slot:
    if earlier is None:
        return slot
    moved = when_and_where(slot, made) != when_and_where(earlier, before) or not earlier.is_live
    same = not moved and _shown(slot, made) == _shown(earlier, before)
    return replace(
        slot,
        created_at=earlier.created_at,
        sequence=earlier.sequence + 1 if moved else earlier.sequence,
        changed_at=earlier.changed_at if same else slot.changed_at,
    )


def when_and_where(slot: snapshot.Slot, programme: snapshot.Programme) -> tuple[Any, ...]:
    """What people have to know before they leave home."""
    room = programme.room_by_id.get(slot.room_id or 0)
    return slot.starts_at, slot.ends_at, dict(room.name) if room else None


def _shown(slot: snapshot.Slot, programme: snapshot.Programme) -> tuple[Any, ...]:
    """What a calendar shows of a slot besides time and place."""
    session = programme.session_by_id.get(slot.session_id or 0)
    if session is None:
        return (dict(slot.title),)
    track = programme.track_by_id.get(session.track_id or 0)
    people = [(one.full_name, one.organisation) for one in programme.speakers_of(session)]
    # By value: a snapshot that was stored and read again has other objects.
    return (
        *(dict(text) for text in (session.title, session.subtitle, session.abstract)),
        session.join_url,
        session.language,
        people,
        (dict(track.name), track.colour) if track else None,
    )
