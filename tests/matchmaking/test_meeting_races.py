"""Many at once in one event: real concurrent transactions, each in its own thread, on both engines.

Seen failing on PostgreSQL without the lock of `services.holding.hold`: the unique indexes of people and tables then
surface as database errors instead of refusals, and a pair has two requests.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from congress.core import clock
from congress.core.errors import DomainError
from congress.core.transactions import commit_on_success
from congress.extensions import db
from congress.matchmaking import errors
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.services import answering, cancelling, closing, moving, requesting
from congress.registration import services as registrations
from congress.registration.enums import CancelledBy
from congress.registration.models import Registration
from tests.factories.matchmaking import make_meeting
from tests.matchmaking.stage import Stage
from tests.registration.test_races import at_once

pytestmark = pytest.mark.database
S = MeetingState


@dataclass(frozen=True)
class Market:
    """People and slots by id. No context stays open: each act has its own."""

    app: Flask
    event_id: int
    slots: list[int]
    people: list[int]

    def act(self, does: Callable[[], Any]) -> str:
        """The state that an act led to, or the name of its refusal."""
        with self.app.test_request_context("/fr/"):
            try:
                with commit_on_success():
                    return str(does().state.value)
            except DomainError as refusal:
                return type(refusal).__name__

    def person(self, number: int) -> Profile:
        return db.session.get_one(Profile, self.people[number])

    def meeting(self, meeting_id: int) -> Meeting:
        return db.session.get_one(Meeting, meeting_id)

    def set_up(self, requester: int, target: int, state: MeetingState = S.PENDING, **values: Any) -> int:
        with self.app.test_request_context("/fr/"), commit_on_success():
            at = values.pop("at", (None, None))
            found = make_meeting(self.person(requester), self.person(target), state, **values)
            if at[0] is not None:
                place = {"slot_id": at[0], "table_id": at[1], "shown_slot_id": at[0], "shown_table_id": at[1]}
                db.session.execute(sa.update(Meeting).values(published_at=clock.now(), **place))
                db.session.execute(sa.update(MeetingPerson).values(slot_id=at[0]))
            return found.id

    def request(self, requester: int, target: int) -> str:
        return self.act(lambda: requesting.request_meeting(self.person(requester), self.person(target)))

    def accept(self, meeting_id: int, by: int, **more: Any) -> str:
        return self.act(lambda: answering.accept(self.meeting(meeting_id), self.person(by), **more))

    def states(self) -> Counter[str]:
        with self.app.app_context():
            return Counter(one.value for one in db.session.scalars(sa.select(Meeting.state)))

    def changes(self) -> int:
        with self.app.app_context():
            return db.session.scalar(sa.select(sa.func.count()).select_from(MeetingChange)) or 0


def market(app: Flask, people: int, slots: int = 4, tables: int = 2, **values: Any) -> tuple[Market, list[int]]:
    with app.test_request_context("/fr/"), commit_on_success():
        stage = Stage(slots, tables, **values)
        found = [one.id for one in stage.people(people)]
        ids = [one.id for one in stage.slots]
        return Market(app, stage.event.id, ids, found), [one.id for one in stage.tables]


def test_the_last_table_of_a_slot_goes_to_one_pair(app: Flask) -> None:
    one, _tables = market(app, 16, slots=1, tables=3)
    pending = [one.set_up(2 * pair, 2 * pair + 1) for pair in range(8)]
    answers = at_once(8, lambda pair: one.accept(pending[pair], 2 * pair + 1))
    assert Counter(answers) == {"scheduled": 3, "NoTable": 5}
    assert one.states() == {"scheduled": 3, "pending": 5}
    assert one.changes() == 3


def test_one_person_is_never_in_two_meetings_of_one_slot(app: Flask) -> None:
    one, _tables = market(app, 9, slots=1, tables=20)
    asked = [one.set_up(0, other) for other in range(1, 5)]
    asking = [one.set_up(other, 0) for other in range(5, 9)]
    everything = [
        *((meeting, number + 1) for number, meeting in enumerate(asked)),
        *((one_id, 0) for one_id in asking),
    ]
    answers = at_once(8, lambda number: one.accept(*everything[number]))
    assert Counter(answers) == {"scheduled": 1, "NoCommonSlot": 7}


def test_two_acceptances_for_one_wanted_slot_both_find_a_place(app: Flask) -> None:
    one, _tables = market(app, 3, slots=2, tables=1)
    pending = [one.set_up(other, 0, wanted_slot_id=one.slots[1]) for other in (1, 2)]
    assert at_once(2, lambda number: one.accept(pending[number], 0)) == ["scheduled"] * 2


def test_a_request_is_accepted_or_withdrawn_or_declined(app: Flask) -> None:
    one, _tables = market(app, 12)
    pending = [one.set_up(2 * pair, 2 * pair + 1) for pair in range(6)]

    def act(number: int) -> str:
        pair, what = divmod(number, 3)
        meeting, requester, target = pending[pair], 2 * pair, 2 * pair + 1
        if what == 0:
            return one.accept(meeting, target)
        if what == 1:
            return one.act(lambda: requesting.withdraw(one.meeting(meeting), one.person(requester)))
        return one.act(lambda: answering.decline(one.meeting(meeting), one.person(target)))

    answers = at_once(18, act)
    assert Counter(answers)["NotPossibleNow"] == 12
    assert one.changes() == 6


def test_a_request_is_accepted_or_expires(app: Flask) -> None:
    one, _tables = market(app, 8)
    soon = clock.now() + dt.timedelta(seconds=30)
    pending = [one.set_up(2 * pair, 2 * pair + 1, expires_at=soon) for pair in range(4)]

    def expire() -> Meeting:
        with clock.held_at(soon):
            closing.expire_due()
        return one.meeting(pending[0])

    answers = at_once(
        8, lambda number: one.accept(pending[number], 2 * number + 1) if number < 4 else one.act(expire)
    )
    assert set(answers[:4]) <= {"scheduled", "NotPossibleNow", "RequestExpired"}
    assert one.changes() == 4
    assert sum(one.states().values()) == 4


def test_asking_ten_times_at_once_asks_once(app: Flask) -> None:
    one, _tables = market(app, 2)
    answers = at_once(10, lambda _number: one.request(0, 1))
    assert Counter(answers) == {"pending": 1, "AlreadyAsked": 9}
    assert one.states() == {"pending": 1}


def test_who_ask_each_other_at_once_have_one_meeting(app: Flask) -> None:
    one, _tables = market(app, 8)
    answers = at_once(8, lambda number: one.request(number, number ^ 1))
    assert Counter(answers) == {"pending": 4, "scheduled": 4}
    assert one.states() == {"scheduled": 4}


def test_the_pending_cap_holds_for_requests_at_once(app: Flask) -> None:
    one, _tables = market(app, 9, pending_cap=3)
    answers = at_once(8, lambda number: one.request(0, number + 1))
    assert Counter(answers) == {"pending": 3, "PendingCapReached": 5}


def test_a_meeting_is_cancelled_or_moved(app: Flask) -> None:
    one, tables = market(app, 2, tables=1)
    meeting = one.set_up(0, 1, S.SCHEDULED, at=(one.slots[0], tables[0]))
    assert one.act(lambda: moving.propose(one.meeting(meeting), one.person(0), one.slots[2])) == "scheduled"
    answers = at_once(
        4,
        lambda number: one.act(
            (
                lambda: cancelling.cancel(one.meeting(meeting), one.person(0)),
                lambda: moving.accept_proposal(one.meeting(meeting), one.person(1)),
                lambda: cancelling.cancel(one.meeting(meeting), one.person(1)),
                lambda: moving.move(one.meeting(meeting), one.slots[3]),
            )[number]
        ),
    )
    assert Counter(answers)["cancelled"] == 1
    assert one.states() == {"cancelled": 1}
    with app.app_context():
        assert db.session.scalars(sa.select(MeetingPerson.slot_id)).all() == [None, None]


def test_two_meetings_are_moved_to_the_same_table(app: Flask) -> None:
    one, _tables = market(app, 12, slots=2, tables=6)
    pending = [one.set_up(2 * pair, 2 * pair + 1) for pair in range(6)]
    for pair, meeting in enumerate(pending):
        assert one.accept(meeting, 2 * pair + 1, slot_id=one.slots[0]) == "scheduled"
    answers = at_once(
        6, lambda pair: one.act(lambda: moving.move(one.meeting(pending[pair]), one.slots[1], _tables[0]))
    )
    assert Counter(answers) == {"scheduled": 1, "NoTableThen": 5}


def test_registrations_are_cancelled_while_meetings_are_agreed(app: Flask) -> None:
    """The lock of a registration comes before that of the event's meetings: nobody waits for each other."""
    one, _tables = market(app, 12, tables=8)
    pending = [one.set_up(2 * pair, 2 * pair + 1) for pair in range(6)]

    def leave(number: int) -> Meeting:
        profile = one.person(2 * number)
        registrations.cancel(db.session.get_one(Registration, profile.registration_id), CancelledBy.PARTICIPANT)
        return one.meeting(pending[number])

    answers = at_once(
        12,
        lambda number: (
            one.accept(pending[number], 2 * number + 1) if number < 6 else one.act(lambda: leave(number - 6))
        ),
    )
    assert answers[6:] == ["cancelled"] * 6
    assert set(answers[:6]) <= {"scheduled", "NotPossibleNow"}
    assert one.states() == {"cancelled": 6}


def test_the_refusals_here_are_refusals(app: Flask) -> None:
    """What is called by name above exists, and is no error of the database."""
    names = ("NoTable", "NoCommonSlot", "NotPossibleNow", "AlreadyAsked", "PendingCapReached", "NoTableThen")
    assert all(issubclass(getattr(errors, name), DomainError) for name in names)
