"""Settings, sessions, tables and rules: what is written, what is refused, and what meetings keep."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core import clock
from congress.core.errors import Missing
from congress.events.enums import EventStatus
from congress.events.errors import ChangedMeanwhile, TooMany
from congress.extensions import db
from congress.matchmaking.checklist import steps_of
from congress.matchmaking.enums import MeetingState, OrganisationType, RequestMode, SchedulingMode, SessionModality
from congress.matchmaking.models import (
    ContactRule,
    Matchmaking,
    MeetingChange,
    MeetingSession,
    MeetingSlot,
    MeetingTable,
    TableZone,
    UnavailableSlot,
)
from congress.matchmaking.queries.setup import interpreters_of, quotas_of, rules_of, sessions_of, slots_of, tables_of
from congress.matchmaking.queries.taxonomy import active_ids
from congress.matchmaking.services import copying, rules, sessions, setup, tables
from congress.matchmaking.services.copying import Part
from congress.matchmaking.session_plan import SessionPlan, plan_of
from congress.matchmaking.setup_errors import MeetingsInTheWay, NeedsAgreement, SetupRefused
from congress.programme.days import local_of
from congress.programme.errors import NoSuchTime
from tests.factories.events import make_event, make_series
from tests.factories.matchmaking import (
    make_delegation,
    make_matchmaking,
    make_meeting,
    make_profile,
    make_slots,
    make_tables,
    make_tag,
)

HOUR = dt.timedelta(hours=1)


def plan(event, **values):
    """Four slots of 20 minutes with 5 between, from the beginning of the event."""
    defaults = {
        "name": {"fr": "Matin"},
        "starts_at": event.starts_at,
        "slot_minutes": 20,
        "gap_minutes": 5,
        "slot_count": 4,
        "modality": SessionModality.ON_SITE,
    }
    return SessionPlan(**(defaults | values))


@pytest.fixture
def event(session, now):
    """An event with matchmaking."""
    event = make_event()
    make_matchmaking(event)
    return event


def actions(event):
    return list(db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.event_id == event.id)))


def settings(matchmaking, **values):
    """What the form gives."""
    names = ("booking_opens_at", "booking_closes_at", "request_mode", "scheduling_mode", "pending_cap")
    return {name: getattr(matchmaking, name) for name in names} | values


@pytest.mark.database
def test_one_click_begins_with_what_most_choose(session, now):
    event = make_event()
    made = setup.begin(event)
    assert (made.request_mode, made.scheduling_mode) == (RequestMode.APPROVAL, SchedulingMode.PARTICIPANTS)
    assert (made.pending_cap, made.expiry_hours, made.cutoff_minutes) == (10, 72, 120)
    assert (made.booking_opens_at, made.booking_closes_at, made.opened_at) == (now, event.starts_at, None)
    assert setup.begin(event).id == made.id
    assert actions(event) == ["matchmaking.begun"]


def test_begun_during_the_event_the_window_is_a_day(session, now):
    made = setup.begin(make_event(starts_at=now - HOUR, ends_at=now + HOUR, registration_closes_at=now))
    assert made.booking_closes_at - made.booking_opens_at == dt.timedelta(days=1)


def test_settings_are_written_once_and_by_who_saw_them(event):
    matchmaking = db.session.scalars(sa.select(Matchmaking)).one()
    opened = matchmaking.changed_at
    with clock.held_at(opened + HOUR):
        setup.change_settings(event, opened, settings(matchmaking, pending_cap=3))
        with pytest.raises(ChangedMeanwhile):
            setup.change_settings(event, opened, settings(matchmaking, pending_cap=4))
        setup.change_settings(event, opened + HOUR, settings(matchmaking))
    assert matchmaking.pending_cap == 3
    assert actions(event) == ["matchmaking.changed"]


@pytest.mark.parametrize(
    ("state", "values"),
    [
        (MeetingState.PENDING, {"request_mode": RequestMode.AUTOMATIC}),
        (MeetingState.UNSCHEDULED, {"scheduling_mode": SchedulingMode.ORGANISERS}),
        (MeetingState.SCHEDULED, {"scheduling_mode": SchedulingMode.ORGANISERS}),
    ],
)
def test_another_mode_is_agreed_to_while_requests_exist(event, state, values):
    matchmaking = db.session.scalars(sa.select(Matchmaking)).one()
    make_meeting(make_profile(event), make_profile(event), state)
    with pytest.raises(NeedsAgreement):
        setup.change_settings(event, matchmaking.changed_at, settings(matchmaking, **values))
    setup.change_settings(event, matchmaking.changed_at, settings(matchmaking, **values), agreed=True)
    assert actions(event) == ["matchmaking.changed"]


def test_opened_and_closed_again(event):
    matchmaking = db.session.scalars(sa.select(Matchmaking)).one()
    setup.open_to_participants(event)
    assert matchmaking.opened_at is not None
    setup.close_to_participants(event)
    setup.close_to_participants(event)
    assert matchmaking.opened_at is None
    assert actions(event) == ["matchmaking.closed"]


def test_the_checklist_says_what_is_missing(session, now):
    event = make_event(status=EventStatus.DRAFT)
    matchmaking = make_matchmaking(event)
    assert [step.is_done for step in steps_of(event, matchmaking)] == [False] * 5
    event.status = EventStatus.PUBLISHED
    matchmaking.introduction = {"fr": "Bienvenue"}
    make_tag(event)
    make_slots(event, modality=SessionModality.ONLINE)
    assert [step.is_done for step in steps_of(event, matchmaking)] == [True] * 4


@pytest.mark.database
def test_slots_follow_their_session(event):
    made = sessions.add_session(event, plan(event))
    slots = slots_of(event)
    assert [slot.starts_at - event.starts_at for slot in slots] == [dt.timedelta(minutes=25 * n) for n in range(4)]
    assert {slot.ends_at - slot.starts_at for slot in slots} == {dt.timedelta(minutes=20)}
    kept = {slot.starts_at: slot.id for slot in slots}
    sessions.change_session(event, made.id, plan(event, slot_count=6))
    longer = slots_of(event)
    assert len(longer) == 6
    assert kept.items() <= {slot.starts_at: slot.id for slot in longer}.items()
    sessions.change_session(event, made.id, plan(event, slot_count=2, slot_minutes=60))
    assert [(slot.starts_at - event.starts_at, slot.ends_at - slot.starts_at) for slot in slots_of(event)] == [
        (dt.timedelta(0), HOUR),
        (dt.timedelta(minutes=65), HOUR),
    ]
    sessions.remove_session(event, made.id)
    assert slots_of(event) == []
    assert actions(event) == [f"meeting_session.{one}" for one in ("added", "changed", "changed", "removed")]


@pytest.mark.database
@pytest.mark.parametrize("state", [MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.DRAFT])
def test_a_slot_with_a_meeting_keeps_its_row(event, state):
    slots = make_slots(event, 4)
    meeting = make_meeting(make_profile(event), make_profile(event), state, slot=slots[2])
    found = sessions.session_of(event, slots[0].session_id)
    for change in ({"slot_count": 2}, {"slot_minutes": 15}, {"starts_at": event.starts_at + HOUR}):
        wanted = plan(event, **change)
        assert [one.id for one in sessions.in_the_way(found, wanted)] == [meeting.id]
        with pytest.raises(MeetingsInTheWay):
            sessions.change_session(event, found.id, wanted)
    with pytest.raises(MeetingsInTheWay):
        sessions.remove_session(event, found.id)
    sessions.change_session(event, found.id, plan(event, slot_count=3, name={"fr": "Plus court"}))
    assert [slot.id for slot in slots_of(event)] == [slot.id for slot in slots[:3]]


@pytest.mark.database
def test_what_is_proposed_or_was_shown_holds_a_slot_as_well(event):
    slots = make_slots(event, 4)
    people = [make_profile(event) for _ in range(4)]
    make_meeting(*people[:2], MeetingState.SCHEDULED, slot=slots[0], proposed_slot_id=slots[3].id)
    make_meeting(*people[2:], MeetingState.UNSCHEDULED, slot=None, shown_slot_id=slots[2].id)
    found = sessions.session_of(event, slots[0].session_id)
    assert len(sessions.in_the_way(found, plan(event, slot_count=3))) == 1
    assert len(sessions.in_the_way(found, plan(event, slot_count=2))) == 2


@pytest.mark.database
def test_a_slot_that_a_history_names_leaves_its_session_and_comes_back(event):
    slots = make_slots(event, 4)
    profile = make_profile(event)
    meeting = make_meeting(profile, make_profile(event), MeetingState.CANCELLED)
    wish = make_meeting(profile, make_profile(event), wanted_slot_id=slots[2].id)
    db.session.add(UnavailableSlot(profile_id=profile.id, slot_id=slots[2].id))
    db.session.add(
        MeetingChange(
            meeting_id=meeting.id,
            event="cancel",
            at=clock.now(),
            actor_kind="system",
            to_state="cancelled",
            old_slot_id=slots[3].id,
        )
    )
    db.session.flush()
    old, session_id = slots[3].id, slots[0].session_id
    sessions.change_session(event, session_id, plan(event, slot_count=2))
    assert [slot.starts_at for slot in slots_of(event)] == [one for one, _ in plan(event, slot_count=2).times]
    assert db.session.get_one(MeetingSlot, old).session_id is None
    db.session.refresh(wish)
    assert wish.wanted_slot_id is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UnavailableSlot)) == 0
    sessions.change_session(event, session_id, plan(event))
    assert [slot.id for slot in slots_of(event)][3] == old
    assert db.session.scalar(sa.select(MeetingChange.old_slot_id)) == old
    sessions.remove_session(event, session_id)
    assert db.session.scalars(sa.select(MeetingSlot.id)).all() == [old]


@pytest.mark.database
@pytest.mark.parametrize(
    ("table", "modality", "fits"),
    [
        (True, SessionModality.ONLINE, False),
        (True, SessionModality.HYBRID, True),
        (False, SessionModality.ONLINE, True),
        (False, SessionModality.HYBRID, True),
    ],
)
def test_how_people_meet_does_not_change_under_a_meeting(event, table, modality, fits):
    slots = make_slots(event, 2, modality=SessionModality.ON_SITE)
    at = make_tables(event, 1)[0] if table else None
    make_meeting(make_profile(event), make_profile(event), MeetingState.SCHEDULED, slot=slots[0], table=at)
    found = sessions.session_of(event, slots[0].session_id)
    assert (sessions.in_the_way(found, plan(event, slot_count=2, modality=modality)) == []) is fits


def test_sessions_follow_each_other(event):
    first = sessions.add_session(event, plan(event))
    with pytest.raises(SetupRefused, match="Matin"):
        sessions.add_session(event, plan(event, starts_at=event.starts_at + HOUR))
    after = plan_of(first).ends_at
    second = sessions.add_session(event, plan(event, starts_at=after, slot_count=1))
    with pytest.raises(SetupRefused):
        sessions.change_session(event, second.id, plan(event, starts_at=after - HOUR))
    assert len(slots_of(event)) == 5


def test_sessions_are_on_days_of_the_event_and_those_by_video_around_it(event):
    early = event.starts_at - dt.timedelta(days=5)
    with pytest.raises(SetupRefused):
        sessions.add_session(event, plan(event, starts_at=early))
    sessions.add_session(event, plan(event, starts_at=early, modality=SessionModality.ONLINE))
    far = event.starts_at + dt.timedelta(days=90)
    with pytest.raises(SetupRefused):
        sessions.add_session(event, plan(event, starts_at=far, modality=SessionModality.ONLINE))


def test_a_session_is_copied_to_the_same_time_of_another_day(session, now):
    starts = dt.datetime(2027, 3, 27, 1, 30, tzinfo=dt.UTC)
    event = make_event(starts_at=starts, ends_at=starts + dt.timedelta(days=2))
    make_matchmaking(event)
    made = sessions.add_session(event, plan(event, starts_at=starts + 6 * HOUR))
    copied = sessions.copy_to_day(event, made.id, dt.date(2027, 3, 28))
    assert copied.starts_at == made.starts_at + dt.timedelta(hours=23)  # the clocks were moved forward that night
    with pytest.raises(SetupRefused):
        sessions.copy_to_day(event, made.id, dt.date(2027, 3, 27))
    night = sessions.add_session(event, plan(event, starts_at=starts, slot_count=1))
    with pytest.raises(NoSuchTime):
        sessions.copy_to_day(event, night.id, dt.date(2027, 3, 28))


def test_what_belongs_to_another_event_is_missing(event):
    other = make_event(series_id=event.series_id)
    make_matchmaking(other)
    slot, table = make_slots(other, 1)[0], make_tables(other, 1)[0]
    zone = tables.add_zone(other, {"fr": "Ailleurs"})
    delegation = make_delegation(other)
    own = make_tables(event, 1)[0]
    for act in (
        lambda: sessions.change_session(event, slot.session_id, plan(event)),
        lambda: sessions.remove_session(event, slot.session_id),
        lambda: tables.close_tables(event, [own.id, table.id]),
        lambda: tables.put_into_zone(event, [own.id], zone.id),
        lambda: tables.change_table(event, table.id, 5, None, None),
        lambda: tables.change_table(event, own.id, 5, zone.id, None),
        lambda: tables.change_table(event, own.id, 5, None, delegation.id),
        lambda: tables.add_tables(event, 1, 50, zone.id),
        lambda: tables.remove_zone(event, zone.id),
    ):
        with pytest.raises(Missing):
            act()


@pytest.mark.database
def test_tables_are_added_in_bulk(event):
    zone = tables.add_zone(event, {"fr": "Hall"})
    assert tables.add_tables(event, 60, 1, zone.id) == 60
    assert [table.number for table in tables_of(event)] == list(range(1, 61))
    assert {table.zone_id for table in tables_of(event)} == {zone.id}
    with pytest.raises(SetupRefused, match="61"):
        tables.add_tables(event, 2, 60, None)
    with pytest.raises(TooMany):
        tables.add_tables(event, 500, 9900, None)
    tables.remove_zone(event, zone.id)
    db.session.expire_all()
    assert {table.zone_id for table in tables_of(event)} == {None}
    assert "meeting_table.added" in actions(event)


@pytest.mark.database
def test_a_table_with_coming_meetings_is_not_closed_nor_deleted(event):
    slots, (busy, free) = make_slots(event, 2), make_tables(event, 2)
    meeting = make_meeting(
        make_profile(event), make_profile(event), MeetingState.SCHEDULED, slot=slots[0], table=busy
    )
    for act in (tables.close_tables, tables.remove_tables):
        with pytest.raises(MeetingsInTheWay):
            act(event, [busy.id, free.id])
    assert tables.close_tables(event, [free.id]) == 1
    assert [table.number for table in tables_of(event)] == [busy.number]
    assert tables.reopen_tables(event, [free.id, busy.id]) == 1
    meeting.state = MeetingState.HELD
    with clock.held_at(event.ends_at):
        assert tables.close_tables(event, [busy.id]) == 1
        with pytest.raises(SetupRefused, match=str(busy.number)):
            tables.remove_tables(event, [busy.id])
    assert tables.remove_tables(event, [free.id]) == 1
    assert db.session.scalars(sa.select(MeetingTable.id)).all() == [busy.id]


def test_a_table_becomes_a_booth_when_nobody_else_meets_there(event):
    slots, table = make_slots(event, 2), make_tables(event, 1)[0]
    member, guest, other = (make_profile(event) for _ in range(3))
    delegation = make_delegation(event, member)
    own = make_meeting(member, guest, MeetingState.SCHEDULED, slot=slots[0], table=table)
    tables.change_table(event, table.id, table.number, None, delegation.id)
    assert table.delegation_id == delegation.id
    tables.change_table(event, table.id, table.number, None, None)
    strangers = make_meeting(guest, other, MeetingState.SCHEDULED, slot=slots[1], table=table)
    with pytest.raises(MeetingsInTheWay):
        tables.change_table(event, table.id, table.number, None, delegation.id)
    assert [one.id for one in tables.others_at(table, delegation.id)] == [strangers.id] != [own.id]


def test_a_number_is_given_once(event):
    first, second = make_tables(event, 2)
    with pytest.raises(SetupRefused):
        tables.change_table(event, second.id, first.number, None, None)
    tables.close_tables(event, [first.id])
    with pytest.raises(SetupRefused):
        tables.change_table(event, second.id, first.number, None, None)


@pytest.mark.database
def test_the_matrix_holds_only_what_is_forbidden(event):
    one, other = OrganisationType.INVESTOR, OrganisationType.ACADEMIC
    meet, chat = set(rules.PAIRS) - {(one, other)}, set(rules.PAIRS) - {(one, other), (other, one)}
    rules.set_rules(event, meet, chat)
    found = {(rule.from_type, rule.to_type): (rule.may_meet, rule.may_chat) for rule in rules_of(event)}
    assert found == {(one, other): (False, False), (other, one): (True, False)}
    rules.set_rules(event, meet, chat)
    rules.set_rules(event, rules.PAIRS, rules.PAIRS)
    assert rules_of(event) == []
    assert actions(event) == ["contact_rules.changed"] * 2


@pytest.mark.database
def test_quotas_and_interpreters(event):
    rules.set_quotas(event, {OrganisationType.BIOTECH: 8, OrganisationType.PUBLIC: 3})
    rules.set_quotas(event, {OrganisationType.BIOTECH: 9})
    assert [(one.type, one.max_meetings) for one in quotas_of(event)] == [(OrganisationType.BIOTECH, 9)]
    rules.set_interpreters(event, {"fr", "en"}, 4)
    rules.set_interpreters(event, {"en", "fr"}, 5)
    rules.set_interpreters(event, {"de", "fr"}, 1)
    assert [(one.languages, one.number) for one in interpreters_of(event)] == [("de-fr", 1), ("en-fr", 5)]
    rules.set_interpreters(event, {"de", "fr"}, 0)
    assert [one.languages for one in interpreters_of(event)] == ["en-fr"]


@pytest.mark.database
def test_the_set_up_of_another_stage_is_taken_over(event):
    later = event.starts_at + dt.timedelta(days=30, hours=2)
    source = make_event(series_id=event.series_id, starts_at=later, ends_at=later + 7 * HOUR)
    make_matchmaking(source, pending_cap=4, introduction={"fr": "Bonjour"})
    sessions.add_session(source, plan(source, starts_at=source.starts_at + HOUR))
    zone = tables.add_zone(source, {"fr": "Hall"})
    tables.add_tables(source, 3, 1, zone.id)
    rules.set_quotas(source, {OrganisationType.BIOTECH: 8})
    rules.set_rules(source, (), rules.PAIRS)
    tag = make_tag(source)
    make_tables(event, 1)
    copying.copy_setup(event, source, set(Part))
    (copied,) = sessions_of(event)
    local = {local_of(one.starts_at, event.zone).time() for one in (*sessions_of(source), copied)}
    assert len(local) == 1
    assert copied.starts_at.date() == event.starts_at.date()
    assert (len(copied.slots), copied.name) == (4, {"fr": "Matin"})
    assert [(table.number, table.zone_id is None) for table in tables_of(event)] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert db.session.scalar(sa.select(sa.func.count()).where(TableZone.event_id == event.id)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).where(ContactRule.event_id == event.id)) == 49
    assert quotas_of(event)[0].max_meetings == 8
    matchmaking = db.session.scalars(sa.select(Matchmaking).where(Matchmaking.event_id == event.id)).one()
    assert (matchmaking.pending_cap, matchmaking.introduction) == (4, {"fr": "Bonjour"})
    assert tag.id in active_ids(event)
    with pytest.raises(SetupRefused):
        copying.copy_setup(event, source, {Part.SESSIONS})
    with pytest.raises(Missing):
        copying.copy_setup(event, make_event(make_series()), {Part.SESSIONS})


def test_without_matchmaking_nothing_can_be_set_up(session, now):
    event = make_event()
    for act in (
        lambda: sessions.add_session(event, plan(event)),
        lambda: tables.add_tables(event, 1, 1, None),
        lambda: rules.set_quotas(event, {}),
    ):
        with pytest.raises(Missing):
            act()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MeetingSession)) == 0
