"""Random people at random times: whatever they do in whatever order, the rules of meetings hold.

Each step is one act of the real services on the real database; one that is refused is undone, as in a request.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from congress.core import clock, transactions
from congress.core.errors import DomainError
from congress.extensions import db
from congress.matchmaking import states
from congress.matchmaking.enums import (
    AGREED,
    HAS_PLACE,
    LIVE,
    Answer,
    CancelCause,
    MeetingState,
    RequestMode,
    SchedulingMode,
)
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.queries import meetings as queries
from congress.matchmaking.services import answering, cancelling, closing, delegations, moving, requesting, scheduling
from congress.matchmaking.signals import meeting_changed
from congress.registration import services as registrations
from congress.registration.enums import CancelledBy
from congress.registration.models import Registration
from tests.conftest import NOON
from tests.factories.matchmaking import make_delegation
from tests.matchmaking.stage import Stage
from tests.support import databases

PEOPLE, SLOTS, TABLES = 6, 3, 2
some = st.integers(min_value=0, max_value=5)
S = MeetingState


class Meetings(RuleBasedStateMachine):
    """Six people, two of them a delegation with a booth; three slots, two tables; modes as they come."""

    app: ClassVar[Flask]

    def __init__(self) -> None:
        super().__init__()
        databases.empty_all_tables(self.app)
        self.now = NOON
        self.heard: list[int] = []
        self.request_context = self.app.test_request_context("/fr/")
        self.request_context.push()
        self.work = transactions.scope(writes=True)
        self.work.__enter__()
        self.clock = clock.held_at(NOON)
        self.clock.__enter__()
        meeting_changed.connect(self.hear)
        self.stage = Stage(SLOTS, TABLES, pending_cap=4, expiry_hours=48)
        self.people = [one.id for one in self.stage.people(PEOPLE, max_meetings=3)]
        delegation = make_delegation(self.stage.event, self.person(4), self.person(5))
        self.delegation_id = delegation.id
        self.stage.tables[1].delegation_id = delegation.id
        db.session.flush()
        self.left: set[int] = set()
        self.places: dict[int, Any] = {}
        self.schedules: dict[int, Any] = {}

    def teardown(self) -> None:
        meeting_changed.disconnect(self.hear)
        self.clock.__exit__(None, None, None)
        self.work.__exit__(None, None, None)
        self.request_context.pop()

    def hear(self, _sender: object, *, meeting: Meeting, change: MeetingChange) -> None:
        assert meeting.id == change.meeting_id
        assert meeting.state is change.to_state
        self.heard.append(change.id)

    def person(self, number: int) -> Profile:
        return db.session.get_one(Profile, self.people[number % PEOPLE])

    def some_meeting(self, number: int, *wanted: MeetingState) -> Meeting | None:
        which = sa.select(Meeting).where(Meeting.state.in_(wanted or tuple(S))).order_by(Meeting.id)
        found = list(db.session.scalars(which))
        return found[number % len(found)] if found else None

    def somebody_in(self, meeting: Meeting, number: int) -> Profile:
        ids = sa.select(MeetingPerson.profile_id).where(MeetingPerson.meeting_id == meeting.id).order_by("profile_id")
        found = list(db.session.scalars(ids))
        return db.session.get_one(Profile, found[number % len(found)])

    def act(self, does: Callable[[], object]) -> None:
        """An act is done or refused in words; anything else is a fault."""
        before = len(self.heard)
        try:
            with db.session.begin_nested():
                does()
        except DomainError:
            del self.heard[before:]
        db.session.expire_all()

    @rule(one=some, other=some, slot=some, wished=st.booleans())
    def request(self, one: int, other: int, slot: int, wished: bool) -> None:
        wanted = self.stage.slots[slot % SLOTS].id if wished else None
        self.act(lambda: requesting.request_meeting(self.person(one), self.person(other), wanted_slot_id=wanted))

    @rule(one=some)
    def request_the_delegation(self, one: int) -> None:
        delegation = queries.db.session.get_one(queries.Delegation, self.delegation_id)
        self.act(lambda: requesting.request_meeting(self.person(one), delegation))

    @rule(number=some, attendee=some, chosen=st.none() | some)
    def accept(self, number: int, attendee: int, chosen: int | None) -> None:
        meeting = self.some_meeting(number, S.PENDING)
        if meeting is not None:
            by = db.session.get_one(Profile, meeting.target_id or self.people[4])
            slot = None if chosen is None else self.stage.slots[chosen % SLOTS].id
            attendees = [self.person(4 + attendee % 2)]
            self.act(lambda: answering.accept(meeting, by, attendees=attendees, slot_id=slot))

    @rule(number=some, who=some)
    def answer_for_anybody(self, number: int, who: int) -> None:
        meeting = self.some_meeting(number)
        if meeting is not None:
            self.act(lambda: answering.accept(meeting, self.person(who), attendees=[self.person(who)]))

    @rule(number=some, who=some)
    def decline(self, number: int, who: int) -> None:
        meeting = self.some_meeting(number)
        if meeting is not None:
            self.act(lambda: answering.decline(meeting, self.person(who), "no"))

    @rule(number=some, who=some)
    def withdraw(self, number: int, who: int) -> None:
        meeting = self.some_meeting(number)
        if meeting is not None:
            self.act(lambda: requesting.withdraw(meeting, self.person(who)))

    @rule(number=some, who=some, by_organiser=st.booleans())
    def cancel(self, number: int, who: int, by_organiser: bool) -> None:
        meeting = self.some_meeting(number)
        if meeting is not None:
            by = None if by_organiser else self.somebody_in(meeting, who)
            self.act(lambda: cancelling.cancel(meeting, by, "reason"))

    @rule(number=some, who=some, slot=some)
    def propose(self, number: int, who: int, slot: int) -> None:
        meeting = self.some_meeting(number, S.SCHEDULED)
        if meeting is not None:
            by, wanted = self.somebody_in(meeting, who), self.stage.slots[slot % SLOTS].id
            self.act(lambda: moving.propose(meeting, by, wanted))

    @rule(number=some, who=some, agrees=st.booleans())
    def answer_proposal(self, number: int, who: int, agrees: bool) -> None:
        meeting = self.some_meeting(number, S.SCHEDULED)
        if meeting is not None:
            by = self.somebody_in(meeting, who)
            self.act(lambda: (moving.accept_proposal if agrees else moving.decline_proposal)(meeting, by))

    @rule(number=some, slot=some, table=st.none() | some)
    def move(self, number: int, slot: int, table: int | None) -> None:
        meeting = self.some_meeting(number)
        if meeting is not None:
            at = None if table is None else self.stage.tables[table % TABLES].id
            self.act(lambda: moving.move(meeting, self.stage.slots[slot % SLOTS].id, at))

    @rule(number=some, slot=some, table=some)
    def assign(self, number: int, slot: int, table: int) -> None:
        meeting = self.some_meeting(number, S.UNSCHEDULED, S.SCHEDULED)
        if meeting is not None:
            where = self.stage.slots[slot % SLOTS].id, self.stage.tables[table % TABLES].id
            self.act(lambda: scheduling.assign(meeting, *where))

    @rule(shift=some)
    def exchange_all(self, shift: int) -> None:
        """A timetable that lets every meeting have the place of the next one."""
        columns = sa.select(Meeting.id, Meeting.slot_id, Meeting.table_id)
        rows = db.session.execute(columns.where(Meeting.state == S.SCHEDULED).order_by(Meeting.id)).all()
        places = [(row[1], row[2]) for row in rows]
        wanted = {row[0]: places[(number + shift) % len(places)] for number, row in enumerate(rows)}
        self.act(lambda: scheduling.assign_all(self.stage.event.id, wanted))

    @rule(number=some, what=st.sampled_from([moving.lock, moving.unlock, scheduling.unschedule]))
    def hold_or_free(self, number: int, what: Callable[[Meeting], Meeting]) -> None:
        meeting = self.some_meeting(number)
        if meeting is not None:
            self.act(lambda: what(meeting))

    @rule(number=some, who=some, said=st.sampled_from(list(Answer)))
    def say(self, number: int, who: int, said: Answer) -> None:
        meeting = self.some_meeting(number)
        if meeting is not None:
            by = self.somebody_in(meeting, who)
            self.act(lambda: closing.answer(meeting, by, said))

    @rule(number=some, said=st.sampled_from(list(Answer)))
    def record_at_the_desk(self, number: int, said: Answer) -> None:
        meeting = self.some_meeting(number, *HAS_PLACE)
        if meeting is not None:
            self.act(lambda: closing.record(meeting, {meeting.requester_id: said}))

    @rule(mode=st.sampled_from(list(SchedulingMode)), requests=st.sampled_from(list(RequestMode)))
    def change_modes(self, mode: SchedulingMode, requests: RequestMode) -> None:
        self.stage.matchmaking.scheduling_mode, self.stage.matchmaking.request_mode = mode, requests
        db.session.flush()

    @rule(number=some)
    @precondition(lambda self: len(self.left) < 2)
    def cancel_registration(self, number: int) -> None:
        profile = self.person(number)
        self.left.add(profile.id)
        registration = db.session.get_one(Registration, profile.registration_id)
        self.act(lambda: registrations.cancel(registration, CancelledBy.PARTICIPANT))

    @rule(number=some)
    def withdraw_profile(self, number: int) -> None:
        self.act(lambda: cancelling.close_pending_of(self.person(number)))

    @rule(number=some)
    def leave_delegation(self, number: int) -> None:
        if number == 0:
            self.act(lambda: delegations.leave(self.person(4)))

    @rule(hours=st.sampled_from([1, 1, 1, 12, 25, 49, 200]))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        self.clock.__exit__(None, None, None)
        self.clock = clock.held_at(self.now)
        self.clock.__enter__()
        self.act(lambda: (closing.expire_due(), closing.remind_due(), closing.start_due(), closing.close_silent()))

    @invariant()
    def nobody_and_no_table_is_booked_twice(self) -> None:
        rows = sa.select(MeetingPerson.profile_id, MeetingPerson.slot_id).where(MeetingPerson.slot_id.is_not(None))
        assert all(count == 1 for count in Counter(map(tuple, db.session.execute(rows))).values())
        tables = sa.select(Meeting.table_id, Meeting.slot_id).where(Meeting.table_id.is_not(None))
        assert all(count == 1 for count in Counter(map(tuple, db.session.execute(tables))).values())

    @invariant()
    def only_meetings_with_a_place_hold_slots_and_their_people_the_same(self) -> None:
        rows = db.session.execute(
            sa.select(Meeting.state, Meeting.slot_id, Meeting.table_id, MeetingPerson.slot_id).join(MeetingPerson)
        )
        for state, slot, table, of_person in rows:
            assert of_person == slot
            assert (slot is not None) == (state in HAS_PLACE)
            assert table is None or slot is not None

    @invariant()
    def every_transition_is_logged_and_announced_once(self) -> None:
        rows = list(db.session.scalars(sa.select(MeetingChange).order_by(MeetingChange.id)))
        assert [row.id for row in rows] == self.heard
        last: dict[int, MeetingState] = {}
        for row in rows:
            assert states.is_allowed(row.event, row.from_state, row.to_state)
            assert last.get(row.meeting_id) == row.from_state
            assert row.from_state not in states.FINAL
            last[row.meeting_id] = row.to_state
        now = {row[0]: row[1] for row in db.session.execute(sa.select(Meeting.id, Meeting.state))}
        assert last == now

    @invariant()
    def a_pair_has_one_live_meeting_and_none_after_a_participants_cancel(self) -> None:
        live: Counter[tuple[int, int]] = Counter()
        ended: dict[tuple[int, int], int] = {}
        for meeting in db.session.scalars(sa.select(Meeting).where(Meeting.low_id.is_not(None)).order_by(Meeting.id)):
            pair = (meeting.low_id, meeting.high_id)
            live[pair] += meeting.state in LIVE
            if meeting.cancel_cause is CancelCause.PARTICIPANT and meeting.state is S.CANCELLED:
                ended[pair] = meeting.id
            assert pair not in ended or meeting.id == ended[pair] or meeting.id < ended[pair]
        assert all(count <= 1 for count in live.values())

    @invariant()
    def nobody_has_more_meetings_than_wanted(self) -> None:
        assert all(count <= 3 for count in queries.agreed_counts(self.people).values())

    @invariant()
    def schedules_are_counted_when_and_only_when_they_change(self) -> None:
        rows = db.session.execute(
            sa.select(MeetingPerson.profile_id, Meeting.id, Meeting.shown_slot_id, Meeting.shown_table_id)
            .join(Meeting)
            .where(Meeting.state.in_(AGREED), Meeting.shown_slot_id.is_not(None))
        )
        shown: dict[int, set[Any]] = {profile_id: set() for profile_id in self.people}
        for profile_id, *entry in rows:
            shown[profile_id].add(tuple(entry))
        rows = db.session.execute(sa.select(Profile.id, Profile.schedule_version))
        versions = {row[0]: row[1] for row in rows}
        for profile_id in self.people:
            before = self.schedules.get(profile_id, (set(), 0))
            changed = shown[profile_id] != before[0]
            assert changed == (versions[profile_id] > before[1]), (changed, versions[profile_id], before)
        self.schedules = {profile_id: (shown[profile_id], versions[profile_id]) for profile_id in self.people}

    @invariant()
    def a_proposal_belongs_to_a_meeting_with_a_place(self) -> None:
        rows = sa.select(Meeting.state, Meeting.proposed_by_id).where(Meeting.proposed_slot_id.is_not(None))
        assert all(state is S.SCHEDULED and by is not None for state, by in db.session.execute(rows))

    @invariant()
    def a_delegation_that_sends_one_sends_one(self) -> None:
        colleagues = self.people[4:]
        rows = db.session.execute(
            sa.select(MeetingPerson.meeting_id, MeetingPerson.profile_id)
            .join(Meeting)
            .where(Meeting.state.in_(AGREED))
        )
        seats: dict[int, set[int]] = {}
        for meeting_id, profile_id in rows:
            seats.setdefault(meeting_id, set()).add(profile_id)
        met = [other for people in seats.values() if people & set(colleagues) for other in people - set(colleagues)]
        again = {other for other, count in Counter(met).items() if count > 1}
        for other in again:
            partners = {one for people in seats.values() if other in people for one in people & set(colleagues)}
            assert len(partners) == 1 or self.left or self._delegation_ended()

    def _delegation_ended(self) -> bool:
        rows = sa.select(Profile.delegation_id).where(Profile.id.in_(self.people[4:]))
        return None in list(db.session.scalars(rows))


def test_the_rules_of_meetings_hold_whatever_people_do(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meetings, "app", app, raising=False)
    run_state_machine_as_test(
        Meetings,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
