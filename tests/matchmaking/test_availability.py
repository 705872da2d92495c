"""When people can meet, and what takes that from them. The event begins at 8:00 UTC, which is 9:00 in Paris."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session

from congress.agenda import services as agenda
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.availability import Availability, availability_of, by_video, common_slots, half_of
from congress.matchmaking.enums import Half, MeetingState, Presence, SessionModality
from congress.matchmaking.models import MeetingSlot, PresenceHalf, Profile, UnavailableSlot
from congress.registration.enums import Attendance
from tests.factories.agenda import make_released_workshop
from tests.factories.events import make_event
from tests.factories.matchmaking import make_meeting, make_profile, make_slots, make_tables
from tests.factories.programme import make_release, make_session, make_slot, make_speaker
from tests.factories.registrations import make_category
from tests.support.counting import queries_of

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]


@pytest.fixture
def event(session: Session, now: dt.datetime) -> Event:
    return make_event()


def of(profile: Profile, event: Event) -> Availability:
    return availability_of(event, [profile])[profile.id]


def ids(*slots: MeetingSlot) -> set[int]:
    return {slot.id for slot in slots}


def test_somebody_on_site_is_free_in_every_slot(event: Event) -> None:
    slots = make_slots(event, 3)
    found = of(make_profile(event), event)
    assert found == Availability(frozenset(ids(*slots)), frozenset(), frozenset())


def test_somebody_online_is_there_by_video_and_not_where_there_is_none(event: Event) -> None:
    on_site = make_slots(event, 2, modality=SessionModality.ON_SITE)
    hybrid = make_slots(event, 2, starts_at=event.starts_at + dt.timedelta(hours=2), modality=SessionModality.HYBRID)
    online = make_profile(event, category=make_category(event, attendance=Attendance.ONLINE))
    here = make_profile(event)
    found = of(online, event)
    assert found.free == found.remote == ids(*hybrid)
    assert by_video(hybrid[0], found, of(here, event))
    assert not by_video(on_site[0], of(here, event))
    assert by_video(make_slots(event, 1, starts_at=event.ends_at, modality=SessionModality.ONLINE)[0])


def test_half_days_are_those_of_the_place(event: Event) -> None:
    morning, afternoon = make_slots(event, 1)[0], make_slots(event, 1, starts_at=event.starts_at.replace(hour=11))[0]
    assert half_of(afternoon.starts_at, "Europe/Paris") == (event.first_day, Half.AFTERNOON)
    profile = make_profile(event)
    db.session.add(
        PresenceHalf(profile_id=profile.id, day=event.first_day, half=Half.MORNING, presence=Presence.ABSENT)
    )
    db.session.flush()
    assert of(profile, event).free == ids(afternoon)
    assert morning.id not in of(profile, event).free


def test_a_category_for_other_days_is_absent_until_its_owner_says_otherwise(event: Event) -> None:
    slots = make_slots(event, 2)
    later = make_category(event, valid_from=event.first_day + dt.timedelta(days=1))
    profile = make_profile(event, category=later)
    assert of(profile, event).free == frozenset()
    db.session.add(
        PresenceHalf(profile_id=profile.id, day=event.first_day, half=Half.MORNING, presence=Presence.ON_SITE)
    )
    db.session.flush()
    assert of(profile, event).free == ids(*slots)


def test_slots_kept_free_and_sessions_are_not_for_meetings(event: Event) -> None:
    slots = make_slots(event, 6)  # 8:00, 8:25, 8:50, 9:15, 9:40, 10:05
    profile = make_profile(event)
    db.session.add(UnavailableSlot(profile_id=profile.id, slot_id=slots[0].id))
    workshop = make_released_workshop(event, hour=9.25)  # 9:15 to 9:45
    agenda.sign_up(profile.registration, workshop.id)
    assert of(profile, event).free == ids(slots[1], slots[2], slots[5])


def test_whoever_speaks_is_on_stage(event: Event) -> None:
    slots = make_slots(event, 2)
    profile = make_profile(event)
    speaker = make_speaker(event, email_key=profile.registration.email_key, email=profile.registration.email)
    make_slot(event, make_session(event, [speaker]), hour=8.5)  # 8:30 to 9:00
    assert of(profile, event).free == ids(*slots)
    make_release(event)
    assert of(profile, event).free == ids(slots[0])


def test_meetings_take_the_slot_that_they_have_and_the_one_that_people_were_told(event: Event) -> None:
    slots, tables = make_slots(event, 4), make_tables(event)
    one, other, third = make_profile(event), make_profile(event), make_profile(event)
    moved = make_meeting(one, other, MeetingState.SCHEDULED, slot=slots[0], table=tables[0])
    moved.shown_slot_id = slots[1].id
    make_meeting(one, third, MeetingState.PENDING, wanted_slot_id=slots[3].id)
    db.session.flush()
    assert of(one, event).taken == ids(*slots[:2])
    assert common_slots(of(one, event), of(third, event)) == ids(*slots[2:])


def test_the_cost_does_not_grow_with_people(app: Flask, event: Event) -> None:
    make_slots(event, 4)
    people = [make_profile(event) for _ in range(6)]
    few = queries_of(app, lambda: availability_of(event, people[:2]))
    assert queries_of(app, lambda: availability_of(event, people)) == few <= 7
