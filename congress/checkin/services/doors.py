"""What organisers do with doors and devices."""

from __future__ import annotations

import sqlalchemy as sa

from congress.audit.services import record
from congress.checkin.devices import LIFETIME_AFTER_EVENT, PURPOSE
from congress.checkin.errors import CheckpointClosed, CheckpointNameTaken, TooManyDoors
from congress.checkin.models import Checkpoint, Device
from congress.checkin.permissions import is_live, is_open
from congress.core import clock
from congress.core.tokens import new_link
from congress.events.models import Event
from congress.extensions import db

MOST_CHECKPOINTS = 100
MOST_DEVICES = 500


def add_checkpoint(event: Event, name: str, *, rehearsal: bool = False) -> Checkpoint:
    """A new door."""
    _name_must_be_free(event, name)
    _must_have_room(Checkpoint, event, MOST_CHECKPOINTS)
    checkpoint = Checkpoint(event_id=event.id, name=name, rehearsal=rehearsal, created_at=clock.now())
    db.session.add(checkpoint)
    db.session.flush()
    _note("checkpoint.added", checkpoint, after={"name": name, "rehearsal": rehearsal})
    return checkpoint


def change_checkpoint(event: Event, checkpoint: Checkpoint, name: str, *, rehearsal: bool) -> None:
    """Another name, or the switch between rehearsal and the real thing; what was scanned before stays what it was."""
    if not is_open(checkpoint):
        raise CheckpointClosed
    if name != checkpoint.name:
        _name_must_be_free(event, name)
    before = {"name": checkpoint.name, "rehearsal": checkpoint.rehearsal}
    after = {"name": name, "rehearsal": rehearsal}
    if before != after:
        checkpoint.name, checkpoint.rehearsal = name, rehearsal
        db.session.flush()
        _note("checkpoint.changed", checkpoint, before, after)


def close_checkpoint(checkpoint: Checkpoint) -> None:
    """Close a door for good and withdraw its devices; its scans stay."""
    if not is_open(checkpoint):
        return
    checkpoint.closed_at = clock.now()
    db.session.execute(
        sa.update(Device)
        .where(Device.checkpoint_id == checkpoint.id, Device.revoked_at.is_(None))
        .values(revoked_at=checkpoint.closed_at)
        .execution_options(synchronize_session=False)
    )
    db.session.flush()
    _note("checkpoint.closed", checkpoint, after={"closed_at": checkpoint.closed_at.isoformat()})


def add_device(event: Event, checkpoint: Checkpoint, label: str, language: str) -> Device:
    """A new telephone or laptop at a door: a link that only this event accepts."""
    if not is_open(checkpoint):
        raise CheckpointClosed
    _must_have_room(Device, event, MOST_DEVICES)
    salt, token_hash = new_link(PURPOSE)
    device = Device(
        event_id=event.id,
        checkpoint_id=checkpoint.id,
        label=label,
        language=language,
        salt=salt,
        token_hash=token_hash,
        created_at=clock.now(),
        expires_at=event.ends_at + LIFETIME_AFTER_EVENT,
    )
    db.session.add(device)
    db.session.flush()
    after = {"label": label, "language": language, "checkpoint": checkpoint.name}
    record("device.added", "device", device.id, event_id=event.id, after=after)
    return device


def revoke_device(device: Device) -> None:
    """Withdraw a device: its next request is refused, and it forgets what it knows."""
    if not is_live(device):
        return
    device.revoked_at = clock.now()
    db.session.flush()
    after = {"label": device.label, "revoked_at": device.revoked_at.isoformat()}
    record("device.revoked", "device", device.id, event_id=device.event_id, after=after)


def note_export(event: Event, rows: int) -> None:
    """Somebody took the attendance list."""
    record("attendance.exported", "event", event.id, event_id=event.id, after={"rows": rows})


def _name_must_be_free(event: Event, name: str) -> None:
    taken = sa.select(Checkpoint.id).where(
        Checkpoint.event_id == event.id, Checkpoint.closed_at.is_(None), Checkpoint.name == name
    )
    if db.session.scalar(taken) is not None:
        raise CheckpointNameTaken


def _must_have_room(model: type[Checkpoint | Device], event: Event, most: int) -> None:
    live = model.closed_at.is_(None) if issubclass(model, Checkpoint) else model.revoked_at.is_(None)
    number = db.session.scalar(sa.select(sa.func.count()).where(model.event_id == event.id, live)) or 0
    if number >= most:
        raise TooManyDoors


def _note(
    action: str,
    checkpoint: Checkpoint,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record(action, "checkpoint", checkpoint.id, event_id=checkpoint.event_id, before=before, after=after)
