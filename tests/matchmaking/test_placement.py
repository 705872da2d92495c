"""The problem that the engine gets: every field comes from the rows, and every number leads back to one."""

from __future__ import annotations

import datetime as dt

import pytest

from congress.core import clock
from congress.extensions import db
from congress.matchmaking.enums import MeetingState, Origin, Presence, SessionModality
from congress.matchmaking.models import (
    Block,
    ContactRule,
    InterpreterPool,
    PresenceHalf,
    TableZone,
    TypeQuota,
    UnavailableSlot,
)
from congress.matchmaking.placement import build
from congress.matchmaking.placement.building import of_rows
from congress.matchmaking.placement.figures import figures_of
from congress.matchmaking.placement.obstacles import Obstacle, obstacles
from congress.matchmaking.placement.rows import read
from congress.matchmaking.timetable import checker
from congress.matchmaking.timetable.problem import Modality, Place, Priority, Timetable, Unplaced
from tests.factories.events import make_event
from tests.factories.matchmaking import (
    make_delegation,
    make_matchmaking,
    make_meeting,
    make_profile,
    make_slots,
    make_tables,
)
from tests.support.counting import queries_of

pytestmark = pytest.mark.usefixtures("session", "now")
UNSCHEDULED, SCHEDULED = MeetingState.UNSCHEDULED, MeetingState.SCHEDULED


@pytest.fixture
def event(session):
    event = make_event()
    make_matchmaking(event)
    return event


def people_of(placement, number):
    return [placement.profile_ids[one] for one in placement.problem.meetings[number].people]


def found(event, **values):
    rows = read(event)
    placement = of_rows(rows, movable=values.get("movable", ()), now=clock.now())
    return [(one.obstacle, one.is_fatal) for one in obstacles(rows, placement)]


def test_slots_stand_on_one_clock_and_know_their_session(event):
    make_slots(event, 2)
    make_slots(event, 1, starts_at=event.starts_at + dt.timedelta(hours=3), modality=SessionModality.HYBRID)
    slots = build(event).problem.slots
    assert [(one.starts, one.ends, one.session, one.modality) for one in slots] == [
        (0, 20, 0, Modality.ON_SITE),
        (25, 45, 0, Modality.ON_SITE),
        (180, 200, 1, Modality.HYBRID),
    ]


def test_who_asked_comes_first_and_numbers_lead_back(event):
    make_slots(event)
    make_tables(event)
    one, other = make_profile(event), make_profile(event)
    meeting = make_meeting(other, one, UNSCHEDULED)
    placement = build(event)
    assert people_of(placement, 0) == [other.id, one.id]
    assert placement.meeting_ids == (meeting.id,)
    assert placement.place(Place(1, 1)) == (placement.slot_ids[1], placement.table_ids[1])
    assert placement.place(Place(1, None)) == (placement.slot_ids[1], None)


def test_what_a_person_cannot_and_where_only_by_video(event):
    slots = make_slots(event, 3, modality=SessionModality.HYBRID)
    one, other = make_profile(event), make_profile(event)
    db.session.add(UnavailableSlot(profile_id=one.id, slot_id=slots[1].id))
    halves = {slot.starts_at.date() for slot in slots}
    db.session.add_all(
        PresenceHalf(profile_id=other.id, day=day, half=half, presence=Presence.REMOTE)
        for day in halves
        for half in ("morning", "afternoon")
    )
    make_meeting(one, other, UNSCHEDULED)
    db.session.flush()
    first, second = build(event).problem.people
    assert (first.blocked, first.remote) == (0b010, 0)
    assert (second.blocked, second.remote) == (0, 0b111)


