"""A device at a door: found by its token, for one event, until it is withdrawn or the event is over."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from congress.checkin.admission import Days
from congress.checkin.errors import DeviceRevoked
from congress.checkin.queries import door as door_queries
from congress.checkin.queries.door import ScanVersion
from congress.core.tokens import derive_token, hash_token

PURPOSE = "device"
LIFETIME_AFTER_EVENT = dt.timedelta(days=2)
SEEN_EVERY = dt.timedelta(seconds=30)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{27}")


@dataclass(frozen=True, slots=True)
class Door:
    """What a device may know of where it stands; everything it asks is asked within `event_id`."""

    device_id: int
    label: str
    language: str
    event_id: int
    event_name: dict[str, str]
    zone: str
    page_version: int
    colour: str | None
    days: Days
    checkpoint_id: int
    checkpoint_name: str
    rehearsal: bool
    version: ScanVersion
    is_due: bool
    """Whether `seen_at` is to be written again."""

    def local_day(self, instant: dt.datetime) -> dt.date:
        """The day of the event's place on which `instant` falls."""
        return instant.astimezone(ZoneInfo(self.zone)).date()


def device_token(salt: bytes) -> str:
    """The secret part of a device's link."""
    return derive_token(PURPOSE, salt)


def door_of_token(token: str, now: dt.datetime) -> Door:
    """The door at which the holder of this token stands; `DeviceRevoked` when there is none, or no longer."""
    row = door_queries.device_by_hash(hash_token(token)) if _TOKEN.fullmatch(token) else None
    if row is None or row.revoked_at is not None or row.closed_at is not None or now >= _expiry(row):
        raise DeviceRevoked
    zone = ZoneInfo(row.zone)
    last = (row.ends_at - dt.timedelta(microseconds=1)).astimezone(zone).date()
    return Door(
        device_id=row.device_id,
        label=row.label,
        language=row.language,
        event_id=row.event_id,
        event_name=row.event_name,
        zone=row.zone,
        page_version=row.page_version,
        colour=row.colour,
        days=Days(row.starts_at.astimezone(zone).date(), last),
        checkpoint_id=row.checkpoint_id,
        checkpoint_name=row.checkpoint_name,
        rehearsal=row.rehearsal,
        version=ScanVersion(row.last_id or 0, row.last_nonce or "", row.number, row.last_at),
        is_due=row.seen_at is None or now - row.seen_at >= SEEN_EVERY,
    )


def _expiry(row: Any) -> dt.datetime:
    """An event that was moved to a later day takes its devices along."""
    expiry: dt.datetime = max(row.expires_at, row.ends_at + LIFETIME_AFTER_EVENT)
    return expiry
