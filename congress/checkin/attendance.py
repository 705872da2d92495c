"""How many are inside and how many are expected, today, at the place of the event.

Counting again costs a walk over an index; a scan knows by how much it changed the number. So the last figures of an
event are kept in the process under the version of its scans, which nobody else's scan can have.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import dataclass

from congress.checkin.admission import standing_entry
from congress.checkin.devices import Door
from congress.checkin.queries import entries as queries

MAX_KEPT = 128
Version = tuple[int, int, str]
_Key = tuple[int, dt.date, bool, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """People admitted today and not taken back; people who may come today."""

    inside: int
    expected: int


_kept: OrderedDict[_Key, tuple[Version, Counts]] = OrderedDict()
_lock = threading.Lock()


def counts(door: Door, now: dt.datetime) -> Counts:
    """The figures of this door's event; a rehearsal has its own."""
    day = door.local_day(now)
    return _remember(_key(door, day), queries.scan_version(door.event_id), door, day)


class Tally:
    """Follows the figures through the scans of one request: read first, then told of every scan written."""

    def __init__(self, door: Door, now: dt.datetime) -> None:
        self.door = door
        self.day = door.local_day(now)
        self.number, *_ = version = queries.scan_version(door.event_id)
        self.last: Version = version
        kept = _kept.get(_key(door, self.day))
        self.counts = kept[1] if kept and kept[0] == version else None

    def add(self, scan_id: int, nonce: str, change: int, *, day: dt.date, rehearsal: bool) -> None:
        """A scan was written; `change` is by how many people it changed who is inside on `day`."""
        self.number += 1
        self.last = (self.number, scan_id, nonce)
        if self.counts and change and day == self.day and rehearsal == self.door.rehearsal:
            self.counts = Counts(self.counts.inside + change, self.counts.expected)

    def result(self) -> Counts:
        """The figures after all of them."""
        key = _key(self.door, self.day)
        return _remember(key, self.last, self.door, self.day, self.counts)


def _key(door: Door, day: dt.date) -> _Key:
    return door.event_id, day, door.rehearsal, door.page_version


def _remember(key: _Key, version: Version, door: Door, day: dt.date, known: Counts | None = None) -> Counts:
    with _lock:
        kept = _kept.get(key)
    if kept and kept[0] == version:
        return kept[1]
    found = known or _count(door, day)
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
    return Counts(came - gone, queries.people_expected(door.event_id, None if door.rehearsal else day))