@pytest.mark.parametrize(
    ("wish", "quota", "of_type", "of_event", "expected"),
    [
        (None, None, None, None, None),
        (5, 7, 8, 9, 5),
        (None, 3, 8, 9, 3),
        (None, None, 2, 9, 2),
        (None, None, None, 6, 6),
    ],
)
def test_the_personal_maximum_is_the_narrowest(event, wish, quota, of_type, of_event, expected):
    make_slots(event)
    one, other = make_profile(event, max_meetings=wish, quota=quota), make_profile(event)
    read(event).matchmaking.max_meetings = of_event
    if of_type:
        db.session.add(TypeQuota(event_id=event.id, type=one.type, max_meetings=of_type))
    make_meeting(one, other, UNSCHEDULED)
    db.session.flush()
    assert build(event).problem.people[0].maximum == expected


def test_tables_have_zones_booths_belong_to_members_and_zones_cost_minutes(event):
    make_slots(event)
    zones = [TableZone(event_id=event.id, name={"en": name}) for name in ("North", "South")]
    db.session.add_all(zones)
    db.session.flush()
    read(event).matchmaking.walking_minutes = 7
    member, visitor = make_profile(event), make_profile(event)
    delegation = make_delegation(event, member)
    make_tables(event, 1, zone_id=zones[0].id, delegation_id=delegation.id)
    make_tables(event, 1, zone_id=zones[1].id)
    make_tables(event, 1)
    make_meeting(member, visitor, UNSCHEDULED)
    problem = build(event).problem
    assert [one.zone for one in problem.tables] == [1, 2, 0]
    assert problem.people[0].booth == 0
    assert problem.people[1].booth is None
    assert problem.tables[0].reserved_for == {0}
    assert problem.tables[1].reserved_for == frozenset()
    assert problem.walking == {(1, 2): 7}


def test_a_booth_of_a_delegation_without_meetings_is_nobodys_table(event):
    make_slots(event)
    delegation = make_delegation(event, make_profile(event))
    make_tables(event, 1, delegation_id=delegation.id)
    make_meeting(make_profile(event), make_profile(event), UNSCHEDULED)
    assert build(event).problem.tables == ()


def test_several_booths_are_shared_out_among_the_members(event):
    make_slots(event)
    members = [make_profile(event) for _ in range(3)]
    delegation = make_delegation(event, *members)
    make_tables(event, 2, delegation_id=delegation.id)
    for member in members:
        make_meeting(member, make_profile(event), UNSCHEDULED)
    problem = build(event).problem
    assert [one.booth for one in problem.people[:3]] == [0, 1, 0]


def test_priorities(event):
    slots, tables = make_slots(event), make_tables(event)

    def agreed(state=UNSCHEDULED, **values):
        return make_meeting(make_profile(event), make_profile(event), state, **values)

    agreed(is_guaranteed=True)
    agreed(is_mutual=True)
    agreed()
    agreed(origin=Origin.GENERATED)
    agreed(origin=Origin.GENERATED, is_mutual=True)
    published = agreed(SCHEDULED, slot=slots[0], table=tables[0])
    assert [one.priority for one in build(event, movable=[published.id]).problem.meetings] == [
        Priority.GUARANTEED,
        Priority.MUTUAL,
        Priority.ONE_SIDED,
        Priority.RECOMMENDED,
        Priority.MUTUAL,
        Priority.GUARANTEED,
    ]


def test_what_may_move(event, now):
    slots, tables = make_slots(event, 6), make_tables(event, 6)

    def placed(number, **values):
        people = make_profile(event), make_profile(event)
        return make_meeting(*people, SCHEDULED, slot=slots[number], table=tables[number], **values)

    hidden = {"shown_slot_id": None, "shown_table_id": None, "published_at": None}
    free = placed(0, **hidden)
    locked = placed(1, **hidden, locked_at=now)
    published = placed(2)
    ticked = placed(3)
    locked_and_ticked = placed(4, locked_at=now)
    waiting = make_meeting(make_profile(event), make_profile(event), UNSCHEDULED)
    make_meeting(make_profile(event), make_profile(event), MeetingState.PENDING)
    placement = build(event, movable=[ticked.id, locked_and_ticked.id])
    held = {placement.meeting_ids[n]: not placement.is_free(n) for n in range(len(placement.meeting_ids))}
    assert held == {
        free.id: False,
        locked.id: True,
        published.id: True,
        ticked.id: False,
        locked_and_ticked.id: True,
        waiting.id: False,
    }
    number = placement.meeting_ids.index(published.id)
    assert (placement.problem.meetings[number].slot, placement.problem.meetings[number].table) == (2, 2)


