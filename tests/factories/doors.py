"""Doors, devices and what they scan."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from congress.checkin.devices import LIFETIME_AFTER_EVENT, PURPOSE, device_token
from congress.checkin.models import Checkpoint, Device
from congress.core import clock
from congress.core.tokens import new_link
from congress.events.models import Event
from congress.extensions import db
from congress.registration.models import Ticket
from tests.factories.events import make_event


def make_event_today(**values: Any) -> Event:
    """An event that takes place while the test runs."""
    local = clock.now().astimezone(ZoneInfo("Europe/Paris"))
    start = local.replace(hour=7, minute=0, second=0, microsecond=0).astimezone(dt.UTC)
    defaults: dict[str, Any] = {
        "starts_at": start,
        "ends_at": start + dt.timedelta(hours=14),
        "registration_opens_at": start - dt.timedelta(days=30),
        "registration_closes_at": start,
    }
    return make_event(**(defaults | values))


def make_checkpoint(event: Event, name: str = "Main entrance", **values: Any) -> Checkpoint:
    """An open door."""
    checkpoint = Checkpoint(event_id=event.id, name=name, created_at=clock.now(), **values)
    db.session.add(checkpoint)
    db.session.flush()
    return checkpoint


def make_device(event: Event, checkpoint: Checkpoint | None = None, **values: Any) -> Device:
    """A telephone at a door; `token_of(device)` is its secret."""
    salt, token_hash = new_link(PURPOSE)
    defaults: dict[str, Any] = {
        "event_id": event.id,
        "checkpoint_id": (checkpoint or make_checkpoint(event)).id,
        "label": "Sam's phone",
        "language": "en",
        "salt": salt,
        "token_hash": token_hash,
        "created_at": clock.now(),
        "expires_at": event.ends_at + LIFETIME_AFTER_EVENT,
    }
    device = Device(**(defaults | values))
    db.session.add(device)
    db.session.flush()
    return device


def token_of(device: Device) -> str:
    """What the device sends."""
    return device_token(device.salt)


def scan(ticket: Ticket | str | None = None, at: dt.datetime | None = None, **values: Any) -> dict[str, Any]:
    """One entry of a batch: by camera, now, unless `values` say otherwise."""
    defaults: dict[str, Any] = {
        "nonce": str(uuid.uuid4()),
        "scanned_at": (at or clock.now()).isoformat(),
        "action": "entry",
        "method": "camera",
    }
    if ticket is not None:
        defaults["payload"] = ticket if isinstance(ticket, str) else ticket.payload
    return defaults | values


def batch(*scans: dict[str, Any], at: dt.datetime | None = None) -> dict[str, Any]:
    """A body of POST /api/v1/scans, sent at the device's time `at`."""
    return {"device_time": (at or clock.now()).isoformat(), "scans": list(scans)}
