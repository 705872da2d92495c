"""Publishing: what was hidden is told, in one act, to those whose schedule changes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.extensions import db
from congress.matchmaking.enums import MeetingEvent, MeetingState, Publication
from congress.matchmaking.errors import NothingToPublish, TimetableChanged
from congress.matchmaking.models import Matchmaking, MeetingChange, Profile
from congress.matchmaking.queries.drafts import hidden_count, hidden_meetings
from congress.matchmaking.services import publishing
from congress.matchmaking.signals import timetable_published
from tests.factories.events import make_event
from tests.factories.matchmaking import make_matchmaking, make_meeting, make_profile, make_slots, make_tables

SCHEDULED, UNSCHEDULED = MeetingState.SCHEDULED, MeetingState.UNSCHEDULED
HIDDEN = {"shown_slot_id": None, "shown_table_id": None, "published_at": None}


@pytest.fixture
def event(session, now):
    event = make_event()
    make_matchmaking(event)
    return event


@pytest.fixture
def places(event):
    return make_slots(event, 3), make_tables(event, 2)


@pytest.fixture
def announced():
    found = []

    def note(event, *, change_ids):
        found.append(change_ids)

    with timetable_published.connected_to(note):
        yield found


def meeting(event, slot=None, table=None, state=SCHEDULED, **values):
    return make_meeting(make_profile(event), make_profile(event), state, slot=slot, table=table, **values)


def publish(event, level=Publication.FINAL):
    return publishing.publish(event, level, publishing.fingerprint(hidden_meetings(event)))


def versions():
    return db.session.scalars(sa.select(Profile.schedule_version).order_by(Profile.id)).all()


def test_what_was_hidden_is_told_and_what_was_known_stays(event, places, announced):
    slots, tables = places
    known = meeting(event, slots[0], tables[0])
    new = meeting(event, slots[1], tables[0], **HIDDEN)
    told = publish(event)
    for one in (known, new):
        db.session.refresh(one)
    assert (told.meetings, told.people) == (1, 2)
    assert (new.shown_slot_id, new.shown_table_id, new.sequence) == (slots[1].id, tables[0].id, 0)
    assert new.published_at is not None
    assert known.sequence == 0
    assert versions() == [0, 0, 1, 1]
    change = db.session.scalars(sa.select(MeetingChange)).one()
    assert announced == [[change.id]]
    assert (change.event, change.old_slot_id, change.new_slot_id) == (MeetingEvent.PUBLISH, None, slots[1].id)


def test_a_meeting_that_moved_names_both_places_and_counts(event, places, announced):
    slots, tables = places
    moved = meeting(event, slots[1], tables[1], shown_slot_id=slots[0].id, shown_table_id=tables[0].id)
    publish(event)
    db.session.refresh(moved)
    change = db.session.scalars(sa.select(MeetingChange)).one()
    assert (change.old_slot_id, change.old_table_id) == (slots[0].id, tables[0].id)
    assert (change.new_slot_id, change.new_table_id) == (slots[1].id, tables[1].id)
    assert moved.sequence == 1


def test_another_table_in_the_same_slot_is_told(event, places, announced):
    slots, tables = places
    meeting(event, slots[0], tables[1], shown_table_id=tables[0].id)
    assert publish(event).meetings == 1


def test_a_meeting_that_lost_its_place_is_told(event, places, announced):
    slots, tables = places
    lost = meeting(event, state=UNSCHEDULED, shown_slot_id=slots[0].id, shown_table_id=tables[0].id)
    assert publish(event).people == 2
    db.session.refresh(lost)
    assert (lost.state, lost.shown_slot_id, lost.shown_table_id) == (UNSCHEDULED, None, None)
    assert hidden_count(event) == 0


def test_preliminary_then_final_tells_nobody_twice(event, places, announced):
    slots, tables = places
    meeting(event, slots[0], tables[0], **HIDDEN)
    publish(event, Publication.PRELIMINARY)
    assert publish(event, Publication.FINAL) == publishing.Published(0, 0)
    assert len(announced) == 1
    matchmaking = db.session.scalars(sa.select(Matchmaking)).one()
    assert matchmaking.publication is Publication.FINAL


def test_nothing_to_publish_is_said(event, places, announced):
    publish(event)
    with pytest.raises(NothingToPublish):
        publish(event)
    assert announced == []


def test_what_was_looked_at_is_what_is_published(event, places, announced):
    slots, tables = places
    meeting(event, slots[0], tables[0], **HIDDEN)
    seen = publishing.fingerprint(hidden_meetings(event))
    meeting(event, slots[1], tables[0], **HIDDEN)
    with pytest.raises(TimetableChanged):
        publishing.publish(event, Publication.FINAL, seen)
    assert announced == []


def test_other_events_stay_as_they_are(event, places, announced):
    elsewhere = make_event()
    make_matchmaking(elsewhere)
    other = meeting(elsewhere, make_slots(elsewhere, 1)[0], **HIDDEN)
    publish(event)
    db.session.refresh(other)
    assert other.published_at is None