def test_nothing_is_put_into_the_past_and_what_began_stays(event):
    slots, tables = make_slots(event, 3), make_tables(event, 1)
    hidden = {"shown_slot_id": None, "shown_table_id": None, "published_at": None}
    began = make_meeting(
        make_profile(event), make_profile(event), SCHEDULED, slot=slots[0], table=tables[0], **hidden
    )
    make_meeting(make_profile(event), make_profile(event), UNSCHEDULED)
    with clock.held_at(slots[0].starts_at + dt.timedelta(minutes=1)):
        placement = build(event)
    assert placement.meeting_ids[0] == began.id
    assert not placement.is_free(0)
    assert placement.problem.meetings[1].allowed == 0b110


def test_rules_and_blocks_keep_pairs_apart(event):
    make_slots(event)
    one, other, third = (make_profile(event, type=kind) for kind in ("biotech", "investor", "academic"))
    db.session.add(ContactRule(event_id=event.id, from_type="biotech", to_type="investor", may_meet=False))
    db.session.add(Block(profile_id=third.id, other_id=one.id, created_at=clock.now()))
    make_meeting(one, other, UNSCHEDULED)
    make_meeting(one, third, UNSCHEDULED)
    make_meeting(other, third, UNSCHEDULED)
    db.session.flush()
    assert build(event).problem.excluded == {(0, 1), (0, 2)}


def test_a_rule_counts_in_the_direction_in_which_was_asked(event):
    make_slots(event)
    db.session.add(ContactRule(event_id=event.id, from_type="investor", to_type="biotech", may_meet=False))
    make_meeting(make_profile(event, type="biotech"), make_profile(event, type="investor"), UNSCHEDULED)
    db.session.flush()
    assert build(event).problem.excluded == frozenset()


@pytest.mark.parametrize(
    ("languages", "pools", "expected"),
    [
        ((["fr"], ["en"]), {"en-fr": 2}, "en-fr"),
        ((["fr", "en"], ["en"]), {"en-fr": 2}, None),
        ((["fr"], ["en"]), {"de-fr": 2}, None),
        ((["fr", "it"], ["en"]), {"en-fr": 1, "en-it": 3}, "en-it"),
        (([], ["en"]), {"en-fr": 2}, None),
    ],
)
def test_people_without_a_common_language_need_an_interpreter_if_there_is_one(event, languages, pools, expected):
    make_slots(event, 2)
    db.session.add_all(InterpreterPool(event_id=event.id, languages=key, number=n) for key, n in pools.items())
    make_meeting(*(make_profile(event, languages=one) for one in languages), UNSCHEDULED)
    db.session.flush()
    problem = build(event).problem
    assert problem.meetings[0].interpreter == expected
    assert problem.interpreters == {key: (n, n) for key, n in pools.items()}


def test_a_held_meeting_that_todays_rules_forbid_stands_outside_and_keeps_its_place(event):
    slots, tables = make_slots(event, 2), make_tables(event, 2)
    one, other, third = (make_profile(event) for _ in range(3))
    one.max_meetings = 1
    odd = make_meeting(one, other, SCHEDULED, slot=slots[0], table=tables[0])
    make_meeting(one, third, UNSCHEDULED)
    db.session.add(UnavailableSlot(profile_id=one.id, slot_id=slots[0].id))
    db.session.flush()
    placement = build(event)
    assert placement.outside == {odd.id}
    assert odd.id not in placement.meeting_ids
    assert placement.problem.people[1].blocked & 1
    assert placement.problem.people[0].maximum == 0
    assert placement.problem.tables[0].closed == 1


