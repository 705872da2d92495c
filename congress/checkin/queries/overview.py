"""What organisers read of the doors of their event."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.checkin.enums import ScanAction, ScanOutcome
from congress.checkin.models import Checkpoint, Device, Scan
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.registration.models import Category, Registration

LAST_SCANS = 12


@dataclass(frozen=True, slots=True)
class ScanFilter:
    """What the journal is narrowed to; empty means all."""

    text: str = ""
    outcome: ScanOutcome | None = None
    checkpoint_id: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device with the number of its scans."""

    device: Device
    scans: int


def checkpoints_of(event: Event) -> Sequence[Checkpoint]:
    """The doors of an event, open ones first."""
    found = sa.select(Checkpoint).where(Checkpoint.event_id == event.id)
    return db.session.scalars(found.order_by(Checkpoint.closed_at.is_not(None), Checkpoint.id)).all()


def checkpoint_of(event: Event, checkpoint_id: int) -> Checkpoint | None:
    """A door of this event."""
    return db.session.scalar(
        sa.select(Checkpoint).where(Checkpoint.event_id == event.id, Checkpoint.id == checkpoint_id)
    )


def device_of(event: Event, device_id: int) -> Device | None:
    """A device of this event, with its door."""
    found = sa.select(Device).where(Device.event_id == event.id, Device.id == device_id)
    return db.session.scalar(found.options(joinedload(Device.checkpoint)))


def devices_of(event: Event, checkpoint: Checkpoint | None = None) -> list[DeviceRow]:
    """The devices of an event or of one door, live ones first."""
    number = sa.select(sa.func.count()).where(Scan.device_id == Device.id).correlate(Device).scalar_subquery()
    found = sa.select(Device, number).where(Device.event_id == event.id).options(joinedload(Device.checkpoint))
    if checkpoint is not None:
        found = found.where(Device.checkpoint_id == checkpoint.id)
    rows = db.session.execute(found.order_by(Device.revoked_at.is_not(None), Device.id.desc()))
    return [DeviceRow(device, scans) for device, scans in rows]


def last_scans(event: Event) -> Sequence[Scan]:
    """The last scans of an event, newest first."""
    return db.session.scalars(
        sa.select(Scan).where(Scan.event_id == event.id).order_by(Scan.id.desc()).limit(LAST_SCANS)
    ).all()


def journal(event: Event, wanted: ScanFilter) -> sa.Select[Any]:
    """The scans of an event, newest first."""
    found = sa.select(Scan).where(Scan.event_id == event.id)
    if wanted.outcome is not None:
        found = found.where(Scan.outcome == wanted.outcome)
    if wanted.checkpoint_id is not None:
        found = found.where(Scan.checkpoint_id == wanted.checkpoint_id)
    words = search_key(wanted.text).split()
    if words:
        people = sa.select(Registration.id).where(Registration.event_id == event.id)
        for word in words:
            people = people.where(
                sa.or_(
                    Registration.search_text.contains(word, autoescape=True),
                    Registration.reference == word.upper(),
                )
            )
        found = found.where(Scan.registration_id.in_(people))
    return found.order_by(Scan.id.desc())


def people_of(scans: Sequence[Scan]) -> dict[int, Any]:
    """Name, reference and category of those whom scans are about, by registration."""
    ids = {scan.registration_id for scan in scans if scan.registration_id}
    return _people(ids) if ids else {}


def _people(ids: Collection[int]) -> dict[int, Any]:
    rows = db.session.execute(
        sa.select(
            Registration.id,
            Registration.given_name,
            Registration.family_name,
            Registration.organisation,
            Registration.reference,
            Registration.public_id,
            Category.name.label("category"),
        )
        .join(Category, Category.id == Registration.category_id)
        .where(Registration.id.in_(ids))
    )
    return {row.id: row for row in rows}


def attendance(event: Event) -> Sequence[Any]:
    """Every valid entry of the event that is not a rehearsal, with who it is, by day and person."""
    undo = sa.orm.aliased(Scan)
    undone = (
        sa.select(sa.func.min(undo.scanned_at))
        .where(undo.event_id == event.id, undo.undoes_nonce == Scan.nonce)
        .scalar_subquery()
    )
    return db.session.execute(
        sa.select(
            Scan.day,
            Scan.nonce,
            Scan.scanned_at,
            Scan.checkpoint_id,
            Checkpoint.name.label("door"),
            undone.label("undone_at"),
            Registration.id.label("registration_id"),
            Registration.reference,
            Registration.given_name,
            Registration.family_name,
            Registration.organisation,
            Category.name.label("category"),
        )
        .join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
        .join(Registration, Registration.id == Scan.registration_id)
        .join(Category, Category.id == Registration.category_id)
        .where(Scan.event_id == event.id, Scan.action == ScanAction.ENTRY, Scan.valid, Scan.rehearsal.is_(sa.false()))
        .order_by(Scan.day, Registration.family_name, Registration.given_name, Registration.id)
    ).all()
