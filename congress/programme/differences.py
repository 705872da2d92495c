"""What a release changes for the public: new, moved, cancelled and restored slots of sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from congress.programme.draft import when_and_where
from congress.programme.enums import ChangeKind
from congress.programme.snapshot import Programme, Slot


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a slot: where it was, and the slot of the new release, in which cancelled ones stay."""

    kind: ChangeKind
    session_id: int
    before: Slot | None
    after: Slot


def differences(before: Programme | None, after: Programme) -> list[Change]:
    """The changes in the order of time. Breaks are left out: nobody is waiting for them."""
    earlier: Mapping[str, Slot] = {slot.guid: slot for slot in before.slots} if before else {}
    found = [_change(earlier.get(slot.guid), slot, before, after) for slot in after.slots]
    return sorted((one for one in found if one), key=lambda one: (one.after.starts_at, one.after.id))


def to_json(change: Change) -> dict[str, Any]:
    """What a release stores of a change; texts are looked up in its snapshot."""
    return {
        "kind": change.kind.value,
        "session_id": change.session_id,
        "guid": change.after.guid,
        "before": _place(change.before),
        "after": _place(change.after if change.after.is_live else None),
    }


def _place(slot: Slot | None) -> dict[str, Any] | None:
    if slot is None:
        return None
    return {"starts_at": slot.starts_at.isoformat(), "ends_at": slot.ends_at.isoformat(), "room_id": slot.room_id}


def _change(earlier: Slot | None, slot: Slot, before: Programme | None, after: Programme) -> Change | None:
    if slot.session_id is None:
        return None
    was_live = earlier is not None and earlier.is_live
    if not slot.is_live:
        return Change(ChangeKind.CANCELLED, slot.session_id, earlier, slot) if was_live else None
    if earlier is None or before is None:
        return Change(ChangeKind.NEW, slot.session_id, None, slot)
    if not was_live:
        return Change(ChangeKind.RESTORED, slot.session_id, earlier, slot)
    moved = when_and_where(earlier, before) != when_and_where(slot, after)
    return Change(ChangeKind.MOVED, slot.session_id, earlier, slot) if moved else None


def instant_of(place: Mapping[str, Any], name: str) -> dt.datetime:
    """A time of a stored change."""
    return dt.datetime.fromisoformat(place[name])
