"""Who is in: computed from the scans of one registration on one day, whatever the order in which they arrived.

An entry is valid when the ticket opened this event's doors on this day when the scan was received. An undo names an
entry; it takes that entry back, and with it the repeats of it at the same door until the undo (a badge held in front
of the camera twice). Somebody is in by the first valid entry, by (`scanned_at`, nonce), that was not taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from congress.checkin.enums import RefusalReason
from congress.checkin.queries.entries import Entry
from congress.registration.enums import Attendance, RegistrationStatus, TicketState


def is_taken_back(entry: Entry, entries: Iterable[Entry]) -> bool:
    """Whether an undo of this entry, or of the same door's entry that it repeats, takes it back."""
    if entry.undone_at is not None:
        return True
    return any(
        other.undone_at is not None
        and other.checkpoint_id == entry.checkpoint_id
        and other.order < entry.order
        and entry.scanned_at < other.undone_at
        for other in entries
    )


def stands_by_itself(first: Entry | None) -> bool:
    """Whether the earliest of somebody's entries settles that they are in: nothing can take it back."""
    return first is not None and first.undone_at is None


def standing_entry(entries: Sequence[Entry]) -> Entry | None:
    """The entry by which this person is in, or None."""
    counting = [entry for entry in entries if not is_taken_back(entry, entries)]
    return min(counting, key=lambda entry: entry.order, default=None)


@dataclass(frozen=True, slots=True)
class Days:
    """The local days on which somebody is admitted, both included."""

    first: dt.date
    last: dt.date

    def narrowed(self, valid_from: dt.date | None, valid_until: dt.date | None) -> Days:
        """These days within a category's own."""
        return Days(max(self.first, valid_from or self.first), min(self.last, valid_until or self.last))

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


def reason_against(
    status: RegistrationStatus, ticket_state: TicketState | None, attendance: Attendance
) -> RefusalReason | None:
    """Why a registration does not open the door on any day; without a ticket its holder was found by name or code."""
    if status is RegistrationStatus.CANCELLED or ticket_state is TicketState.CANCELLED:
        return RefusalReason.CANCELLED
    if ticket_state is TicketState.REPLACED:
        return RefusalReason.REPLACED
    if status is RegistrationStatus.PENDING:
        return RefusalReason.NOT_CONFIRMED
    if attendance is Attendance.ONLINE:
        return RefusalReason.ONLINE_ONLY
    return None
