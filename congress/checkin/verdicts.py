"""What the door is told about one scan, and what is kept of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from congress.checkin.devices import Door
from congress.checkin.enums import RefusalReason, ScanOutcome
from congress.checkin.identification import Found
from congress.checkin.queries.entries import Entry
from congress.checkin.sentences import entry_sentence, other_day_sentence, sentence
from congress.core.languages import translated


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first`: the entry by which the person was in already, or is now; `change`: of the number of people inside."""

    outcome: ScanOutcome
    day: dt.date
    rehearsal: bool
    found: Found | None = None
    reason: RefusalReason | None = None
    first: Entry | None = None
    valid: bool = False
    change: int = 0
    undoes_nonce: str | None = None
    repeated: bool = False
    """An undo of what was taken back before, or an entry whose undo was here first."""


def answer_of(nonce: str, verdict: Verdict, door: Door, language: str) -> dict[str, Any]:
    """The result as the device receives it, now and whenever it sends the same nonce again."""
    first = verdict.first
    is_in = verdict.outcome in {ScanOutcome.ADMITTED, ScanOutcome.ALREADY_ADMITTED}
    earlier = None if verdict.outcome is ScanOutcome.ADMITTED else first
    return {
        "nonce": nonce,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "message": _message(verdict, door, language),
        "person": person_of(verdict.found.row, language) if verdict.found else None,
        "first": earlier and {"at": utc(earlier.scanned_at), "door": earlier.door},
        "admitted_at": utc(first.scanned_at) if first and is_in else None,
    }


def person_of(row: Any, language: str) -> dict[str, str]:
    """All that a door is shown of a person."""
    return {
        "name": f"{row.given_name} {row.family_name}".strip(),
        "organisation": row.organisation,
        "category": translated(row.category, language),
        "reference": row.reference,
        "registration": row.public_id,
        "attendance": row.attendance,
    }


def utc(instant: dt.datetime) -> str:
    """ISO 8601 with milliseconds and Z."""
    return f"{instant.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _message(verdict: Verdict, door: Door, language: str) -> str:
    if verdict.reason is RefusalReason.OTHER_DAY and verdict.found:
        row = verdict.found.row
        return other_day_sentence(language, door.days.narrowed(row.valid_from, row.valid_until))
    if verdict.reason:
        return sentence(language, verdict.reason)
    if verdict.outcome is ScanOutcome.ALREADY_ADMITTED and verdict.first:
        return entry_sentence(language, verdict.outcome, verdict.first, door.zone)
    if verdict.outcome is ScanOutcome.UNDONE and verdict.first:
        return entry_sentence(language, "undone_but_in", verdict.first, door.zone)
    return sentence(language, "undone_before" if verdict.repeated else verdict.outcome)
