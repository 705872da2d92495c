"""What a release changes, for the public and for each speaker: slots that are new, moved, cancelled, restored."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from congress.core.languages import translated
from congress.programme.continuation import is_online, when_and_where
from congress.programme.enums import ChangeKind
from congress.programme.snapshot import Programme, Slot, Texts


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a slot: where it was, and the slot of the new release, in which cancelled ones stay."""

    kind: ChangeKind
    session_id: int
    before: Slot | None
    after: Slot


@dataclass(frozen=True, slots=True)
class Place:
    """When and where; `room` is empty when there is none."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    room: Texts
    online: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A change as it is told: complete in itself, so that no snapshot has to be read for it."""

    kind: ChangeKind
    session_id: int
    code: str
    title: Texts
    before: Place | None
    after: Place | None

    @property
    def at(self) -> dt.datetime:
        """Where it stands in a list by time."""
        place = self.after or self.before
        return place.starts_at if place else dt.datetime.min.replace(tzinfo=dt.UTC)


def differences(before: Programme | None, after: Programme) -> list[Change]:
    """The changes in the order of time. Breaks are left out: nobody is waiting for them."""
    earlier = _by_guid(before)
    found = (_change(earlier.get(slot.guid), slot, before, after) for slot in after.slots)
    return _in_order(one for one in found if one)


def for_speakers(before: Programme | None, after: Programme) -> dict[int, list[Change]]:
    """What changes for each speaker, by id: the slots of the own sessions. Who joins a session that stays has a new
    one, and who leaves it is `REMOVED`.
    """
    earlier = _by_guid(before)
    people_before = _people(before)
    people_after = _people(after)
    found: dict[int, list[Change]] = defaultdict(list)
    for slot in after.slots:
        if slot.session_id is None:
            continue
        old = earlier.get(slot.guid)
        change = _change(old, slot, before, after)
        were = people_before.get(slot.session_id, frozenset()) if old and old.is_live else frozenset()
        are = people_after.get(slot.session_id, frozenset()) if slot.is_live else frozenset()
        for speaker_id in were | are:
            own = _own(change, slot, old, was=speaker_id in were, is_=speaker_id in are)
            if own:
                found[speaker_id].append(own)
    return {speaker_id: _in_order(found[speaker_id]) for speaker_id in sorted(found)}


def told(change: Change, before: Programme | None, after: Programme) -> Told:
    """A change with its texts."""
    session = after.session_by_id[change.session_id]
    stays = change.after.is_live and change.kind is not ChangeKind.REMOVED
    return Told(
        kind=change.kind,
        session_id=change.session_id,
        code=session.code,
        title=session.title,
        before=_place(change.before, before) if change.before and before else None,
        after=_place(change.after, after) if stays else None,
    )


def is_seen_in(language: str, change: Told) -> bool:
    """Not so for a move that only readers of the other language see, because a room got a name in it."""
    places = {
        (place.starts_at, place.ends_at, place.online, translated(place.room, language))
        for place in (change.before, change.after)
        if place
    }
    return change.kind is not ChangeKind.MOVED or len(places) > 1


def to_json(change: Told) -> dict[str, Any]:
    """What a release stores of a change."""
    return {
        "kind": change.kind.value,
        "session_id": change.session_id,
        "code": change.code,
        "title": dict(change.title),
        "before": _place_to_json(change.before),
        "after": _place_to_json(change.after),
    }


def from_json(values: Mapping[str, Any]) -> Told:
    """Read what `to_json` wrote."""
    return Told(
        kind=ChangeKind(values["kind"]),
        session_id=values["session_id"],
        code=values["code"],
        title=values["title"],
        before=_place_from_json(values["before"]),
        after=_place_from_json(values["after"]),
    )


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


def _own(change: Change | None, slot: Slot, old: Slot | None, *, was: bool, is_: bool) -> Change | None:
    """The change as one speaker sees it, who spoke before, speaks now, or both."""
    if was == is_:
        return change
    if is_:
        return change if change and change.kind is ChangeKind.RESTORED else _as(ChangeKind.NEW, None, slot)
    return change if change and change.kind is ChangeKind.CANCELLED else _as(ChangeKind.REMOVED, old, slot)


def _as(kind: ChangeKind, before: Slot | None, after: Slot) -> Change:
    return Change(kind, after.session_id or 0, before, after)


def _by_guid(programme: Programme | None) -> Mapping[str, Slot]:
    return {slot.guid: slot for slot in programme.slots} if programme else {}


def _people(programme: Programme | None) -> Mapping[int, frozenset[int]]:
    return {one.id: frozenset(one.speaker_ids) for one in programme.sessions} if programme else {}


def _in_order(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda one: (one.after.starts_at, one.after.id, one.after.guid))


def _place(slot: Slot, programme: Programme) -> Place:
    room = programme.room_by_id.get(slot.room_id or 0)
    return Place(slot.starts_at, slot.ends_at, room.name if room else {}, is_online(slot, programme))


def _place_to_json(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "starts_at": place.starts_at.isoformat(),
        "ends_at": place.ends_at.isoformat(),
        "room": dict(place.room),
        "online": place.online,
    }


def _place_from_json(values: Mapping[str, Any] | None) -> Place | None:
    if values is None:
        return None
    starts_at, ends_at = (dt.datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
    return Place(starts_at, ends_at, values["room"], bool(values["online"]))
