"""What is wrong with a schedule. Every finding is a warning: organisers may have their reasons.

`check` is pure and fast (sorted lists and one sweep per room and speaker): 3,000 sessions take well under 300 ms.
Exact overlap counts; what only touches does not. A break or blocker without a room is for all rooms. Blockers are
for setting up and cleaning: they are in the way of sessions only.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.programme import demand
from congress.programme.days import bounds, days_of
from congress.programme.enums import SCHEDULABLE, Participation, SessionState, SlotKind, WarningKind
from congress.programme.models import Session, Slot
from congress.programme.schedule import Entry, Schedule, Window, schedule_of

MAX_OVERLAPS = 20
"""Overlaps that are told of one slot: a hundred things in one room are one mistake."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something at a time: what `check` needs to know of a slot. `capacity`: places, None for no limit."""

    slot_id: int
    kind: SlotKind
    room_id: int | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    session_id: int | None = None
    speaker_ids: tuple[int, ...] = ()
    capacity: int | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether it is for all rooms."""
        return self.room_id is None and self.kind is not SlotKind.SESSION


@dataclass(frozen=True, slots=True)
class ScheduleWarning:
    """One finding, about a slot, about two (`other_slot_id`), or about a session that has none.

    `number` is what there is, `limit` what there should be: sign-ups and places, or minutes of walking.
    """

    kind: WarningKind
    slot_id: int | None = None
    session_id: int | None = None
    other_slot_id: int | None = None
    room_id: int | None = None
    speaker_id: int | None = None
    number: int = 0
    limit: int = 0

    @property
    def slot_ids(self) -> tuple[int, ...]:
        """The slots that show it."""
        return tuple(one for one in (self.slot_id, self.other_slot_id) if one is not None)


def check(
    items: Iterable[Item],
    *,
    hours: Mapping[int, Sequence[Window]],
    availabilities: Mapping[int, Sequence[Window]],
    sign_ups: Mapping[int, int],
    walking_minutes: int = 0,
) -> list[ScheduleWarning]:
    """The warnings about slots, in no order that means anything.

    `hours` by room and `availabilities` by speaker: whoever is not in there is always open, always there. `sign_ups`
    by session. `walking_minutes`: what a speaker needs between two different rooms, 0 for nothing.
    """
    in_time = sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.slot_id))
    walk = dt.timedelta(minutes=walking_minutes)
    return [
        *_rooms_twice(in_time),
        *_all_rooms_twice(in_time),
        *_outside_hours(in_time, {room: _merged(windows) for room, windows in hours.items() if windows}),
        *_speakers_twice(in_time, walk),
        *_unavailable(in_time, {one: _merged(windows) for one, windows in availabilities.items() if windows}),
        *_too_many(in_time, sign_ups),
    ]


def _rooms_twice(in_time: Sequence[Item]) -> Iterator[ScheduleWarning]:
    for room_id, items in _grouped(in_time, lambda one: (one.room_id,) if one.room_id else ()).items():
        for first, second in _meeting(items, dt.timedelta()):
            if _collide(first, second):
                yield _pair(WarningKind.ROOM_TWICE, first, second, room_id=room_id)


def _all_rooms_twice(in_time: Sequence[Item]) -> Iterator[ScheduleWarning]:
    """Everything that meets a break or blocker for all rooms."""
    everywhere: list[Item] = []
    elsewhere: list[Item] = []
    for item in in_time:
        everywhere = [one for one in everywhere if one.ends_at > item.starts_at]
        met = everywhere
        if item.is_everywhere:
            elsewhere = [one for one in elsewhere if one.ends_at > item.starts_at]
            met = [*everywhere, *elsewhere]
        for other in met:
            if _collide(other, item):
                yield _pair(WarningKind.ROOM_TWICE, other, item)
        if item.is_everywhere:
            _open(everywhere, item)
        else:
            elsewhere.append(item)


def _collide(first: Item, second: Item) -> bool:
    kinds = {first.kind, second.kind}
    return SlotKind.SESSION in kinds or SlotKind.BLOCKER not in kinds


def _outside_hours(in_time: Sequence[Item], hours: Mapping[int, Sequence[Window]]) -> Iterator[ScheduleWarning]:
    for item in in_time:
        windows = hours.get(item.room_id or 0)
        if windows and item.kind is not SlotKind.BLOCKER and not _inside(item, windows):
            yield ScheduleWarning(WarningKind.ROOM_HOURS, item.slot_id, item.session_id, room_id=item.room_id)


def _speakers_twice(in_time: Sequence[Item], walk: dt.timedelta) -> Iterator[ScheduleWarning]:
    for speaker_id, items in _grouped(in_time, lambda one: one.speaker_ids).items():
        for first, second in _meeting(items, walk):
            if first.ends_at > second.starts_at:
                yield _pair(WarningKind.SPEAKER_TWICE, first, second, speaker_id=speaker_id)
            elif first.room_id and second.room_id and first.room_id != second.room_id:
                gap, wanted = (one // dt.timedelta(minutes=1) for one in (second.starts_at - first.ends_at, walk))
                yield _pair(WarningKind.WALKING, first, second, speaker_id=speaker_id, number=gap, limit=wanted)


def _unavailable(in_time: Sequence[Item], windows: Mapping[int, Sequence[Window]]) -> Iterator[ScheduleWarning]:
    for item in in_time:
        for speaker_id in item.speaker_ids:
            if speaker_id in windows and not _inside(item, windows[speaker_id]):
                yield ScheduleWarning(WarningKind.AVAILABILITY, item.slot_id, item.session_id, speaker_id=speaker_id)


def _too_many(in_time: Sequence[Item], sign_ups: Mapping[int, int]) -> Iterator[ScheduleWarning]:
    for item in in_time:
        wanted = sign_ups.get(item.session_id or 0, 0)
        if item.capacity is not None and wanted > item.capacity:
            yield ScheduleWarning(
                WarningKind.CAPACITY,
                item.slot_id,
                item.session_id,
                room_id=item.room_id,
                number=wanted,
                limit=item.capacity,
            )


def _pair(kind: WarningKind, first: Item, second: Item, **values: int) -> ScheduleWarning:
    return ScheduleWarning(kind, second.slot_id, second.session_id, first.slot_id, **values)


def _grouped(in_time: Iterable[Item], keys: Callable[[Item], Iterable[int]]) -> Mapping[int, list[Item]]:
    found: defaultdict[int, list[Item]] = defaultdict(list)
    for item in in_time:
        for key in keys(item):
            found[key].append(item)
    return found


def _meeting(in_time: Iterable[Item], reach: dt.timedelta) -> Iterator[tuple[Item, Item]]:
    """The pairs of which the second begins before the first has ended, plus `reach`."""
    open_: list[Item] = []
    for item in in_time:
        open_ = [one for one in open_ if one.ends_at + reach > item.starts_at]
        yield from ((one, item) for one in open_)
        _open(open_, item)


def _open(open_: list[Item], item: Item) -> None:
    """One more that has begun; of too many at a time, those that end last are kept."""
    open_.append(item)
    if len(open_) > MAX_OVERLAPS:
        open_.remove(min(open_, key=_end))


def _end(item: Item) -> dt.datetime:
    return item.ends_at


def _merged(windows: Iterable[Window]) -> list[Window]:
    """The same windows in order, those that touch as one."""
    found: list[Window] = []
    for begin, end in sorted(windows):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def _inside(item: Item, windows: Sequence[Window]) -> bool:
    place = bisect_right(windows, item.starts_at, key=itemgetter(0)) - 1
    return place >= 0 and windows[place][1] >= item.ends_at


def warnings_of(
    event: Event, sign_ups: Mapping[int, int] | None = None, schedule: Schedule | None = None
) -> list[ScheduleWarning]:
    """The warnings of a draft, by time; without a `schedule` also those of sessions that have no time, last.

    `sign_ups` by session id; without them, those that `demand` knows. With a `schedule` of some slots, the warnings
    of these. `BEFORE_RELEASE` names the kinds that only matter then.
    """
    whole = schedule or schedule_of(event)
    found = check(
        [_item(one, whole) for one in whole.entries if one.takes_place],
        hours=whole.hours,
        availabilities=whole.availabilities,
        sign_ups=demand.sign_ups_of(event.id) if sign_ups is None else sign_ups,
        walking_minutes=whole.walking_minutes,
    )
    place = {one.id: number for number, one in enumerate(whole.entries)}
    found += _unready(event, whole.entries)
    found.sort(key=lambda one: (place[one.slot_id or 0], one.kind))
    return found if schedule else found + _unscheduled(event)


def _item(one: Entry, schedule: Schedule) -> Item:
    room = schedule.rooms.get(one.room_id or 0)
    places = one.capacity if one.capacity is not None or room is None else room.capacity
    return Item(one.id, one.kind, one.room_id, one.starts_at, one.ends_at, one.session_id, one.speaker_ids, places)


def _unready(event: Event, entries: Iterable[Entry]) -> list[ScheduleWarning]:
    days = days_of(event)
    begin, end = bounds(days[0], event.zone)[0], bounds(days[-1], event.zone)[1]
    found = []
    for one in entries:
        about = one.id, one.session_id
        if one.starts_at < begin or one.ends_at > end:
            found.append(ScheduleWarning(WarningKind.OUTSIDE_DAYS, *about))
        if one.kind is SlotKind.SESSION and one.state is not SessionState.CONFIRMED:
            found.append(ScheduleWarning(WarningKind.UNCONFIRMED, *about))
        needs_room = one.kind is SlotKind.SESSION and one.participation is not Participation.ONLINE
        if needs_room and one.room_id is None and one.takes_place:
            found.append(ScheduleWarning(WarningKind.WITHOUT_ROOM, *about))
    return found


def _unscheduled(event: Event) -> list[ScheduleWarning]:
    has_time = sa.exists().where(Slot.session_id == Session.id)
    found = db.session.scalars(
        sa.select(Session.id)
        .where(Session.event_id == event.id, Session.state.in_(SCHEDULABLE), ~has_time)
        .order_by(Session.id)
    )
    return [ScheduleWarning(WarningKind.UNSCHEDULED, session_id=one) for one in found]
