"""Who gets a place in a session, who waits, and whose turn it is when one becomes free."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session as DbSession

from congress.agenda import busy, errors, queries, services
from congress.agenda.busy import Busy, provides_busy
from congress.agenda.enums import LeftBy, SignUpState
from congress.agenda.models import SignUp
from congress.audit.models import AuditEntry
from congress.core import clock
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import Participation, SessionState
from congress.programme.models import Session, Slot
from congress.programme.services.sessions import change_session
from congress.registration import services as registrations
from congress.registration.enums import Attendance, CancelledBy, RegistrationStatus
from congress.registration.models import Registration, RegistrationGroup
from tests.factories.agenda import make_people, make_released_workshop, make_workshop
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot
from tests.factories.registrations import make_category

CONFIRMED, WAITING, CANCELLED = SignUpState.CONFIRMED, SignUpState.WAITING, SignUpState.CANCELLED


@pytest.fixture
def event(session: DbSession) -> Event:
    return make_event()


def sign_up_all(people: list[Registration], session: Session) -> list[SignUpState]:
    return [services.sign_up(one, session.id).state for one in people]


def states(people: list[Registration], session: Session) -> list[SignUpState | None]:
    found = [queries.sign_up_of(one.id, session.id) for one in people]
    return [one.state if one else None for one in found]


def move(session: Session, **values: object) -> None:
    """Change the only slot of a session and release."""
    slot = db.session.scalars(sa.select(Slot).where(Slot.session_id == session.id)).one()
    for name, value in values.items():
        setattr(slot, name, value)
    db.session.flush()
    make_release(db.session.get_one(Event, session.event_id))


@pytest.mark.database
def test_who_comes_when_it_is_full_waits_in_order(event: Event) -> None:
    session, people = make_released_workshop(event, 2), make_people(event, 4)
    assert sign_up_all(people, session) == [CONFIRMED, CONFIRMED, WAITING, WAITING]
    assert queries.positions_of(people[2].id) == {session.id: 1}
    assert queries.positions_of(people[3].id) == {session.id: 2}
    assert queries.positions_of(people[0].id) == {}
    assert queries.sign_up_counts(event.id) == {session.id: 2}


@pytest.mark.database
def test_signing_up_twice_is_one_sign_up_and_one_history_entry(event: Event) -> None:
    session, (person,) = make_released_workshop(event), make_people(event, 1)
    first = services.sign_up(person, session.id)
    assert services.sign_up(person, session.id).id == first.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignUp)) == 1
    done = sa.select(AuditEntry.action, AuditEntry.target_id).where(AuditEntry.action.startswith("sign_up."))
    assert db.session.execute(done).all() == [("sign_up.confirmed", person.id)]


@pytest.mark.database
def test_who_leaves_makes_room_for_the_first_in_the_queue(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 3)
    sign_up_all(people, session)
    assert services.leave(people[0], session.id)
    assert states(people, session) == [CANCELLED, CONFIRMED, WAITING]
    promoted = queries.sign_up_of(people[1].id, session.id)
    assert promoted
    assert promoted.promoted_at is not None
    assert promoted.calendar_sequence == 1
    assert not services.leave(people[0], session.id)


@pytest.mark.database
def test_who_comes_back_stands_at_the_end(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 3)
    sign_up_all(people, session)
    services.leave(people[0], session.id)
    assert services.sign_up(people[0], session.id).state is WAITING
    services.leave(people[1], session.id)
    assert states(people, session) == [WAITING, CANCELLED, CONFIRMED]


def test_leaving_the_queue_promotes_nobody(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 3)
    sign_up_all(people, session)
    services.leave(people[1], session.id)
    assert states(people, session) == [CONFIRMED, CANCELLED, WAITING]
    assert queries.positions_of(people[2].id) == {session.id: 1}


@pytest.mark.database
def test_a_cancelled_registration_leaves_its_sessions_and_gets_none_back(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 2)
    sign_up_all(people, session)
    registrations.cancel(people[0], CancelledBy.PARTICIPANT)
    assert states(people, session) == [CANCELLED, CONFIRMED]
    ended = queries.sign_up_of(people[0].id, session.id)
    assert ended
    assert ended.left_by is LeftBy.REGISTRATION
    registrations.restore(people[0])
    assert states(people, session) == [CANCELLED, CONFIRMED]


@pytest.mark.database
def test_a_larger_capacity_promotes_in_the_transaction_that_saves_it(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 4)
    sign_up_all(people, session)
    change_session(event, session.code, {"sign_up_capacity": 3}, session.version)
    assert states(people, session) == [CONFIRMED, CONFIRMED, CONFIRMED, WAITING]


def test_a_smaller_capacity_takes_no_place_away(event: Event) -> None:
    session, people = make_released_workshop(event, 3), make_people(event, 4)
    sign_up_all(people, session)
    change_session(event, session.code, {"sign_up_capacity": 1}, session.version)
    services.leave(people[0], session.id)
    assert states(people, session) == [CANCELLED, CONFIRMED, CONFIRMED, WAITING]


@pytest.mark.database
def test_a_release_into_a_larger_room_promotes(event: Event) -> None:
    small, large = make_room(event, capacity=1), make_room(event, capacity=3)
    session = make_session(event, needs_sign_up=True)
    make_slot(event, session, small)
    make_release(event)
    people = make_people(event, 3)
    assert sign_up_all(people, session) == [CONFIRMED, WAITING, WAITING]
    move(session, room_id=large.id)
    assert states(people, session) == [CONFIRMED] * 3


def test_the_smallest_room_counts_and_without_one_there_is_no_limit(event: Event) -> None:
    twice, anywhere = make_session(event, needs_sign_up=True), make_session(event, needs_sign_up=True)
    make_slot(event, twice, make_room(event, capacity=3))
    make_slot(event, twice, make_room(event, capacity=1), hour=11)
    make_slot(event, anywhere, make_room(event, capacity=None))
    make_release(event)
    people = make_people(event, 3)
    assert sign_up_all(people, twice) == [CONFIRMED, WAITING, WAITING]
    assert [services.sign_up(one, anywhere.id, despite_overlap=True).state for one in people] == [CONFIRMED] * 3


@pytest.mark.database
def test_a_dropped_session_ends_its_sign_ups_and_a_restored_one_begins_anew(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 2)
    make_slot(event, make_session(event), None, hour=15)
    sign_up_all(people, session)
    session.state = SessionState.CANCELLED
    make_release(event)
    assert states(people, session) == [CANCELLED, CANCELLED]
    with pytest.raises(errors.NotInProgramme):
        services.sign_up(people[0], session.id)
    session.state = SessionState.CONFIRMED
    make_release(event)
    assert states(people, session) == [CANCELLED, CANCELLED]
    assert sign_up_all(people[::-1], session) == [CONFIRMED, WAITING]


def test_a_session_that_needs_no_sign_up_any_more_takes_everybody(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 3)
    sign_up_all(people, session)
    session.needs_sign_up = False
    make_release(event)
    assert states(people, session) == [CONFIRMED] * 3
    with pytest.raises(errors.NoSignUpNeeded):
        services.sign_up(make_people(event, 1)[0], session.id)


def test_nobody_signs_up_or_is_promoted_after_the_beginning(event: Event) -> None:
    session, people = make_released_workshop(event, 1, hour=9), make_people(event, 3)
    sign_up_all(people[:2], session)
    begins = event.starts_at.replace(hour=9, minute=0)
    with clock.held_at(begins):
        with pytest.raises(errors.AlreadyBegun):
            services.sign_up(people[2], session.id)
        assert services.leave(people[0], session.id)
        assert states(people[:2], session) == [CANCELLED, WAITING]
    with clock.held_at(begins + dt.timedelta(hours=1)):
        assert not services.leave(people[1], session.id)


def test_an_online_registration_follows_what_can_be_followed_online(event: Event) -> None:
    online = make_category(event, attendance=Attendance.ONLINE)
    (person,) = make_people(event, 1, online)
    on_site = make_workshop(event)
    both = make_workshop(event, hour=11, participation=Participation.BOTH)
    make_release(event)
    with pytest.raises(errors.OnSiteOnly):
        services.sign_up(person, on_site.id)
    assert services.sign_up(person, both.id).state is CONFIRMED


def test_moving_to_an_online_category_gives_the_places_on_site_back(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 2)
    sign_up_all(people, session)
    registrations.change_category(people[0], make_category(event, attendance=Attendance.ONLINE).id)
    assert states(people, session) == [CANCELLED, CONFIRMED]


@pytest.mark.parametrize("values", [{"status": RegistrationStatus.PENDING}, {"status": RegistrationStatus.CANCELLED}])
def test_only_confirmed_registrations_sign_up(event: Event, values: dict[str, RegistrationStatus]) -> None:
    session, (person,) = make_released_workshop(event), make_people(event, 1)
    person.status = values["status"]
    db.session.flush()
    with pytest.raises(errors.NotConfirmed):
        services.sign_up(person, session.id)


def test_nobody_signs_up_for_an_event_that_does_not_take_place(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 2)
    sign_up_all(people, session)
    event.status = EventStatus.CANCELLED
    db.session.flush()
    with pytest.raises(errors.NotConfirmed):
        services.sign_up(make_people(event, 1)[0], session.id)
    registrations.cancel(people[0], CancelledBy.PARTICIPANT)
    assert states(people, session) == [CANCELLED, WAITING]


def test_an_overlap_is_said_first(event: Event) -> None:
    one, other, later = make_workshop(event), make_workshop(event, hour=9.25), make_workshop(event, hour=9.5)
    make_release(event)
    (person,) = make_people(event, 1)
    services.sign_up(person, one.id)
    with pytest.raises(errors.Overlapping):
        services.sign_up(person, other.id)
    assert services.sign_up(person, later.id).state is CONFIRMED
    assert services.sign_up(person, other.id, despite_overlap=True).state is CONFIRMED


def test_higher_layers_say_what_somebody_is_busy_with(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busy, "_providers", [])
    session, people = make_released_workshop(event, hour=9), make_people(event, 2)
    begins = event.starts_at.replace(hour=9, minute=0)
    asked = []

    @provides_busy
    def meetings(one: Registration, start: dt.datetime, end: dt.datetime) -> list[Busy]:
        asked.append((start, end))
        return [Busy("A meeting", begins, end)] if one.id == people[0].id else []

    assert provides_busy(meetings) is meetings
    with pytest.raises(errors.Overlapping):
        services.sign_up(people[0], session.id)
    assert services.sign_up(people[1], session.id).state is CONFIRMED
    assert asked == [(begins, begins + dt.timedelta(minutes=30))] * 2


@pytest.mark.database
def test_organisers_add_remove_and_promote_out_of_turn(event: Event) -> None:
    session, people = make_released_workshop(event, 1), make_people(event, 4)
    sign_up_all(people[:2], session)
    assert services.add(people[2], session.id, over_capacity=False).state is WAITING
    assert services.add(people[3], session.id, over_capacity=True).state is CONFIRMED
    last = queries.sign_up_of(people[2].id, session.id)
    assert last
    services.promote(last)
    assert states(people, session) == [CONFIRMED, WAITING, CONFIRMED, CONFIRMED]
    with pytest.raises(errors.NotWaiting):
        services.promote(last)
    for one in (people[2], people[3]):
        there = queries.sign_up_of(one.id, session.id)
        assert there
        assert services.remove(there)
        assert not services.remove(there)
    assert states(people, session) == [CONFIRMED, WAITING, CANCELLED, CANCELLED]


def test_organisers_add_people_to_what_has_begun(event: Event) -> None:
    session, (person,) = make_released_workshop(event), make_people(event, 1)
    with clock.held_at(event.starts_at.replace(hour=9, minute=10)):
        assert services.add(person, session.id, over_capacity=False).state is CONFIRMED


@pytest.mark.database
def test_stars_are_set_and_not_switched(event: Event) -> None:
    session, (person,) = make_released_workshop(event), make_people(event, 1)
    for _twice in range(2):
        services.set_star(person, session.id, starred=True)
        assert [(one.session_id, one.starred) for one in queries.picked_sessions([person.id])] == [(session.id, True)]
    for _twice in range(2):
        services.set_star(person, session.id, starred=False)
        assert queries.picked_sessions([person.id]) == []


def test_only_released_sessions_are_starred(event: Event) -> None:
    make_released_workshop(event)
    unreleased, (person,) = make_workshop(event), make_people(event, 1)
    with pytest.raises(errors.NotInProgramme):
        services.set_star(person, unreleased.id, starred=True)


@pytest.mark.database
def test_what_was_picked_is_told_with_its_state(event: Event) -> None:
    one, other, third = (make_workshop(event, 1, hour=hour) for hour in (9, 10, 11))
    make_release(event)
    first, second = make_people(event, 2)
    moment = clock.now()
    with clock.held_at(moment):
        services.sign_up(first, one.id)
    services.sign_up(second, one.id)
    services.set_star(second, one.id, starred=True)
    services.set_star(second, other.id, starred=True)
    services.sign_up(second, other.id)
    services.leave(second, other.id)
    services.sign_up(second, third.id)
    services.leave(second, third.id)
    told = {
        (picked.registration_id, picked.session_id): (picked.starred, picked.state, picked.calendar_sequence)
        for picked in queries.picked_sessions([first.id, second.id])
    }
    assert told == {
        (first.id, one.id): (False, CONFIRMED, 0),
        (second.id, one.id): (True, WAITING, 0),
        (second.id, other.id): (True, None, 1),
    }
    assert {picked.event_id for picked in queries.picked_sessions([first.id])} == {event.id}
    assert queries.picked_sessions([first.id])[0].changed_at == moment


def test_every_change_renews_the_personal_calendar(session: DbSession) -> None:
    event = make_event()
    workshop, people = make_released_workshop(event, 1), make_people(event, 2)
    groups = [person.group_id for person in people]

    def changed(act: object) -> list[bool]:
        from congress.core.transactions import commit

        before = versions(groups)
        act()  # type: ignore[operator]
        commit()
        return [new > old for old, new in zip(before, versions(groups), strict=True)]

    assert changed(lambda: services.set_star(people[0], workshop.id, starred=True)) == [True, False]
    assert changed(lambda: services.set_star(people[0], workshop.id, starred=True)) == [False, False]
    assert changed(lambda: services.sign_up(people[0], workshop.id)) == [True, False]
    assert changed(lambda: services.sign_up(people[1], workshop.id)) == [False, True]
    assert changed(lambda: services.leave(people[0], workshop.id)) == [True, True]


def versions(groups: list[int]) -> list[int]:
    rows = sa.select(RegistrationGroup.calendar_version).where(RegistrationGroup.id.in_(groups))
    return list(db.session.scalars(rows.order_by(RegistrationGroup.id)))
