"""Receiving scans: each is kept once, as a fact, and answered by what the facts say at that moment."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from congress.checkin import identification
from congress.checkin.admission import is_taken_back, reason_against, standing_entry, stands_by_itself
from congress.checkin.attendance import Counts, Tally
from congress.checkin.devices import Door
from congress.checkin.enums import RefusalReason, ScanAction, ScanMethod, ScanOutcome
from congress.checkin.errors import NonceReused
from congress.checkin.identification import Found
from congress.checkin.models import Device
from congress.checkin.queries import door as door_queries
from congress.checkin.queries import entries as entry_queries
from congress.checkin.queries.entries import Entry, scans
from congress.checkin.verdicts import Verdict, answer_of
from congress.extensions import db
from congress.registration import tickets

LONGEST_DELAY = dt.timedelta(days=400)
"""A scan that claims to have waited longer is dated to then: no event is that long."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_INSERTS = {
    "sqlite": sqlite.insert(scans).on_conflict_do_nothing().returning(scans.c.id),
    "postgresql": postgresql.insert(scans).on_conflict_do_nothing().returning(scans.c.id),
}


@dataclass(frozen=True, slots=True)
class Observation:
    """What a device says it saw: by `payload`, `reference` or `registration`; an undo may name the entry instead."""

    nonce: str
    scanned_at: dt.datetime
    action: ScanAction
    method: ScanMethod
    payload: str | None = None
    reference: str | None = None
    registration: str | None = None
    undoes: str | None = None

    def digest(self) -> str:
        """Tells the same scan sent again from another one under the same nonce."""
        subject = (self.payload, self.reference, self.registration, self.undoes)
        said = f"{self.action} {self.method} {self.scanned_at.isoformat()} {subject!r}"
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Moment:
    """When a scan took place, by our clock: the device's, corrected by what it said when it sent the batch."""

    scanned_at: dt.datetime
    received_at: dt.datetime
    day: dt.date


def receive_scans(
    door: Door, device_time: dt.datetime, seen: Sequence[Observation], *, now: dt.datetime, language: str
) -> tuple[list[dict[str, Any]], Counts]:
    """Keep every scan and answer each in the order of `seen`; a nonce that came before gets its first answer.

    The same nonce with other content is `NonceReused`, and nothing of the batch is kept.
    """
    if len(seen) > 1:
        _lock_everybody(door, seen)
    tally = Tally(door, now)
    answers: dict[int, dict[str, Any]] = {}
    for place in sorted(range(len(seen)), key=lambda at: (seen[at].scanned_at, seen[at].nonce, at)):
        one = seen[place]
        scanned_at = now - min(max(device_time - one.scanned_at, dt.timedelta(0)), LONGEST_DELAY)
        moment = Moment(scanned_at, now, door.local_day(scanned_at))
        answers[place] = _receive(door, one, moment, tally, language)
    if door.is_due:
        db.session.connection().execute(_SEEN, {"device": door.device_id, "now": now})
    return [answers[place] for place in range(len(seen))], tally.result()


_SEEN = (
    sa.update(cast("sa.Table", Device.__table__))
    .where(Device.__table__.c.id == sa.bindparam("device"))
    .values(seen_at=sa.bindparam("now"))
)


def _receive(door: Door, one: Observation, moment: Moment, tally: Tally, language: str) -> dict[str, Any]:
    judge = _judge_entry if one.action is ScanAction.ENTRY else _judge_undo
    verdict = judge(door, one, moment)
    answer = answer_of(one.nonce, verdict, door, language)
    kept = {"digest": one.digest(), "result": answer}
    scan_id = _keep(door, one, moment, verdict, kept)
    if scan_id is not None:
        tally.add(scan_id, one.nonce, verdict.change, day=verdict.day, rehearsal=verdict.rehearsal)
        return answer
    first = door_queries.answer_to(door.event_id, one.nonce)
    if first["digest"] != kept["digest"]:
        raise NonceReused
    return cast("dict[str, Any]", first["result"])


def _keep(door: Door, one: Observation, moment: Moment, verdict: Verdict, kept: dict[str, Any]) -> int | None:
    """The id of the new row, or None when a scan with this nonce is there."""
    connection = db.session.connection()
    found = verdict.found
    values = {
        "event_id": door.event_id,
        "checkpoint_id": door.checkpoint_id,
        "device_id": door.device_id,
        "nonce": one.nonce,
        "action": one.action,
        "method": one.method,
        "registration_id": found.row.registration_id if found else None,
        "ticket_id": found.ticket_id if found else None,
        "undoes_nonce": verdict.undoes_nonce,
        "valid": verdict.valid,
        "rehearsal": verdict.rehearsal,
        "day": verdict.day,
        "device_time": _storable(one.scanned_at),
        "scanned_at": moment.scanned_at,
        "received_at": moment.received_at,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "answer": kept,
    }
    return cast("int | None", connection.execute(_INSERTS[connection.dialect.name], values).scalar())


