"""Random people at random times: whatever they do in whatever order, the rules of meetings hold.

Each step is one act of the real services on the real database; one that is refused is undone, as in a request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from congress.core import clock, transactions
from congress.core.errors import DomainError
from congress.extensions import db
from congress.matchmaking.enums import (
    HAS_PLACE,
    Answer,
    MeetingState,
    RequestMode,
    SchedulingMode,
)
from congress.matchmaking.models import Delegation, Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.services import answering, cancelling, closing, delegations, moving, requesting, scheduling
from congress.matchmaking.signals import meetings_changed
from congress.registration import services as registrations
from congress.registration.enums import CancelledBy
from congress.registration.models import Registration
from tests.conftest import NOON
from tests.factories.matchmaking import make_delegation
from tests.matchmaking.machine_rules import MOST, Rules
from tests.matchmaking.stage import Stage
from tests.support import databases

PEOPLE, SLOTS, TABLES = 6, 3, 2
some = st.integers(min_value=0, max_value=5)
S = MeetingState


class Meetings(Rules):
    """Six people, two of them a delegation with a booth; three slots, two tables; modes as they come."""

    app: ClassVar[Flask]

    def __init__(self) -> None:
        super().__init__()
        databases.empty_all_tables(self.app)
        self.now = NOON + dt.timedelta(days=8)
        self.heard: list[int] = []
        self.request_context = self.app.test_request_context("/fr/")
        self.request_context.push()
        self.work = transactions.scope(writes=True)
        self.work.__enter__()
        self.clock = clock.held_at(NOON)
        self.clock.__enter__()
        meetings_changed.connect(self.hear)
        self.stage = Stage(SLOTS, TABLES, pending_cap=4, expiry_hours=48)
        self.people = [one.id for one in self.stage.people(PEOPLE, max_meetings=MOST)]
        delegation = make_delegation(self.stage.event, self.person(4), self.person(5))
        self.delegation_id = delegation.id
        self.stage.tables[1].delegation_id = delegation.id
        db.session.flush()
        self.left: set[int] = set()
        self.schedules: dict[int, Any] = {}
        self.set_clock()

    def set_clock(self) -> None:
        self.clock.__exit__(None, None, None)
        self.clock = clock.held_at(self.now)
        self.clock.__enter__()

    def teardown(self) -> None:
        meetings_changed.disconnect(self.hear)
        self.clock.__exit__(None, None, None)
        self.work.__exit__(None, None, None)
        self.request_context.pop()

    def hear(self, _sender: object, *, changes: list[tuple[Meeting, MeetingChange]]) -> None:
        for meeting, change in changes:
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

    @initialize(asked=st.lists(st.tuples(some, some), min_size=8, max_size=16), answers=st.integers(0, 2**16))
    def begin(self, asked: list[tuple[int, int]], answers: int) -> None:
        """Everybody asks around before anything else happens, and about half of it is agreed to."""
        for number, (one, step) in enumerate(asked):
            self.request(one=one, other=one + 1 + step % 5, slot=step, wished=bool(step % 2))
            if answers >> number & 1:
                self.accept(number=number, attendee=step, chosen=None)

    @rule(one=some, other=some, slot=some, wished=st.booleans())
    def request(self, one: int, other: int, slot: int, wished: bool) -> None:
        wanted = self.stage.slots[slot % SLOTS].id if wished else None
        self.act(lambda: requesting.request_meeting(self.person(one), self.person(other), wanted_slot_id=wanted))

    @rule(one=some)
    def request_the_delegation(self, one: int) -> None:
        delegation = db.session.get_one(Delegation, self.delegation_id)
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
        meeting = self.some_meeting(number, S.PENDING)
        if meeting is not None:
            by = self.somebody_in(meeting, who)
            self.act(lambda: answering.decline(meeting, by, "no"))

    @rule(number=some, who=some)
    def withdraw(self, number: int, who: int) -> None:
        meeting = self.some_meeting(number, S.PENDING)
        if meeting is not None:
            by = self.somebody_in(meeting, who)
            self.act(lambda: requesting.withdraw(meeting, by))

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
        meeting = self.some_meeting(number, *HAS_PLACE)
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

    @rule(hours=st.sampled_from([1, 12, 24, 46, 49]))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        self.set_clock()
        self.act(lambda: (closing.expire_due(), closing.remind_due(), closing.start_due(), closing.close_silent()))


def test_the_rules_of_meetings_hold_whatever_people_do(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meetings, "app", app, raising=False)
    run_state_machine_as_test(
        Meetings,
        settings=settings(
            max_examples=18,
            stateful_step_count=35,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
