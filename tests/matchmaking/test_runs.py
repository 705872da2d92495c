"""Runs: asked for one at a time, computed beside the worker, checked, and written where nothing changed meanwhile."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core import clock, transactions
from congress.extensions import db
from congress.jobs import leases
from congress.jobs.enums import JobState
from congress.jobs.models import Job
from congress.jobs.worker import run_due_jobs
from congress.matchmaking import placement
from congress.matchmaking.enums import MeetingEvent, MeetingState
from congress.matchmaking.errors import NoRunToStop, RunInProgress, RunPointless
from congress.matchmaking.jobs import timetable as jobs
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, TimetableRun
from congress.matchmaking.services import applying, cancelling, moving, runs, scheduling
from congress.matchmaking.timetable.problem import Place, Timetable, Unplaced
from tests.factories.events import make_event
from tests.factories.matchmaking import make_matchmaking, make_meeting, make_profile, make_slots, make_tables
from tests.matchmaking import engines

UNSCHEDULED, SCHEDULED = MeetingState.UNSCHEDULED, MeetingState.SCHEDULED
HIDDEN = {"shown_slot_id": None, "shown_table_id": None, "published_at": None}
FACTS = {"seconds": 1.0, "stopped": False, "proven": False}


class Stage:
    """An event with four slots and two tables; `run` is a run that was asked for."""

    def __init__(self, event):
        self.event = event
        make_matchmaking(event)
        self.slots, self.tables = make_slots(event, 4), make_tables(event, 2)

    def agreed(self, one=None, other=None, state=UNSCHEDULED, **values):
        return make_meeting(one or self.person(), other or self.person(), state, **values)

    def person(self, **values):
        return make_profile(self.event, **values)

    def placed(self, slot, table=0, one=None, other=None, **values):
        return self.agreed(one, other, SCHEDULED, slot=self.slots[slot], table=self.tables[table], **values)

    def run(self, movable=()):
        return runs.request_run(self.event, seconds=1, seed=1, movable=movable)

    def answer(self, places, movable=()):
        """The problem as it is, and an answer that puts meetings, by id, at (slot, table)."""
        found = placement.build(self.event, movable=movable)
        wanted = [
            self._place(places[one]) if one in places else found.before.places[number]
            for number, one in enumerate(found.meeting_ids)
        ]
        missing = {number: Unplaced.TABLES_FULL for number, place in enumerate(wanted) if place is None}
        return found, Timetable(tuple(wanted), missing)

    @staticmethod
    def _place(numbers):
        return None if numbers is None else Place(*numbers)

    def apply(self, run, found, answer):
        db.session.flush()
        applying.apply(run.id, found, answer, FACTS)
        db.session.expire_all()
        return db.session.get_one(TimetableRun, run.id).result

    def where(self, meeting):
        one = db.session.get_one(Meeting, meeting.id, populate_existing=True)
        if one.slot_id is None:
            return None
        tables = [table.id for table in self.tables]
        return [slot.id for slot in self.slots].index(one.slot_id), tables.index(one.table_id)


@pytest.fixture
def stage(session, now):
    return Stage(make_event())


def events_of(meeting):
    return list(db.session.scalars(sa.select(MeetingChange.event).where(MeetingChange.meeting_id == meeting.id)))


def test_a_run_is_a_row_a_job_and_a_line_in_the_history(stage):
    stage.agreed()
    run = stage.run()
    job = db.session.get_one(Job, run.job_id)
    assert (job.kind, job.state, job.progress_total) == ("matchmaking.timetable", JobState.QUEUED, 1)
    assert db.session.scalars(sa.select(AuditEntry.action)).all() == ["timetable.requested"]


def test_one_run_at_a_time(stage):
    stage.agreed()
    stage.run()
    with pytest.raises(RunInProgress):
        stage.run()


def test_a_run_that_can_do_nothing_is_not_started(stage):
    with pytest.raises(RunPointless):
        stage.run()


def test_only_published_meetings_of_the_event_can_be_ticked(stage):
    stage.agreed()
    published, hidden = stage.placed(0), stage.placed(1, **HIDDEN)
    elsewhere = Stage(make_event()).placed(0)
    assert stage.run([published.id, hidden.id, elsewhere.id, 99]).movable == [published.id]


def test_a_run_that_was_stopped_before_it_began_never_begins(stage):
    stage.agreed()
    run = stage.run()
    runs.stop_run(stage.event, run.id)
    assert run.finished_at is not None
    with pytest.raises(NoRunToStop):
        runs.stop_run(stage.event, run.id)
    assert jobs.compute_timetable(db.session.get_one(Job, run.job_id))() is None
    stage.run()


def test_a_running_one_is_asked_to_stop(stage):
    stage.agreed()
    run = stage.run()
    assert runs.note_progress(run.id, {"placed": 1, "breaks": 0, "seconds": 0.5}) is False
    db.session.refresh(run)
    runs.stop_run(stage.event, run.id)
    assert run.finished_at is None
    assert runs.note_progress(run.id, {"placed": 1, "breaks": 0, "seconds": 1.5}) is True


def test_what_the_engine_found_is_written_hidden(stage):
    meeting = stage.agreed()
    run = stage.run()
    result = stage.apply(run, *stage.answer({meeting.id: (2, 1)}))
    row = db.session.get_one(Meeting, meeting.id)
    assert (row.state, row.shown_slot_id, row.published_at) == (SCHEDULED, None, None)
    assert stage.where(meeting) == (2, 1)
    assert events_of(meeting) == [MeetingEvent.ASSIGN]
    assert result["added"] == [{"meeting": meeting.id, "to": [row.slot_id, row.table_id]}]
    assert (result["before"]["placed"], result["after"]["placed"]) == (0, 1)
    assert (result["moved"], result["removed"], result["unplaced"], result["left_out"]) == ([], [], [], [])
    assert db.session.get_one(TimetableRun, run.id).finished_at is not None


def test_two_meetings_of_one_person_exchange_their_places(stage):
    one = stage.person()
    first, second = stage.placed(0, one=one, **HIDDEN), stage.placed(1, one=one, **HIDDEN)
    run = stage.run()
    result = stage.apply(run, *stage.answer({first.id: (1, 0), second.id: (0, 0)}))
    assert (stage.where(first), stage.where(second)) == ((1, 0), (0, 0))
    assert [entry["meeting"] for entry in result["moved"]] == [first.id, second.id]
    rows = db.session.scalars(sa.select(MeetingPerson.slot_id).where(MeetingPerson.profile_id == one.id))
    assert sorted(rows) == [stage.slots[0].id, stage.slots[1].id]


def test_what_could_not_be_placed_is_told_with_its_reason(stage):
    stays, gone = stage.agreed(), stage.placed(0, **HIDDEN)
    run = stage.run()
    result = stage.apply(run, *stage.answer({stays.id: None, gone.id: None}))
    assert result["unplaced"] == [
        {"meeting": stays.id, "reason": "tables_full"},
        {"meeting": gone.id, "reason": "tables_full"},
    ]
    assert [entry["meeting"] for entry in result["removed"]] == [gone.id]
    assert db.session.get_one(Meeting, gone.id).state is UNSCHEDULED
    assert events_of(gone) == [MeetingEvent.UNSCHEDULE]


def test_a_published_meeting_moves_only_when_it_was_ticked(stage):
    published, waiting = stage.placed(0), stage.agreed()
    run = stage.run()
    found, answer = stage.answer({waiting.id: (1, 0)})
    assert not found.is_free(found.meeting_ids.index(published.id))
    stage.apply(run, found, answer)
    assert stage.where(published) == (0, 0)
    again = runs.request_run(stage.event, seconds=1, seed=1, movable=[published.id])
    result = stage.apply(again, *stage.answer({published.id: (3, 1)}, [published.id]))
    row = db.session.get_one(Meeting, published.id)
    assert result["moved"][0]["published"] is True
    assert stage.where(published) == (3, 1)
    assert row.shown_slot_id == stage.slots[0].id


def test_a_published_meeting_never_loses_its_place_to_a_run(stage):
    published, waiting = stage.placed(0), stage.agreed()
    run = stage.run([published.id])
    result = stage.apply(run, *stage.answer({published.id: None, waiting.id: (0, 0)}, [published.id]))
    assert stage.where(published) == (0, 0)
    assert stage.where(waiting) is None
    assert result["left_out"] == [waiting.id]


@pytest.mark.parametrize(
    "happens",
    [
        lambda stage, one: cancelling.cancel(one, None, "Ill", "organiser"),
        lambda stage, one: moving.lock(scheduling.assign(one, stage.slots[3].id, stage.tables[1].id)),
        lambda stage, one: scheduling.give_place(one, stage.slots[3].id),
    ],
)
def test_what_changed_while_the_engine_worked_is_left_out_and_reported(stage, happens):
    changed, other = stage.agreed(), stage.agreed()
    run = stage.run()
    found, answer = stage.answer({changed.id: (0, 0), other.id: (0, 1)})
    happens(stage, changed)
    db.session.flush()
    before = stage.where(changed)
    result = stage.apply(run, found, answer)
    assert stage.where(changed) == before
    assert stage.where(other) == (0, 1)
    assert result["left_out"] == [changed.id]


def test_a_place_that_somebody_has_taken_meanwhile_is_not_given_away(stage):
    one = stage.agreed()
    run = stage.run()
    found, answer = stage.answer({one.id: (0, 0)})
    taken = stage.placed(0)
    result = stage.apply(run, found, answer)
    assert (stage.where(one), stage.where(taken)) == (None, (0, 0))
    assert result["left_out"] == [one.id]


def test_who_stays_keeps_the_place_that_another_was_to_get(stage):
    """The first cannot move, so the second may not follow into its place."""
    first, second = stage.placed(0, **HIDDEN), stage.placed(1, **HIDDEN)
    run = stage.run()
    found, answer = stage.answer({first.id: (2, 0), second.id: (0, 0)})
    stage.placed(2)
    result = stage.apply(run, found, answer)
    assert (stage.where(first), stage.where(second)) == ((0, 0), (1, 0))
    assert result["left_out"] == [first.id, second.id]


def test_the_same_answer_twice_changes_nothing(stage):
    meeting = stage.agreed()
    run = stage.run()
    found, answer = stage.answer({meeting.id: (2, 1)})
    stage.apply(run, found, answer)
    assert applying.apply(run.id, found, answer, FACTS) is None
    assert events_of(meeting) == [MeetingEvent.ASSIGN]


class Committed:
    """A stage that a worker sees."""

    def __init__(self, app, meetings=3):
        self.app = app
        with app.app_context(), transactions.commit_on_success():
            stage = Stage(make_event())
            self.meeting_ids = [stage.agreed().id for _ in range(meetings)]
            self.run_id = stage.run().id

    def work(self):
        run_due_jobs(self.app.app_context)
        return self.row()

    def row(self):
        with self.app.app_context():
            run = db.session.get_one(TimetableRun, self.run_id)
            job = db.session.get_one(Job, run.job_id)
            states = db.session.scalars(sa.select(Meeting.state).order_by(Meeting.id)).all()
            return run, job, states


@pytest.mark.database
def test_the_worker_computes_and_writes(app):
    run, job, states = Committed(app).work()
    assert job.state is JobState.DONE
    assert states == [SCHEDULED] * 3
    assert run.result["after"]["placed"] == 3
    assert run.result["unplaced"] == []


def test_an_answer_that_breaks_a_rule_is_never_written(app, monkeypatch):
    monkeypatch.setattr("congress.matchmaking.engine_process.run_engine", engines.lying)
    run, job, states = Committed(app).work()
    assert (job.state, job.error) == (JobState.FAILED, "the checker refused the timetable")
    assert states == [UNSCHEDULED] * 3
    assert run.finished_at is not None
    assert run.result is None


def test_stop_keeps_the_best_so_far(app, monkeypatch):
    monkeypatch.setattr("congress.matchmaking.engine_process.run_engine", engines.obedient)
    noted = runs.note_progress

    def stop_then_note(run_id, progress):
        db.session.execute(sa.update(TimetableRun).values(stop_asked_at=clock.now()))
        return noted(run_id, progress)

    monkeypatch.setattr(runs, "note_progress", stop_then_note)
    run, job, _states = Committed(app).work()
    assert job.state is JobState.DONE
    assert run.result["stopped"] is True
    assert {one["reason"] for one in run.result["unplaced"]} == {"tables_full"}


def test_an_engine_that_dies_is_tried_again_and_given_up_in_the_end(app, monkeypatch):
    monkeypatch.setattr("congress.matchmaking.engine_process.run_engine", engines.suicidal)
    one = Committed(app)
    run, job, _states = one.work()
    assert (job.state, job.attempts, run.finished_at) == (JobState.QUEUED, 1, None)
    for _ in range(2):
        with app.app_context(), transactions.commit_on_success():
            db.session.execute(sa.update(Job).values(run_at=clock.now()))
        run, job, states = one.work()
    assert job.state is JobState.FAILED
    assert run.finished_at is not None
    assert states == [UNSCHEDULED] * 3


def test_after_a_crash_the_run_begins_anew(app):
    one = Committed(app)
    with app.app_context(), transactions.commit_on_success():
        job = leases.claim("dead-worker")
    assert job is not None
    with app.app_context(), transactions.commit_on_success():
        db.session.execute(sa.update(Job).values(lease_until=clock.now() - dt.timedelta(seconds=1)))
        assert leases.return_expired() == 1
    _run, job, states = one.work()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert states == [SCHEDULED] * 3