def test_a_held_meeting_at_a_closed_table_stands_outside(event, now):
    slots, tables = make_slots(event, 2), make_tables(event, 2)
    meeting = make_meeting(make_profile(event), make_profile(event), SCHEDULED, slot=slots[0], table=tables[0])
    tables[0].closed_at = now
    db.session.flush()
    assert build(event).outside == {meeting.id}


def test_held_meetings_that_agree_with_the_rules_are_part_of_the_problem(event):
    slots, tables = make_slots(event, 3), make_tables(event, 2)
    one = make_profile(event, max_meetings=1)
    make_meeting(one, make_profile(event), SCHEDULED, slot=slots[0], table=tables[0])
    make_meeting(one, make_profile(event), SCHEDULED, slot=slots[2], table=tables[1])
    placement = build(event)
    assert placement.outside == frozenset()
    assert placement.problem.people[0].maximum == 2
    assert checker.violations(placement.problem, placement.before) == []
    figures = figures_of(placement.problem, placement.before)
    assert (figures.placed, figures.breaks, figures.most_breaks, figures.table_changes) == (2, 1, 1, 1)


def test_what_makes_a_run_pointless_is_said_before(event):
    assert found(event) == [(Obstacle.NOTHING_TO_PLACE, True)]
    make_meeting(make_profile(event), make_profile(event), UNSCHEDULED)
    assert found(event) == [(Obstacle.NO_SLOT, True)]
    make_slots(event, 2)
    assert found(event) == [(Obstacle.NO_TABLE, True)]
    make_tables(event, 1)
    assert found(event) == []
    make_slots(event, 1, starts_at=event.starts_at + dt.timedelta(minutes=10))
    assert found(event) == [(Obstacle.SESSIONS_OVERLAP, True)]


def test_fewer_tables_than_locked_meetings(event, now):
    slots, tables = make_slots(event, 2), make_tables(event, 3)
    for table in tables:
        make_meeting(make_profile(event), make_profile(event), SCHEDULED, slot=slots[0], table=table, locked_at=now)
    make_meeting(make_profile(event), make_profile(event), UNSCHEDULED)
    assert found(event) == []
    tables[0].closed_at = tables[1].closed_at = now
    db.session.flush()
    assert found(event) == [(Obstacle.TABLES_FEWER_THAN_HELD, True)]


def test_people_and_pairs_that_a_run_cannot_help_are_named(event):
    slots = make_slots(event, 2)
    make_tables(event, 2)
    one, other, never = make_profile(event), make_profile(event), make_profile(event)
    make_meeting(one, other, UNSCHEDULED)
    make_meeting(one, never, UNSCHEDULED)
    db.session.add_all(
        [
            UnavailableSlot(profile_id=one.id, slot_id=slots[0].id),
            UnavailableSlot(profile_id=other.id, slot_id=slots[1].id),
            *(UnavailableSlot(profile_id=never.id, slot_id=slot.id) for slot in slots),
        ]
    )
    db.session.flush()
    assert found(event) == [
        (Obstacle.TOO_MANY, False),
        (Obstacle.NEVER_FREE, False),
        (Obstacle.NO_COMMON_SLOT, False),
    ]


def test_reading_costs_the_same_for_many(event, app):
    make_slots(event)
    make_tables(event, 3)
    make_meeting(make_profile(event), make_profile(event), UNSCHEDULED)
    few = queries_of(app, lambda: read(event))
    for _ in range(6):
        make_meeting(make_profile(event), make_profile(event), UNSCHEDULED)
    assert queries_of(app, lambda: read(event)) == few <= 18


def test_the_current_timetable_is_what_is_stored(event):
    slots, tables = make_slots(event, 2), make_tables(event, 1)
    make_meeting(make_profile(event), make_profile(event), SCHEDULED, slot=slots[1], table=tables[0])
    make_meeting(make_profile(event), make_profile(event), UNSCHEDULED)
    assert build(event).before == Timetable((Place(1, 0), None), {1: Unplaced.NO_COMMON_SLOT})
