"""What the schedule is warned of, and that the check is fast."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Iterable

import pytest
from flask import Flask
from sqlalchemy.orm import Session as DbSession

from congress.core.languages import speaking
from congress.events.models import Event
from congress.extensions import db
from congress.programme import demand
from congress.programme.conflict_words import Teller
from congress.programme.conflicts import Item, ScheduleWarning, check, warnings_of
from congress.programme.enums import Participation, SessionState, SlotKind, WarningKind
from congress.programme.models import Availability, RoomHours
from congress.programme.schedule import schedule_of
from congress.programme.services.drafting import lock_programme
from tests.factories.events import make_event
from tests.factories.programme import make_room, make_session, make_slot, make_speaker
from tests.support.counting import queries_of

MORNING = dt.datetime(2027, 3, 20, 8, 0, tzinfo=dt.UTC)
HALL, ATTIC = 1, 2
ADA, GRACE = 11, 12
KIND = WarningKind


def at(minutes: float) -> dt.datetime:
    return MORNING + dt.timedelta(minutes=minutes)


def item(slot_id: int, start: float, end: float, room: int | None = HALL, *people: int, **values: object) -> Item:
    defaults: dict = {"kind": SlotKind.SESSION, "session_id": 100 + slot_id}
    return Item(
        slot_id=slot_id,
        room_id=room,
        starts_at=at(start),
        ends_at=at(end),
        speaker_ids=people,
        **(defaults | values),
    )


def pause(slot_id: int, start: float, end: float, room: int | None, kind: SlotKind = SlotKind.BREAK) -> Item:
    return item(slot_id, start, end, room, kind=kind, session_id=None)


def found(*items: Item, **values: object) -> set[tuple[WarningKind, tuple[int, ...]]]:
    defaults: dict = {"hours": {}, "availabilities": {}, "sign_ups": {}}
    return {(one.kind, tuple(sorted(one.slot_ids))) for one in check(items, **(defaults | values))}


@pytest.mark.parametrize(
    ("start", "end", "overlaps"),
    [(0, 30, True), (10, 20, True), (29, 60, True), (30, 60, False), (-30, 0, False), (-5, 45, True)],
)
def test_two_items_in_a_room_overlap_or_only_touch(start: float, end: float, overlaps: bool) -> None:
    expected = {(KIND.ROOM_TWICE, (1, 2))} if overlaps else set()
    assert found(item(1, 0, 30), item(2, start, end)) == expected
    assert found(item(1, 0, 30), item(2, start, end, ATTIC)) == set()
    assert found(item(1, 0, 30, None), item(2, start, end, None)) == set()


def test_a_long_item_is_compared_with_all_that_it_covers() -> None:
    assert found(item(1, 0, 90), item(2, 10, 20), item(3, 60, 70)) == {
        (KIND.ROOM_TWICE, (1, 2)),
        (KIND.ROOM_TWICE, (1, 3)),
    }


def test_a_break_without_room_is_for_all_rooms() -> None:
    lunch = pause(9, 0, 60, None)
    assert found(lunch, item(1, 30, 90), item(2, 60, 90, ATTIC), item(3, -30, 10, None)) == {
        (KIND.ROOM_TWICE, (1, 9)),
        (KIND.ROOM_TWICE, (3, 9)),
    }
    assert found(lunch, pause(8, 0, 60, HALL)) == {(KIND.ROOM_TWICE, (8, 9))}
    assert found(lunch, pause(8, 0, 60, None)) == {(KIND.ROOM_TWICE, (8, 9))}


def test_a_blocker_is_in_the_way_of_sessions_only() -> None:
    cleaning = pause(9, 0, 60, HALL, SlotKind.BLOCKER)
    assert found(cleaning, pause(8, 0, 60, None), pause(7, 0, 60, HALL, SlotKind.BLOCKER)) == set()
    assert found(cleaning, item(1, 0, 30)) == {(KIND.ROOM_TWICE, (1, 9))}


def test_a_speaker_in_two_places() -> None:
    assert found(item(1, 0, 30, HALL, ADA), item(2, 0, 30, ATTIC, GRACE, ADA)) == {(KIND.SPEAKER_TWICE, (1, 2))}
    assert found(item(1, 0, 30, HALL, ADA), item(2, 30, 60, ATTIC, ADA)) == set()
    assert found(item(1, 0, 30, None, ADA), item(2, 29, 60, None, ADA)) == {(KIND.SPEAKER_TWICE, (1, 2))}


@pytest.mark.parametrize(("gap", "warned"), [(0, True), (9, True), (10, False), (30, False)])
def test_walking_takes_time_between_different_rooms(gap: float, warned: bool) -> None:
    first, second = item(1, 0, 30, HALL, ADA), item(2, 30 + gap, 90, ATTIC, ADA)
    expected = {(KIND.WALKING, (1, 2))} if warned else set()
    assert found(first, second, walking_minutes=10) == expected
    assert found(first, item(2, 30 + gap, 90, HALL, ADA), walking_minutes=10) == set()
    assert found(first, item(2, 30 + gap, 90, None, ADA), walking_minutes=10) == set()


def test_hours_of_rooms_and_speakers() -> None:
    windows = [(at(0), at(60)), (at(60), at(120)), (at(180), at(240))]
    inside, outside = item(1, 30, 90, HALL, ADA), item(2, 110, 130, HALL, ADA)
    before, in_between = item(3, -30, 0, HALL, ADA), item(4, 130, 170, HALL, ADA)
    late, setting_up = item(5, 230, 250, ATTIC, GRACE), pause(6, -60, -30, HALL, SlotKind.BLOCKER)
    items = [inside, outside, before, in_between, late, setting_up]
    assert found(*items, hours={HALL: windows, ATTIC: []}) - {(KIND.ROOM_TWICE, (1, 2))} == {
        (KIND.ROOM_HOURS, (2,)),
        (KIND.ROOM_HOURS, (3,)),
        (KIND.ROOM_HOURS, (4,)),
    }
    only = [one for one in items if one is not outside]
    assert found(*only, availabilities={ADA: windows}) == {(KIND.AVAILABILITY, (3,)), (KIND.AVAILABILITY, (4,))}


@pytest.mark.parametrize(("wanted", "capacity", "warned"), [(50, 50, False), (51, 50, True), (51, None, False)])
def test_capacity_below_sign_ups(wanted: int, capacity: int | None, warned: bool) -> None:
    expected = {(KIND.CAPACITY, (1,))} if warned else set()
    assert found(item(1, 0, 30, capacity=capacity), sign_ups={101: wanted}) == expected


def test_three_thousand_sessions_are_checked_in_less_than_300_ms() -> None:
    luck = random.Random(7)
    items = []
    for number in range(3_000):
        start = luck.randrange(20) * 1440 + luck.randrange(0, 600, 5)
        items.append(item(number, start, start + 45, luck.randrange(1, 41), *luck.sample(range(2_000), 2)))
    hours = {room: [(at(1440 * day), at(1440 * day + 600)) for day in range(20)] for room in range(1, 41)}
    people = {one: [(at(1440 * day), at(1440 * day + 600)) for day in range(0, 20, 2)] for one in range(2_000)}
    began = time.perf_counter()
    warnings = check(
        items, hours=hours, availabilities=people, sign_ups=dict.fromkeys(range(3_200), 9), walking_minutes=10
    )
    took = time.perf_counter() - began
    assert {one.kind for one in warnings} >= {KIND.ROOM_TWICE, KIND.SPEAKER_TWICE, KIND.WALKING, KIND.AVAILABILITY}
    assert took < 0.3


def test_everything_at_the_same_time_in_one_room_stays_bounded() -> None:
    began = time.perf_counter()
    warnings = check(
        [item(number, 0, 60, HALL, ADA) for number in range(3_000)], hours={}, availabilities={}, sign_ups={}
    )
    assert len(warnings) < 150_000
    assert time.perf_counter() - began < 3


@pytest.fixture
def event(session: DbSession) -> Event:
    return make_event()


def kinds(warnings: Iterable[ScheduleWarning]) -> list[WarningKind]:
    return [one.kind for one in warnings]


@pytest.mark.database
def test_the_draft_is_read_with_hours_people_and_demand(event: Event) -> None:
    room, ada = make_room(event, capacity=5), make_speaker(event, given_name="Ada", family_name="Byron")
    talk = make_session(event, [ada], title={"en": "Looms", "fr": "Métiers"})
    slot = make_slot(event, talk, room, hour=9)
    other = make_slot(event, make_session(event, [ada], title={"en": "Engines", "fr": "Machines"}), room, hour=9)
    db.session.add(RoomHours(room_id=room.id, opens_at=slot.ends_at, closes_at=slot.ends_at + dt.timedelta(hours=1)))
    db.session.add(
        Availability(speaker_id=ada.id, starts_at=slot.ends_at, ends_at=slot.ends_at + dt.timedelta(hours=1))
    )
    db.session.flush()
    warnings = warnings_of(event, {talk.id: 6})
    about_both = [one for one in warnings if one.slot_ids == (other.id, slot.id)]
    assert kinds(about_both) == [KIND.ROOM_TWICE, KIND.SPEAKER_TWICE]
    assert kinds(one for one in warnings if one.slot_ids == (slot.id,)) == [
        KIND.AVAILABILITY,
        KIND.CAPACITY,
        KIND.ROOM_HOURS,
    ]
    with speaking("en"):
        sentences = [Teller(schedule_of(event)).tell(one).sentence for one in about_both]
    assert "Ada Byron is in “Looms” and in “Engines” at the same time." in sentences


@pytest.mark.database
def test_before_a_release(event: Event) -> None:
    room = make_room(event)
    accepted = make_slot(event, make_session(event, state=SessionState.ACCEPTED), room, hour=9)
    nowhere = make_slot(event, make_session(event), None, hour=9)
    make_slot(event, make_session(event, participation=Participation.ONLINE), None, hour=9)
    waiting = make_session(event, state=SessionState.ACCEPTED)
    make_session(event, state=SessionState.SUBMITTED)
    withdrawn = make_slot(event, make_session(event, state=SessionState.WITHDRAWN), room, hour=9)
    lost = make_slot(event, make_session(event), room, hour=24 * 9)
    assert {(one.kind, one.slot_id or one.session_id) for one in warnings_of(event)} == {
        (KIND.UNCONFIRMED, accepted.id),
        (KIND.UNCONFIRMED, withdrawn.id),
        (KIND.WITHOUT_ROOM, nowhere.id),
        (KIND.OUTSIDE_DAYS, lost.id),
        (KIND.UNSCHEDULED, waiting.id),
    }


def test_the_number_of_places_of_the_session_counts_before_that_of_the_room(event: Event) -> None:
    small, session = make_room(event, capacity=5), make_session(event, sign_up_capacity=20)
    make_slot(event, session, small)
    assert warnings_of(event, {session.id: 20}) == []
    assert kinds(warnings_of(event, {session.id: 21})) == [KIND.CAPACITY]


def test_who_counts_sign_ups_is_asked(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_session(event)
    make_slot(event, session, make_room(event, capacity=5))
    monkeypatch.setattr(demand, "_ways_to_count", [])
    assert warnings_of(event) == []
    demand.count_with(lambda event_id: {session.id: 6} if event_id == event.id else {})
    assert kinds(warnings_of(event)) == [KIND.CAPACITY]


def test_a_few_queries_whatever_the_size(app: Flask, event: Event) -> None:
    lock_programme(event)
    room = make_room(event)
    counts = []
    for _round in range(2):
        for _number in range(3):
            make_slot(event, make_session(event, [make_speaker(event)]), room)
        db.session.expire_all()
        counts.append(queries_of(app, lambda: warnings_of(event, {})))
    assert counts[0] == counts[1] <= 12
