"""Runs, publications and participants at the same moment: real threads and transactions, on both engines.

Seen failing on PostgreSQL when `applying.apply` looked whether the run was over before it held the meetings: three
that had the same answer wrote it three times.
"""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from congress.core import transactions
from congress.core.errors import DomainError
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking import placement
from congress.matchmaking.enums import MeetingEvent, MeetingState, Publication
from congress.matchmaking.errors import NothingToPublish, RunInProgress
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, TimetableRun
from congress.matchmaking.queries.drafts import hidden_meetings
from congress.matchmaking.services import answering, applying, cancelling, publishing, runs
from congress.matchmaking.timetable.problem import Place, Timetable
from tests.factories.events import make_event
from tests.factories.matchmaking import make_matchmaking, make_meeting, make_profile, make_slots, make_tables
from tests.registration.test_races import at_once

pytestmark = pytest.mark.database
FACTS = {"seconds": 1.0, "stopped": False, "proven": False}


class Stage:
    """Six agreed meetings and one request; a run that was asked for, with an answer that places the six."""

    def __init__(self, app):
        self.app = app
        with app.test_request_context("/fr/"), transactions.commit_on_success():
            event = make_event()
            make_matchmaking(event)
            make_slots(event, 2)
            make_tables(event, 3)
            self.event_id = event.id
            people = [(make_profile(event), make_profile(event)) for _ in range(6)]
            self.meeting_ids = [make_meeting(*two, MeetingState.UNSCHEDULED).id for two in people]
            self.person_ids = [one.id for one, _other in people]
            stranger = make_profile(event)
            request = make_meeting(stranger, people[0][0], MeetingState.PENDING)
            self.request_id, self.asked_id = request.id, people[0][0].id

    def event(self):
        return db.session.get_one(Event, self.event_id, options=[sa.orm.joinedload(Event.series)])

    def within(self, act):
        """One unit of work of its own; a refusal is a result."""
        with self.app.test_request_context("/fr/"):
            try:
                with transactions.commit_on_success():
                    return act()
            except DomainError as refusal:
                return type(refusal)

    def ask_for_run(self):
        return self.within(lambda: runs.request_run(self.event(), seconds=1, seed=1).id)

    def answer(self):
        """Everybody has a place: two slots, three tables."""

        def read():
            found = placement.build(self.event())
            places = tuple(Place(number // 3, number % 3) for number in range(len(found.meeting_ids)))
            return found, Timetable(places)

        return self.within(read)

    def apply(self, run_id, found, answer):
        return self.within(lambda: applying.apply(run_id, found, answer, FACTS))

    def meeting(self, meeting_id):
        return db.session.get_one(Meeting, meeting_id)

    def states(self):
        return self.within(lambda: dict(db.session.execute(sa.select(Meeting.id, Meeting.state)).all()))

    def seats_are_consistent(self):
        def look():
            rows = db.session.execute(
                sa.select(Meeting.slot_id, MeetingPerson.slot_id).join(Meeting.people).where(Meeting.id > 0)
            ).all()
            return all(one == other for one, other in rows)

        return self.within(look)


def test_two_organisers_start_a_run_at_once(app):
    stage = Stage(app)
    answers = at_once(4, lambda _number: stage.ask_for_run())
    assert Counter(answers)[RunInProgress] == 3
    assert stage.within(lambda: db.session.scalar(sa.select(sa.func.count()).select_from(TimetableRun))) == 1


def test_a_run_is_written_while_people_cancel(app):
    stage = Stage(app)
    run_id, (found, answer) = stage.ask_for_run(), stage.answer()

    def act(number):
        if number == 0:
            return stage.apply(run_id, found, answer)
        one = stage.meeting_ids[number - 1]
        return stage.within(lambda: cancelling.cancel(stage.meeting(one), reason="Ill").state)

    results = at_once(4, act)
    assert isinstance(results[0], dict)
    states = stage.states()
    assert all(states[one] is MeetingState.CANCELLED for one in stage.meeting_ids[:3])
    assert all(states[one] is MeetingState.SCHEDULED for one in stage.meeting_ids[3:])
    assert stage.seats_are_consistent()


def test_a_run_is_written_while_somebody_accepts(app):
    """The request takes a slot of somebody whom the run wants to place, or comes too late for that slot."""
    stage = Stage(app)
    run_id, (found, answer) = stage.ask_for_run(), stage.answer()

    def accept():
        from congress.matchmaking.queries.meetings import by_id
        from congress.matchmaking.services.holding import fresh_profiles

        return answering.accept(by_id(stage.request_id), fresh_profiles([stage.asked_id])[0]).state

    results = at_once(2, lambda number: stage.within(accept) if number else stage.apply(run_id, found, answer))
    assert isinstance(results[0], dict)
    assert results[1] is MeetingState.SCHEDULED or issubclass(results[1], DomainError)
    states = stage.states()
    assert all(states[one] is MeetingState.SCHEDULED for one in stage.meeting_ids[1:])
    assert stage.seats_are_consistent()


def test_the_same_answer_is_written_once(app):
    stage = Stage(app)
    run_id, (found, answer) = stage.ask_for_run(), stage.answer()
    results = at_once(3, lambda _number: stage.apply(run_id, found, answer))
    assert sum(isinstance(one, dict) for one in results) == 1
    assigned = sa.select(sa.func.count()).where(MeetingChange.event == MeetingEvent.ASSIGN)
    assert stage.within(lambda: db.session.scalar(assigned)) == 6


def test_published_twice_at_once_everybody_is_told_once(app):
    stage = Stage(app)
    run_id, (found, answer) = stage.ask_for_run(), stage.answer()
    stage.apply(run_id, found, answer)
    seen = stage.within(lambda: publishing.fingerprint(hidden_meetings(stage.event())))

    def act(_number):
        return stage.within(lambda: publishing.publish(stage.event(), Publication.FINAL, seen))

    results = at_once(3, act)
    assert Counter(results)[NothingToPublish] == 2
    told = sa.select(sa.func.count()).where(MeetingChange.event == MeetingEvent.PUBLISH)
    assert stage.within(lambda: db.session.scalar(told)) == 6
