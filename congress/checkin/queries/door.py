"""What a device asks. Statements are built once and run as plain rows: this is the way that every scan takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa

from congress.checkin.models import Checkpoint, Device
from congress.checkin.queries.entries import VALID_ENTRY, rows_of, scans
from congress.events.models import Event
from congress.extensions import db
from congress.registration.models import Category, EventKey, Registration, Ticket

_devices, _checkpoints, _events = Device.__table__.c, Checkpoint.__table__.c, Event.__table__.c
_people, _categories, _tickets = Registration.__table__.c, Category.__table__.c, Ticket.__table__.c
_keys = EventKey.__table__.c

_last = scans.alias("last")
_LAST_ID = sa.select(sa.func.max(scans.c.id)).where(scans.c.event_id == _events.id).scalar_subquery()
_NUMBER = sa.select(sa.func.count()).select_from(scans).where(scans.c.event_id == _events.id).scalar_subquery()


@dataclass(frozen=True, slots=True)
class ScanVersion:
    """Which scans an event has: no two states have the same version.

    On SQLite, where writes are one after the other, the last scan says it. On PostgreSQL an older id may be committed
    after a newer one, so that the number counts too.
    """

    last_id: int = 0
    nonce: str = ""
    number: int = 0
    changed_at: dt.datetime | None = field(default=None, compare=False)

    def after(self, scan_id: int, nonce: str, at: dt.datetime) -> ScanVersion:
        """The version when this scan was the only one written since."""
        return ScanVersion(scan_id, nonce, self.number and self.number + 1, at)


_DEVICE = (
    sa.select(
        _devices.id.label("device_id"),
        _devices.label,
        _devices.language,
        _devices.expires_at,
        _devices.revoked_at,
        _devices.seen_at,
        _checkpoints.id.label("checkpoint_id"),
        _checkpoints.name.label("checkpoint_name"),
        _checkpoints.rehearsal,
        _checkpoints.closed_at,
        _events.id.label("event_id"),
        _events.name.label("event_name"),
        _events.zone,
        _events.starts_at,
        _events.ends_at,
        _events.colour,
        _events.page_version,
        _last.c.id.label("last_id"),
        _last.c.nonce.label("last_nonce"),
        _last.c.received_at.label("last_at"),
    )
    .join_from(Device.__table__, Checkpoint.__table__, _checkpoints.id == _devices.checkpoint_id)
    .join(Event.__table__, _events.id == _devices.event_id)
    .outerjoin(_last, _last.c.id == _LAST_ID)
    .where(_devices.token_hash == sa.bindparam("token_hash"))
)

_DEVICES = {
    "sqlite": _DEVICE.add_columns(sa.literal_column("0", sa.Integer).label("number")),
    "postgresql": _DEVICE.add_columns(_NUMBER.label("number")),
}

_PERSON = (
    _people.id.label("registration_id"),
    _people.public_id,
    _people.given_name,
    _people.family_name,
    _people.organisation,
    _people.reference,
    _people.status,
    _categories.name.label("category"),
    _categories.attendance,
    _categories.valid_from,
    _categories.valid_until,
)
_UNDONE_AT = (
    sa.select(sa.func.min(scans.c.scanned_at))
    .where(scans.c.event_id == sa.bindparam("event_id"), scans.c.undoes_nonce == sa.bindparam("nonce"))
    .scalar_subquery()
    .label("undone_at")
)
"""When the entry that is being judged was taken back: its undo may have come first."""
_PERSONS = sa.select(*_PERSON, _UNDONE_AT).join_from(
    Registration.__table__, Category.__table__, _categories.id == _people.category_id
)
_IN_EVENT = _people.event_id == sa.bindparam("event_id")
# Two doors that scan one person at one moment take turns: on PostgreSQL by this lock, on SQLite by BEGIN IMMEDIATE.
_LOCK: dict[str, Any] = {"of": Registration.__table__, "key_share": True}

_BY_CODE = (
    _PERSONS.add_columns(
        _tickets.id.label("ticket_id"),
        _tickets.state.label("ticket_state"),
        _tickets.payload,
        _keys.public_key,
        _keys.retired_at,
    )
    .join(Ticket.__table__, _tickets.registration_id == _people.id)
    .join(EventKey.__table__, sa.and_(_keys.event_id == _tickets.event_id, _keys.key_id == _tickets.key_id))
    .where(_tickets.event_id == sa.bindparam("event_id"), _IN_EVENT, _tickets.code == sa.bindparam("code"))
    .with_for_update(**_LOCK)
)
_BY_REFERENCE = _PERSONS.where(_IN_EVENT, _people.reference == sa.bindparam("reference")).with_for_update(**_LOCK)
_BY_PUBLIC_ID = _PERSONS.where(_IN_EVENT, _people.public_id == sa.bindparam("public_id")).with_for_update(**_LOCK)

_ENTRY_BY_NONCE = (
    _PERSONS.add_columns(scans.c.day, scans.c.rehearsal, scans.c.ticket_id)
    .join(scans, scans.c.registration_id == _people.id)
    .where(
        scans.c.event_id == sa.bindparam("event_id"), scans.c.nonce == sa.bindparam("nonce"), _IN_EVENT, VALID_ENTRY
    )
    .with_for_update(**_LOCK)
)
_ANSWER = sa.select(scans.c.answer).where(
    scans.c.event_id == sa.bindparam("event_id"), scans.c.nonce == sa.bindparam("nonce")
)
_KEYS = sa.select(_keys.public_key).where(
    _keys.event_id == sa.bindparam("event_id"), _keys.key_id == sa.bindparam("key_id"), _keys.retired_at.is_(None)
)


def device_by_hash(token_hash: bytes) -> Any:
    """The device with its door and event, live or not, and the version of the event's scans."""
    dialect = db.session.connection().dialect.name
    return rows_of(_DEVICES[dialect], token_hash=token_hash).first()


