"""What a release keeps of the one before: calendar identities, and what is no longer in the programme.

A slot keeps its identity from release to release: SEQUENCE grows when time, place or status change (RFC 5545
§3.8.7.4), LAST-MODIFIED moves with anything shown. A slot that was taken out and put in again elsewhere is the same
entry in people's calendars, moved. What left stays, marked with the moment it left.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from congress.core.languages import LANGUAGES, translated
from congress.programme.enums import Participation
from congress.programme.snapshot import Programme, Room, Slot, Track

Named = TypeVar("Named", Room, Track)


def continued(made: Programme, before: Programme, now: dt.datetime) -> Programme:
    """The programme `made` from the draft, with what the release before knew, and with what has left since."""
    earlier = {slot.guid: slot for slot in before.slots}
    taken = {slot.guid for slot in made.slots}
    identities = _taken_over(
        [slot for slot in made.slots if slot.guid not in earlier],
        [slot for slot in before.slots if slot.guid not in taken],
    )
    slots = []
    for slot in made.slots:
        known = replace(slot, guid=identities.get(slot.guid, slot.guid))
        slots.append(_continue_slot(known, earlier.get(known.guid), made, before))
    here = {slot.guid for slot in slots}
    gone = [_left(slot, now) for slot in before.slots if slot.guid not in here]
    return _with_the_past(replace(made, slots=(*slots, *gone)), before, now)


def when_and_where(slot: Slot, programme: Programme) -> tuple[Any, ...]:
    """What people have to know before they leave home. A room with another name is another place to them."""
    room = programme.room_by_id.get(slot.room_id or 0)
    names = (translated(room.name, code) if room else "" for code in LANGUAGES)
    return slot.starts_at, slot.ends_at, is_online(slot, programme), *names


def is_online(slot: Slot, programme: Programme) -> bool:
    """Whether one can follow it from afar only."""
    session = programme.session_by_id.get(slot.session_id or 0)
    return session is not None and session.participation is Participation.ONLINE


def _taken_over(new: Sequence[Slot], gone: Sequence[Slot]) -> dict[str, str]:
    """Which new slots carry on the identity of one that is gone from the draft. Both are of the same session; first
    come those that took place, among them those at the same time, then the earlier ones.
    """
    of_session: dict[int | None, list[Slot]] = defaultdict(list)
    for old in gone:
        of_session[old.session_id].append(old)
    pairs = sorted(
        (not old.is_live, old.starts_at != slot.starts_at, slot.starts_at, old.starts_at, slot.guid, old.guid)
        for slot in new
        if slot.session_id is not None
        for old in of_session[slot.session_id]
    )
    found: dict[str, str] = {}
    used: set[str] = set()
    for *_order, guid, old_guid in pairs:
        if guid not in found and old_guid not in used:
            found[guid] = old_guid
            used.add(old_guid)
    return found


def _continue_slot(slot: Slot, earlier: Slot | None, made: Programme, before: Programme) -> Slot:
    if earlier is None:
        return slot
    moved = when_and_where(slot, made) != when_and_where(earlier, before) or not earlier.is_live
    same = not moved and _shown(slot, made) == _shown(earlier, before)
    return replace(
        slot,
        created_at=earlier.created_at,
        sequence=earlier.sequence + 1 if moved else earlier.sequence,
        changed_at=earlier.changed_at if same else slot.changed_at,
    )


def _shown(slot: Slot, programme: Programme) -> tuple[Any, ...]:
    """What a calendar may show of a slot besides time and place: compared by value."""
    session = programme.session_by_id.get(slot.session_id or 0)
    if session is None:
        return (dict(slot.title),)
    track = programme.track_by_id.get(session.track_id or 0)
    people = [(one.full_name, one.organisation) for one in programme.speakers_of(session)]
    return replace(session, dropped_at=None), people, (dict(track.name), track.colour) if track else None


def _left(slot: Slot, now: dt.datetime) -> Slot:
    if slot.cancelled_at is not None:
        return slot
    return replace(slot, cancelled_at=now, changed_at=now, sequence=slot.sequence + 1)


def _with_the_past(made: Programme, before: Programme, now: dt.datetime) -> Programme:
    """With the sessions that left, and with the people, rooms and tracks that only these name."""
    live = {session.id for session in made.sessions}
    dropped = [replace(one, dropped_at=one.dropped_at or now) for one in before.sessions if one.id not in live]
    people = {speaker_id for session in dropped for speaker_id in session.speaker_ids}
    rooms = {slot.room_id for slot in made.slots}
    tracks = {session.track_id for session in dropped}
    known = made.speaker_by_id
    return replace(
        made,
        sessions=(*made.sessions, *dropped),
        speakers=(*made.speakers, *(one for one in before.speakers if one.id in people and one.id not in known)),
        rooms=(*made.rooms, *_only_before(made.rooms, before.rooms, rooms)),
        tracks=(*made.tracks, *_only_before(made.tracks, before.tracks, tracks)),
    )


def _only_before(now: Sequence[Named], before: Iterable[Named], wanted: set[int | None]) -> list[Named]:
    here = {one.id for one in now}
    return [one for one in before if one.id in wanted and one.id not in here]
