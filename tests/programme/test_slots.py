"""The schedule's writes: places, moves, refusals, versions, and what keeps its identity."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session as DbSession

from congress.core import transactions
from congress.core.errors import Missing
from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.programme import releases
from congress.programme.days import bounds, days_of, instant_of, local_of
from congress.programme.enums import ChangeKind, SessionState, SlotKind
from congress.programme.errors import (
    ChangedMeanwhile,
    EndsBeforeStart,
    NoSuchTime,
    NotInSchedule,
    OutsideDay,
    TooLong,
)
from congress.programme.models import Programme, Slot
from congress.programme.schedule import hours_of
from congress.programme.services import slots as services
from congress.programme.services.room_hours import set_hours
from congress.programme.services.slots import Place
from tests.factories.events import make_event
from tests.factories.programme import make_format, make_release, make_room, make_session, make_slot

pytestmark = pytest.mark.database
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def event(session: DbSession) -> Event:
    return make_event()


def version(event: Event) -> int:
    return db.session.scalar(sa.select(Programme.draft_version).where(Programme.event_id == event.id)) or 0


def slots_of(event: Event) -> list[Slot]:
    return list(db.session.scalars(sa.select(Slot).where(Slot.event_id == event.id).order_by(Slot.id)))


def minutes(slot: Slot) -> float:
    return (slot.ends_at - slot.starts_at).total_seconds() / 60


def test_a_session_gets_the_duration_of_its_format_and_may_have_several_times(event: Event) -> None:
    long, plain = make_session(event, format_id=make_format(event, 90).id), make_session(event)
    room, start = make_room(event), event.starts_at
    assert minutes(services.schedule_session(event, long.code, Place(start, None, room.id))) == 90
    assert minutes(services.schedule_session(event, plain.code, Place(start, None, room.id))) == 30
    assert minutes(services.schedule_session(event, long.code, Place(start + HOUR, start + 2 * HOUR, None))) == 60
    assert len(slots_of(event)) == 3
    assert version(event) == 3


def test_breaks_and_blockers(event: Event) -> None:
    for kind in (SlotKind.BREAK, SlotKind.BLOCKER):
        services.add_pause(event, kind, {"fr": "Café"}, Place(event.starts_at, None, None))
    assert [(one.kind, one.room_id, minutes(one)) for one in slots_of(event)] == [
        (SlotKind.BREAK, None, 30),
        (SlotKind.BLOCKER, None, 30),
    ]


def test_a_move_keeps_the_length_unless_it_says_another(event: Event) -> None:
    slot, room = make_slot(event, make_session(event), minutes=50), make_room(event)
    services.move_slot(event, slot.id, 1, Place(event.starts_at + HOUR, None, room.id))
    assert (minutes(slot), slot.room_id, slot.version) == (50, room.id, 2)
    services.move_slot(event, slot.id, 2, Place(slot.starts_at, slot.starts_at + HOUR, room.id))
    assert (minutes(slot), slot.version) == (60, 3)


def test_nothing_happens_when_all_is_as_it_was(event: Event) -> None:
    slot = make_slot(event, make_session(event))
    services.move_slot(event, slot.id, 1, Place(slot.starts_at, slot.ends_at, slot.room_id))
    assert (slot.version, version(event)) == (1, 0)


def test_who_saw_an_older_state_changes_nothing(event: Event) -> None:
    slot = make_slot(event, make_session(event))
    services.move_slot(event, slot.id, 1, Place(event.starts_at + 3 * HOUR, None, None))
    with pytest.raises(ChangedMeanwhile):
        services.move_slot(event, slot.id, 1, Place(event.starts_at, None, None))
    with pytest.raises(ChangedMeanwhile):
        services.remove_slot(event, slot.id, 1)
    assert slots_of(event)[0].starts_at == event.starts_at + 3 * HOUR


def test_only_within_the_days_of_the_event_from_four_to_four(event: Event) -> None:
    session = make_session(event)
    begin, end = bounds(days_of(event)[0], event.zone)
    for place in (Place(begin, begin + HOUR, None), Place(end - HOUR, end, None)):
        services.schedule_session(event, session.code, place)
    for outside in (Place(begin - dt.timedelta(minutes=1), None, None), Place(end - HOUR / 4, None, None)):
        with pytest.raises(OutsideDay):
            services.schedule_session(event, session.code, outside)


def test_an_end_before_the_start_and_more_than_a_day_are_refused(event: Event) -> None:
    session, start = make_session(event), event.starts_at
    with pytest.raises(EndsBeforeStart):
        services.schedule_session(event, session.code, Place(start, start, None))
    event.ends_at += dt.timedelta(days=3)
    with pytest.raises(TooLong):
        services.schedule_session(event, session.code, Place(start, start + 25 * HOUR, None))


def test_rooms_sessions_and_slots_of_another_event_do_not_exist(event: Event) -> None:
    other = make_event()
    session, room = make_session(event), make_room(other)
    foreign, foreign_slot = make_session(other), make_slot(other, make_session(other))
    attempts: list[Callable[[], object]] = [
        lambda: services.schedule_session(event, session.code, Place(event.starts_at, None, room.id)),
        lambda: services.schedule_session(event, foreign.code, Place(event.starts_at, None, None)),
        lambda: services.move_slot(event, foreign_slot.id, 1, Place(event.starts_at, None, None)),
        lambda: services.remove_slot(event, foreign_slot.id, 1),
        lambda: services.copy_to_all_rooms(event, foreign_slot.id),
        lambda: set_hours(event, room.id, []),
    ]
    for attempt in attempts:
        with pytest.raises(Missing):
            attempt()


@pytest.mark.parametrize("state", sorted(set(SessionState) - {SessionState.ACCEPTED, SessionState.CONFIRMED}))
def test_only_accepted_and_confirmed_sessions_get_a_time(event: Event, state: SessionState) -> None:
    session = make_session(event, state=state)
    with pytest.raises(NotInSchedule):
        services.schedule_session(event, session.code, Place(event.starts_at, None, None))


def test_a_break_is_copied_to_the_rooms_that_lack_it(event: Event) -> None:
    rooms = [make_room(event) for _number in range(3)]
    coffee = make_slot(event, None, rooms[0])
    make_slot(event, None, rooms[1])
    assert services.copy_to_all_rooms(event, coffee.id) == 1
    assert services.copy_to_all_rooms(event, coffee.id) == 0
    assert sorted(one.room_id or 0 for one in slots_of(event)) == sorted(room.id for room in rooms)
    with pytest.raises(NotInSchedule):
        services.copy_to_all_rooms(event, make_slot(event, make_session(event), rooms[0], hour=12).id)


def test_what_was_released_and_comes_back_is_restored_in_calendars(event: Event) -> None:
    room, session = make_room(event), make_session(event)
    early, late = make_slot(event, session, room, hour=9), make_slot(event, session, room, hour=15)
    guids = early.guid, late.guid
    make_release(event)
    for slot in (early, late):
        services.remove_slot(event, slot.id, 1)
    assert {change["kind"] for change in make_release(event).changes} == {ChangeKind.CANCELLED.value}
    midnight = event.starts_at.replace(hour=0)
    back = services.schedule_session(event, session.code, Place(midnight + 14 * HOUR, None, room.id))
    assert back.guid == guids[1]
    assert services.schedule_session(event, session.code, Place(midnight + 16 * HOUR, None, None)).guid == guids[0]
    assert services.schedule_session(event, session.code, Place(midnight + 17 * HOUR, None, None)).guid not in guids
    assert sorted(change["kind"] for change in make_release(event).changes) == ["new", "restored", "restored"]
    latest = releases.latest(event.id)
    assert latest
    assert {one.guid: one.sequence for one in latest.slots}[guids[1]] == 2


def test_breaks_come_back_by_their_title_and_blockers_have_no_history(event: Event) -> None:
    coffee, closed = make_slot(event, None, None), make_slot(event, None, None, kind=SlotKind.BLOCKER)
    make_slot(event, make_session(event))
    make_release(event)
    services.remove_slot(event, coffee.id, 1)
    place = Place(event.starts_at, None, None)
    assert services.add_pause(event, SlotKind.BREAK, {"fr": "Repas"}, place).guid != coffee.guid
    assert services.add_pause(event, SlotKind.BREAK, coffee.title, place).guid == coffee.guid
    services.remove_slot(event, closed.id, 1)
    assert services.add_pause(event, SlotKind.BLOCKER, closed.title, place).guid != closed.guid


def test_hours_are_replaced_for_one_room_or_for_all(event: Event) -> None:
    room, other = make_room(event), make_room(event)
    morning = (event.starts_at, event.starts_at + HOUR)
    set_hours(event, room.id, [morning, morning])
    set_hours(event, other.id, [morning], of_all_rooms=True)
    set_hours(event, room.id, [])
    assert hours_of(event) == {other.id: [morning]}
    with pytest.raises(EndsBeforeStart):
        set_hours(event, room.id, [(morning[1], morning[0])])


def test_times_on_the_wall_on_the_nights_when_clocks_change() -> None:
    paris = "Europe/Paris"
    with pytest.raises(NoSuchTime):
        instant_of(dt.datetime(2027, 3, 28, 2, 30), paris)
    repeated = instant_of(dt.datetime(2027, 10, 31, 2, 30), paris)
    assert repeated == dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC)
    assert local_of(repeated, paris) == local_of(repeated + HOUR, paris)


def test_of_two_who_move_the_same_slot_at_once_one_wins(app: Flask) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        slot_id, event_id, start = make_slot(event, make_session(event)).id, event.id, event.starts_at
    gate, outcomes = threading.Barrier(2), []

    def move(hours: int) -> None:
        with app.test_request_context("/fr/"):
            gate.wait(timeout=30)
            try:
                with transactions.scope(writes=True):
                    mine = db.session.get_one(Event, event_id)
                    services.move_slot(mine, slot_id, 1, Place(start + hours * HOUR, None, None))
                    transactions.commit()
                outcomes.append(hours)
            except ChangedMeanwhile:
                outcomes.append(0)

    # Neither is where the slot stands: moving it there changes nothing and is no conflict.
    threads = [threading.Thread(target=move, args=(hours,)) for hours in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert min(outcomes) == 0
    with app.app_context():
        slot = db.session.get_one(Slot, slot_id)
        assert (slot.version, slot.starts_at) == (2, start + max(outcomes) * HOUR)
