"""Entries and how many people they let in. Statements are built once: every scan takes this way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from congress.checkin.enums import ScanAction
from congress.checkin.models import Checkpoint, Scan
from congress.extensions import db
from congress.registration.enums import Attendance, RegistrationStatus
from congress.registration.models import Category, Registration


@dataclass(frozen=True, slots=True)
class Entry:
    """A valid entry; `undone_at` is the earliest undo that names it."""

    nonce: str
    scanned_at: dt.datetime
    checkpoint_id: int
    door: str
    undone_at: dt.datetime | None = None

    @property
    def order(self) -> tuple[dt.datetime, str]:
        """Which entry is first; the nonce decides between equal times."""
        return self.scanned_at, self.nonce


scans = cast("sa.Table", Scan.__table__)
_checkpoints, _people, _categories = Checkpoint.__table__.c, Registration.__table__.c, Category.__table__.c
VALID_ENTRY = sa.and_(scans.c.action == sa.literal_column(f"'{ScanAction.ENTRY}'"), scans.c.valid)
_undo = scans.alias("undo")
_UNDONE_AT = (
    sa.select(sa.func.min(_undo.c.scanned_at))
    .where(_undo.c.event_id == scans.c.event_id, _undo.c.undoes_nonce == scans.c.nonce)
    .scalar_subquery()
    .label("undone_at")
)
ENTRY_COLUMNS = (
    scans.c.nonce,
    scans.c.scanned_at,
    scans.c.checkpoint_id,
    _checkpoints.name.label("door"),
    _UNDONE_AT,
)
ENTRIES = (
    sa.select(*ENTRY_COLUMNS)
    .join_from(scans, Checkpoint.__table__, _checkpoints.id == scans.c.checkpoint_id)
    .where(VALID_ENTRY)
)
_ENTRIES_OF_PERSON = ENTRIES.where(
    scans.c.registration_id == sa.bindparam("registration_id"),
    scans.c.day == sa.bindparam("day"),
    scans.c.rehearsal == sa.bindparam("rehearsal"),
)
_earliest = (
    sa.select(scans.c.nonce, scans.c.scanned_at, scans.c.checkpoint_id, scans.c.event_id)
    .where(
        VALID_ENTRY,
        scans.c.registration_id == sa.bindparam("registration_id"),
        scans.c.day == sa.bindparam("day"),
        scans.c.rehearsal == sa.bindparam("rehearsal"),
    )
    .order_by(scans.c.scanned_at, scans.c.nonce)
    .limit(1)
    .subquery("earliest")
)
_EARLIEST = sa.select(
    _earliest.c.nonce,
    _earliest.c.scanned_at,
    _earliest.c.checkpoint_id,
    _checkpoints.name.label("door"),
    sa.select(sa.func.min(_undo.c.scanned_at))
    .where(_undo.c.event_id == _earliest.c.event_id, _undo.c.undoes_nonce == _earliest.c.nonce)
    .scalar_subquery()
    .label("undone_at"),
).join(Checkpoint.__table__, _checkpoints.id == _earliest.c.checkpoint_id)
_ENTRIES_OF_PEOPLE = ENTRIES.add_columns(scans.c.registration_id).where(
    scans.c.registration_id.in_(sa.bindparam("registration_ids", expanding=True)),
    scans.c.day == sa.bindparam("day"),
    scans.c.rehearsal == sa.bindparam("rehearsal"),
)
_OF_DAY = (
    scans.c.event_id == sa.bindparam("event_id"),
    scans.c.day == sa.bindparam("day"),
    scans.c.rehearsal == sa.bindparam("rehearsal"),
    VALID_ENTRY,
)
_CAME = sa.select(sa.func.count(scans.c.registration_id.distinct())).where(*_OF_DAY)
_target = scans.alias("target")
_CORRECTED = ENTRIES.add_columns(scans.c.registration_id).where(
    *_OF_DAY,
    scans.c.registration_id.in_(
        sa.select(_target.c.registration_id)
        .join_from(
            _undo, _target, sa.and_(_target.c.event_id == _undo.c.event_id, _target.c.nonce == _undo.c.undoes_nonce)
        )
        .where(_undo.c.event_id == sa.bindparam("event_id"), _undo.c.undoes_nonce.is_not(None))
    ),
)
_ALL_OF_DAY = ENTRIES.add_columns(scans.c.registration_id).where(*_OF_DAY, scans.c.registration_id.is_not(None))
_EXPECTED = (
    sa.select(sa.func.count())
    .select_from(Registration.__table__)
    .join(Category.__table__, _categories.id == _people.category_id)
    .where(
        _people.event_id == sa.bindparam("event_id"),
        _people.status == RegistrationStatus.CONFIRMED,
        _categories.attendance == Attendance.ON_SITE,
    )
)
_day = sa.bindparam("day", type_=sa.Date())
_EXPECTED_ON_DAY = _EXPECTED.where(
    sa.or_(_categories.valid_from.is_(None), _categories.valid_from <= _day),
    sa.or_(_categories.valid_until.is_(None), _categories.valid_until >= _day),
)


def rows_of(statement: sa.Select[Any], **values: Any) -> sa.CursorResult[Any]:
    """Run a statement as plain rows, past the identity map."""
    return db.session.connection().execute(statement, values)


def earliest_entry_of(registration_id: int, day: dt.date, *, rehearsal: bool) -> Entry | None:
    """The first valid entry of a person on a local day, taken back or not."""
    row = rows_of(_EARLIEST, registration_id=registration_id, day=day, rehearsal=rehearsal).first()
    return None if row is None else _entry(row)


def entries_of(registration_id: int, day: dt.date, *, rehearsal: bool) -> list[Entry]:
    """The valid entries of a person on a local day, in no order."""
    found = rows_of(_ENTRIES_OF_PERSON, registration_id=registration_id, day=day, rehearsal=rehearsal)
    return [_entry(row) for row in found]


def entries_of_people(ids: Sequence[int], day: dt.date, *, rehearsal: bool) -> dict[int, list[Entry]]:
    """The same for several people, by registration, in one query."""
    return _by_person(rows_of(_ENTRIES_OF_PEOPLE, registration_ids=list(ids), day=day, rehearsal=rehearsal))


def people_who_came(event_id: int, day: dt.date, *, rehearsal: bool) -> int:
    """How many people have a valid entry, taken back or not: an index, no rows."""
    return int(rows_of(_CAME, event_id=event_id, day=day, rehearsal=rehearsal).scalar_one())


def entries_with_corrections(event_id: int, day: dt.date, *, rehearsal: bool) -> dict[int, list[Entry]]:
    """The valid entries of those of whom at least one was taken back, by registration."""
    return _by_person(rows_of(_CORRECTED, event_id=event_id, day=day, rehearsal=rehearsal))


def entries_of_day(event_id: int, day: dt.date, *, rehearsal: bool) -> dict[int, list[Entry]]:
    """All valid entries of a day, by registration."""
    return _by_person(rows_of(_ALL_OF_DAY, event_id=event_id, day=day, rehearsal=rehearsal))


def _by_person(rows: sa.CursorResult[Any]) -> dict[int, list[Entry]]:
    entries: dict[int, list[Entry]] = {}
    for row in rows:
        entries.setdefault(row.registration_id, []).append(_entry(row))
    return entries


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(row.nonce, row.scanned_at, row.checkpoint_id, row.door, row.undone_at)


def people_expected(event_id: int, day: dt.date | None) -> int:
    """How many confirmed people come on site; on that day when there is one."""
    if day is None:
        return int(rows_of(_EXPECTED, event_id=event_id).scalar_one())
    return int(rows_of(_EXPECTED_ON_DAY, event_id=event_id, day=day).scalar_one())
