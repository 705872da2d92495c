"""The draft as it would be released now: confirmed sessions that have a time, with what the release before knew.

What a slot keeps from one release to the next is worked out in `continuation`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.events import queries as events
from congress.events.models import Event
from congress.extensions import db
from congress.programme import models, queries, snapshot
from congress.programme.continuation import continued
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
    return made if before is None else continued(made, before, now)


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
    speakers, materials = queries.speaker_ids_of(event), _materials(event)
    return tuple(
        _as_session(one, speakers.get(one.id, ()), tuple(materials[one.id])) for one in found if one.id in scheduled
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


def _materials(event: Event) -> Mapping[int, list[snapshot.Material]]:
    found: dict[int, list[snapshot.Material]] = defaultdict(list)
    rows = db.session.scalars(
        sa.select(models.Material)
        .join(models.Session, models.Session.id == models.Material.session_id)
        .where(models.Session.event_id == event.id, models.Material.removed_at.is_(None))
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