def _judge_entry(door: Door, one: Observation, moment: Moment) -> Verdict:
    day, rehearsal = moment.day, door.rehearsal
    found = _identify(door, one)
    if isinstance(found, RefusalReason):
        return Verdict(ScanOutcome.REFUSED, day, rehearsal, reason=found)
    row = found.row
    reason = reason_against(row.status, found.ticket_state, row.attendance)
    if reason is None and not rehearsal and day not in door.days.narrowed(row.valid_from, row.valid_until):
        reason = RefusalReason.OTHER_DAY
    if reason:
        return Verdict(ScanOutcome.REFUSED, day, rehearsal, found, reason)
    new = Entry(one.nonce, moment.scanned_at, door.checkpoint_id, door.checkpoint_name, row.undone_at)
    earliest = entry_queries.earliest_entry_of(row.registration_id, day, rehearsal=rehearsal)
    if stands_by_itself(earliest) and new.undone_at is None:
        return Verdict(ScanOutcome.ALREADY_ADMITTED, day, rehearsal, found, None, earliest, valid=True)
    # Whoever asks second is told so, also when its scan turns out to be the earlier one: never two greens.
    before = entry_queries.entries_of(row.registration_id, day, rehearsal=rehearsal) if earliest else []
    after = [*before, new]
    was_in, is_in = standing_entry(before), standing_entry(after)
    change = (is_in is not None) - (was_in is not None)
    if is_taken_back(new, after):
        return Verdict(
            ScanOutcome.UNDONE, day, rehearsal, found, None, is_in, valid=True, change=change, repeated=True
        )
    outcome = ScanOutcome.ALREADY_ADMITTED if was_in else ScanOutcome.ADMITTED
    return Verdict(outcome, day, rehearsal, found, None, was_in or new, valid=True, change=change)


def _judge_undo(door: Door, one: Observation, moment: Moment) -> Verdict:
    """Take back the entry that was named, or the one by which the person that was named is in today."""
    nonce = one.undoes or _standing_nonce(door, one, moment)
    row = door_queries.person_by_entry(door.event_id, nonce) if nonce else None
    if row is None:
        reason = RefusalReason.NOTHING_TO_UNDO
        return Verdict(ScanOutcome.REFUSED, moment.day, door.rehearsal, reason=reason, undoes_nonce=nonce)
    before = entry_queries.entries_of(row.registration_id, row.day, rehearsal=row.rehearsal)
    after = [_undone(entry, moment.scanned_at) if entry.nonce == nonce else entry for entry in before]
    first = standing_entry(after)
    return Verdict(
        ScanOutcome.UNDONE,
        row.day,
        row.rehearsal,
        Found(row, row.ticket_id),
        first=first,
        valid=True,
        change=(first is not None) - (standing_entry(before) is not None),
        undoes_nonce=nonce,
        repeated=any(entry.nonce == nonce and entry.undone_at for entry in before),
    )


def _undone(entry: Entry, at: dt.datetime) -> Entry:
    earliest = min(entry.undone_at or at, at)
    return Entry(entry.nonce, entry.scanned_at, entry.checkpoint_id, entry.door, earliest)


def _standing_nonce(door: Door, one: Observation, moment: Moment) -> str | None:
    found = _identify(door, one)
    if isinstance(found, RefusalReason):
        return None
    entries = entry_queries.entries_of(found.row.registration_id, moment.day, rehearsal=door.rehearsal)
    standing = standing_entry(entries)
    return standing.nonce if standing else None


def _identify(door: Door, one: Observation) -> Found | RefusalReason:
    if one.payload is not None:
        return identification.by_payload(door.event_id, one.nonce, one.payload)
    if one.reference is not None:
        return identification.by_reference(door.event_id, one.nonce, one.reference)
    return identification.by_public_id(door.event_id, one.nonce, one.registration or "")


def _lock_everybody(door: Door, seen: Sequence[Observation]) -> None:
    payloads = [tickets.parse(one.payload) for one in seen if one.payload]
    door_queries.lock_people(
        door.event_id,
        [payload.code for payload in payloads if payload],
        [tickets.clean_reference(one.reference) for one in seen if one.reference],
        [one.registration for one in seen if one.registration],
    )


def _storable(instant: dt.datetime) -> dt.datetime:
    """What the device said, unless its year does not exist in UTC."""
    try:
        return instant.astimezone(dt.UTC)
    except OverflowError:
        return _EPOCH