def person_by_code(event_id: int, nonce: str, code: bytes) -> Any:
    """The holder of a ticket of this event, locked, with the ticket and its key, for the scan with this nonce."""
    return rows_of(_BY_CODE, event_id=event_id, nonce=nonce, code=code).first()


def person_by_reference(event_id: int, nonce: str, reference: str) -> Any:
    """The person with this reference at this event, locked."""
    return rows_of(_BY_REFERENCE, event_id=event_id, nonce=nonce, reference=reference).first()


def person_by_public_id(event_id: int, nonce: str, public_id: str) -> Any:
    """The person whom a search of this event showed, locked."""
    return rows_of(_BY_PUBLIC_ID, event_id=event_id, nonce=nonce, public_id=public_id).first()


def person_by_entry(event_id: int, nonce: str) -> Any:
    """The person of a valid entry of this event, locked, with the entry's `day` and `rehearsal`."""
    return rows_of(_ENTRY_BY_NONCE, event_id=event_id, nonce=nonce).first()


def answer_to(event_id: int, nonce: str) -> dict[str, Any]:
    """What is stored of the scan with this nonce: a digest of what was asked, and what was answered."""
    return dict(rows_of(_ANSWER, event_id=event_id, nonce=nonce).scalar_one())


def public_key(event_id: int, key_id: int) -> bytes | None:
    """A key that signs tickets of an event; None for one that does not exist or was retired."""
    return cast("bytes | None", rows_of(_KEYS, event_id=event_id, key_id=key_id).scalar())


def keys_of(event_id: int) -> list[tuple[int, bytes]]:
    """(key id, public key) of every key of an event in use."""
    found = sa.select(_keys.key_id, _keys.public_key).where(_keys.event_id == event_id, _keys.retired_at.is_(None))
    return [(row.key_id, row.public_key) for row in rows_of(found.order_by(_keys.key_id))]


def lock_people(event_id: int, codes: Sequence[bytes], references: Sequence[str], ids: Sequence[str]) -> None:
    """Lock everybody whom a batch names, in the order of their ids: two batches never wait for each other."""
    by_code = sa.select(_tickets.registration_id).where(_tickets.event_id == event_id, _tickets.code.in_(codes))
    named = sa.or_(_people.id.in_(by_code), _people.reference.in_(references), _people.public_id.in_(ids))
    chosen = sa.select(_people.id).where(_people.event_id == event_id, named).order_by(_people.id)
    db.session.connection().execute(chosen.with_for_update(key_share=True)).all()
