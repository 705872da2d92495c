"""How many are inside and how many are expected, today, at the place of the event.

Counting again costs a walk over an index; a scan knows by how much it changed the number. So the last figures of an
event are kept in the process under the version of its scans, which nobody else's scan can have.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, replace

from congress.checkin.admission import standing_entry
from congress.checkin.devices import Door
from congress.checkin.queries import entries as queries
from congress.checkin.queries.door import ScanVersion

MAX_KEPT = 128
_Key = tuple[int, dt.date, bool, int]


@dataclass(frozen=True, slots=True)
class DoorFigures:
    """The same for organisers: all together, and by the door through which people came."""

    inside: int
    expected: int
    by_checkpoint: dict[int, int]


def door_figures(event_id: int, day: dt.date, *, rehearsal: bool) -> DoorFigures:
    """Who is inside on a local day, by door; a rehearsal expects everybody."""
    entries = queries.entries_of_day(event_id, day, rehearsal=rehearsal)
    standing = [first for one in entries.values() if (first := standing_entry(one))]
    by_checkpoint = Counter(entry.checkpoint_id for entry in standing)
    expected = queries.people_expected(event_id, None if rehearsal else day)
    return DoorFigures(len(standing), expected, dict(by_checkpoint))


@dataclass(frozen=True, slots=True)
class Counts:
    """People admitted today and not taken back; people who may come today; when the last scan came."""

    inside: int
    expected: int
    changed_at: dt.datetime | None


_kept: OrderedDict[_Key, tuple[ScanVersion, Counts]] = OrderedDict()
_lock = threading.Lock()


def counts(door: Door, now: dt.datetime) -> Counts:
    """The figures of this door's event; a rehearsal has its own."""
    day = door.local_day(now)
    return _remember(_key(door, day), door.version, door, day)


class Tally:
    """Follows the figures through the scans of one request: read first, then told of every scan written."""

    def __init__(self, door: Door, now: dt.datetime) -> None:
        self.door = door
        self.day = door.local_day(now)
        self.now = now
        self.version = door.version
        kept = _kept.get(_key(door, self.day))
        self.counts = kept[1] if kept and kept[0] == self.version else None

    def add(self, scan_id: int, nonce: str, change: int, *, day: dt.date, rehearsal: bool) -> None:
        """A scan was written; `change` is by how many people it changed who is inside on `day`."""
        self.version = self.version.after(scan_id, nonce, self.now)
        if self.counts and change and day == self.day and rehearsal == self.door.rehearsal:
            self.counts = replace(self.counts, inside=self.counts.inside + change)

    def result(self) -> Counts:
        """The figures after all of them."""
        key = _key(self.door, self.day)
        return _remember(key, self.version, self.door, self.day, self.counts)


def _key(door: Door, day: dt.date) -> _Key:
    return door.event_id, day, door.rehearsal, door.page_version


def _remember(key: _Key, version: ScanVersion, door: Door, day: dt.date, known: Counts | None = None) -> Counts:
    with _lock:
        kept = _kept.get(key)
    if kept and kept[0] == version:
        return kept[1]
    found = replace(known or _count(door, day), changed_at=version.changed_at)
    with _lock:
        _kept[key] = (version, found)
        _kept.move_to_end(key)
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
    return found


def _count(door: Door, day: dt.date) -> Counts:
    came = queries.people_who_came(door.event_id, day, rehearsal=door.rehearsal)
    corrected = queries.entries_with_corrections(door.event_id, day, rehearsal=door.rehearsal)
    gone = sum(standing_entry(entries) is None for entries in corrected.values())
    return Counts(came - gone, queries.people_expected(door.event_id, None if door.rehearsal else day), None)
