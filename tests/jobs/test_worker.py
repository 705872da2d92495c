"""Jobs are done once, in the right order, again when they fail, and never lost."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from congress.core import clock, transactions
from congress.extensions import db
from congress.jobs import handlers, leases
from congress.jobs.enums import JobState, Lane
from congress.jobs.handlers import PermanentFailure, TryLater
from congress.jobs.models import Job
from congress.jobs.services import beat, enqueue, leave, progress
from congress.jobs.worker import Worker
from tests.support.work import do_jobs

pytestmark = pytest.mark.database


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], None]:
    """Register a quick handler for one test."""

    def register(kind: str, handler: Any) -> None:
        monkeypatch.setitem(handlers._work, kind, handlers.Work(quick=handler))

    return register


@pytest.fixture
def slow_kinds(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], None]:
    """Register a slow handler for one test."""

    def register(kind: str, handler: Any) -> None:
        monkeypatch.setitem(handlers._work, kind, handlers.Work(slow=handler))

    return register


def written(app: Flask, *jobs: dict[str, Any]) -> list[int]:
    with app.app_context(), transactions.commit_on_success():
        return [enqueue(job.pop("kind"), job.pop("payload", {}), **job) for job in jobs]


def job_in(app: Flask, job_id: int) -> Job:
    with app.app_context(), transactions.scope(writes=False):
        job = db.session.get_one(Job, job_id)
        db.session.expunge(job)
        return job


def test_job_is_done_once_and_keeps_its_result(app: Flask, kinds) -> None:
    seen: list[int] = []
    kinds("t.note", lambda job: seen.append(job.payload["n"]) or {"noted": job.payload["n"]})
    (job_id,) = written(app, {"kind": "t.note", "payload": {"n": 7}})

    assert (do_jobs(app), do_jobs(app)) == (1, 0)

    job = job_in(app, job_id)
    assert (job.state, job.result, job.attempts, job.lease_token) == (JobState.DONE, {"noted": 7}, 1, None)
    assert seen == [7]


def test_lanes_come_before_age(app: Flask, kinds) -> None:
    order: list[str] = []
    kinds("t.lane", lambda job: order.append(job.lane.value))
    written(app, *({"kind": "t.lane", "lane": lane} for lane in reversed(Lane)))

    do_jobs(app)

    assert order == ["urgent", "normal", "bulk", "documents"]


def test_job_of_tomorrow_waits(app: Flask, kinds, now: dt.datetime) -> None:
    kinds("t.later", lambda _job: None)
    written(app, {"kind": "t.later", "run_at": now + dt.timedelta(days=1)})

    assert do_jobs(app) == 0
    with clock.held_at(now + dt.timedelta(days=1)):
        assert do_jobs(app) == 1


@pytest.mark.parametrize(
    ("attempt", "minutes"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (8, 128), (11, 1024), (12, 1440), (14, 1440), (200, 1440)],
)
def test_back_off_doubles_from_a_minute_to_a_day(attempt: int, minutes: int) -> None:
    assert leases.back_off(attempt) == dt.timedelta(minutes=minutes)


def test_try_later_waits_its_back_off_then_gives_up(app: Flask, kinds, now: dt.datetime) -> None:
    def refuse(_job: Job) -> None:
        raise TryLater("the server of someone@example.org is down")

    kinds("t.down", refuse)
    (job_id,) = written(app, {"kind": "t.down", "max_attempts": 2})

    do_jobs(app)
    job = job_in(app, job_id)
    assert (job.state, job.run_at, job.attempts) == (JobState.QUEUED, now + dt.timedelta(minutes=1), 1)
    assert job.error == "the server of [address] is down"

    with clock.held_at(now + dt.timedelta(minutes=1)):
        do_jobs(app)
    assert job_in(app, job_id).state is JobState.FAILED


def test_waiting_for_ourselves_counts_no_attempt(app: Flask, kinds, now: dt.datetime) -> None:
    def refuse(_job: Job) -> None:
        raise TryLater("no mail server", counts=False)

    kinds("t.ours", refuse)
    (job_id,) = written(app, {"kind": "t.ours", "max_attempts": 2})
    for minute in range(5):
        with clock.held_at(now + dt.timedelta(minutes=minute)):
            do_jobs(app)

    assert (job_in(app, job_id).state, job_in(app, job_id).attempts) == (JobState.QUEUED, 0)


def test_permanent_failure_is_told_with_its_reason(app: Flask, kinds, monkeypatch) -> None:
    told: list[str] = []
    monkeypatch.setitem(handlers._farewells, "t.never", lambda _job, reason: told.append(reason))

    def fail(_job: Job) -> None:
        raise PermanentFailure("no such thing")

    kinds("t.never", fail)
    (job_id,) = written(app, {"kind": "t.never"})

    do_jobs(app)

    assert (job_in(app, job_id).state, job_in(app, job_id).error) == (JobState.FAILED, "no such thing")
    assert told == ["no such thing"]


def test_unexpected_error_undoes_what_the_job_wrote(app: Flask, kinds, now: dt.datetime) -> None:
    def break_half_way(_job: Job) -> None:
        enqueue("t.half", {})
        raise ZeroDivisionError

    kinds("t.breaks", break_half_way)
    (job_id,) = written(app, {"kind": "t.breaks"})

    do_jobs(app)

    job = job_in(app, job_id)
    assert (job.state, job.error) == (JobState.QUEUED, "ZeroDivisionError")
    with app.app_context(), transactions.scope(writes=False):
        assert db.session.scalars(sa.select(Job.kind)).all() == ["t.breaks"]


def test_unknown_kind_fails_at_once(app: Flask) -> None:
    (job_id,) = written(app, {"kind": "t.unheard_of"})

    do_jobs(app)

    assert job_in(app, job_id).error == "no handler for t.unheard_of"


def test_slow_job_shows_progress_and_writes_with_its_end(app: Flask, slow_kinds) -> None:
    shown: list[int] = []

    def slow(job: Job) -> Any:
        for step in (1, 2):
            progress(job, step, 2)
            shown.append(job_in(app, job.id).progress_done)
        return lambda: {"pages": 2}

    slow_kinds("t.slow", slow)
    (job_id,) = written(app, {"kind": "t.slow", "progress_total": 2})

    do_jobs(app)

    job = job_in(app, job_id)
    assert (shown, job.state, job.result, job.progress_done) == ([1, 2], JobState.DONE, {"pages": 2}, 2)


def test_slow_job_holds_no_write_lock(app: Flask, slow_kinds) -> None:
    def slow(_job: Job) -> Any:
        db.session.scalar(sa.select(sa.func.count()).select_from(Job))
        other = threading.Thread(target=lambda: written(app, {"kind": "t.meanwhile"}))
        other.start()
        other.join(10)
        assert not other.is_alive()
        return lambda: None

    slow_kinds("t.reads", slow)
    (job_id,) = written(app, {"kind": "t.reads"})

    do_jobs(app)

    assert job_in(app, job_id).state is JobState.DONE


def test_lost_job_is_offered_again_when_its_lease_ends(app: Flask, kinds, now: dt.datetime) -> None:
    kinds("t.lost", lambda _job: None)
    (job_id,) = written(app, {"kind": "t.lost"})
    with app.app_context(), transactions.commit_on_success():
        assert leases.claim("gone")
    worker = Worker(app.app_context)

    worker.sweep()
    assert job_in(app, job_id).state is JobState.RUNNING
    with clock.held_at(now + leases.LEASE + dt.timedelta(seconds=1)):
        worker.sweep()
        assert job_in(app, job_id).state is JobState.QUEUED
        assert worker.drain() == 1
    assert job_in(app, job_id).attempts == 2


def test_job_that_kills_its_worker_is_given_up(app: Flask, now: dt.datetime) -> None:
    (job_id,) = written(app, {"kind": "t.killer", "max_attempts": 1})
    with app.app_context(), transactions.commit_on_success():
        leases.claim("gone")

    with clock.held_at(now + leases.LEASE + dt.timedelta(seconds=1)):
        Worker(app.app_context).sweep()

    assert (job_in(app, job_id).state, job_in(app, job_id).error) == (JobState.FAILED, leases.LOST)


def test_living_worker_keeps_its_jobs_and_gives_them_back_at_its_end(app: Flask, now: dt.datetime) -> None:
    (job_id,) = written(app, {"kind": "t.long"})
    with app.app_context(), transactions.commit_on_success():
        leases.claim("alive")
    later = now + dt.timedelta(seconds=50)
    with clock.held_at(later), app.app_context(), transactions.commit_on_success():
        beat("alive")
    assert job_in(app, job_id).lease_until == later + leases.LEASE

    with app.app_context(), transactions.commit_on_success():
        leave("alive")
    assert (job_in(app, job_id).state, job_in(app, job_id).attempts) == (JobState.QUEUED, 0)


def test_end_without_the_lease_changes_nothing(app: Flask, kinds) -> None:
    (job_id,) = written(app, {"kind": "t.taken"})

    def loses_its_lease(_job: Job) -> None:
        enqueue("t.written_by_the_loser", {})
        db.session.execute(sa.update(Job).where(Job.id == job_id).values(lease_token="other.1"))

    kinds("t.taken", loses_its_lease)
    do_jobs(app)

    with app.app_context(), transactions.scope(writes=False):
        assert db.session.scalars(sa.select(Job.kind)).all() == ["t.taken"]


def test_two_workers_never_take_the_same_job(app: Flask, kinds) -> None:
    done: list[int] = []
    kinds("t.once", lambda job: done.append(job.id))
    ids = written(app, *({"kind": "t.once"} for _ in range(60)))
    workers = [Worker(app.app_context, name=f"w{number}") for number in range(4)]
    threads = [threading.Thread(target=worker.drain) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(done) == sorted(ids)


def test_documents_never_take_every_thread(app: Flask, slow_kinds, kinds) -> None:
    release, mailed, drawing = threading.Event(), threading.Event(), threading.Semaphore(0)

    def draw(_job: Job) -> Any:
        drawing.release()
        release.wait(20)
        return lambda: None

    slow_kinds("t.draw", draw)
    kinds("t.mail", lambda _job: mailed.set())
    written(app, *({"kind": "t.draw", "lane": Lane.DOCUMENTS} for _ in range(4)))
    worker = Worker(app.app_context, threads=4)
    with Draining(worker, 4):
        assert drawing.acquire(timeout=10)
        assert drawing.acquire(timeout=10)
        written(app, {"kind": "t.mail", "lane": Lane.URGENT})
        spare = threading.Thread(target=worker.drain)
        spare.start()
        assert mailed.wait(10)
        assert not drawing.acquire(timeout=0.3)
        release.set()
        spare.join(20)


class Draining:
    def __init__(self, worker: Worker, threads: int) -> None:
        self.threads = [threading.Thread(target=worker.drain) for _ in range(threads)]

    def __enter__(self) -> None:
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        for thread in self.threads:
            thread.join(30)


def test_unique_key_asks_once(app: Flask) -> None:
    first, second = written(app, {"kind": "t.u", "unique_key": "k"}, {"kind": "t.u", "unique_key": "k"})

    assert first == second
