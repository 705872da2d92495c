"""What is past its time is deleted, once an hour, and nothing else is."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from congress.accounts.models import Attempt
from congress.core import clock
from congress.core.idempotency import IdempotencyKey
from congress.extensions import db
from congress.jobs.enums import JobState
from congress.jobs.jobs import clean_up, enqueue_clean_up
from congress.jobs.models import Job
from congress.jobs.services import enqueue
from congress.mail.enums import MailState
from congress.mail.models import Mail
from congress.mail.services import queue
from tests.support.work import do_jobs

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]


def test_asked_for_once_an_hour(app: Flask, now: dt.datetime) -> None:
    first = enqueue_clean_up()
    assert enqueue_clean_up() == first
    with clock.held_at(now + dt.timedelta(hours=1)):
        assert enqueue_clean_up() != first
    do_jobs(app)
    db.session.expire_all()
    assert db.session.get_one(Job, first).state is JobState.DONE


@pytest.mark.parametrize(("age", "kept"), [(29, True), (31, False)])
def test_finished_jobs_stay_for_a_month(now: dt.datetime, age: int, kept: bool) -> None:
    for state in (JobState.DONE, JobState.QUEUED):
        job_id = enqueue("t.old", {})
        finished = now - dt.timedelta(days=age) if state is JobState.DONE else None
        db.session.execute(sa.update(Job).where(Job.id == job_id).values(state=state, finished_at=finished))
    clean_up(Job())

    left = db.session.scalars(sa.select(Job.state).where(Job.kind == "t.old").order_by(Job.id)).all()
    assert left == ([JobState.DONE] if kept else []) + [JobState.QUEUED]


@pytest.mark.parametrize(("age", "kept"), [(47, 1), (49, 0)])
def test_keys_of_forms_stay_for_two_days(now: dt.datetime, age: int, kept: int) -> None:
    created = now - dt.timedelta(hours=age)
    db.session.add(IdempotencyKey(scope_hash=b"s" * 32, body_hash=b"b" * 32, created_at=created))
    db.session.flush()
    clean_up(Job())

    assert db.session.scalar(sa.select(sa.func.count()).select_from(IdempotencyKey)) == kept


def test_features_delete_theirs_at_the_same_time(now: dt.datetime) -> None:
    db.session.add(Attempt(key_hash=b"k" * 32, count=3, window_ends_at=now - dt.timedelta(seconds=1)))
    for state in (MailState.CANCELLED, MailState.SENT):
        mail_id = queue("sign_in", "stranger@example.org", "en", {})
        created = now - dt.timedelta(days=3)
        db.session.execute(sa.update(Mail).where(Mail.id == mail_id).values(state=state, created_at=created))
    clean_up(Job())

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0
    assert db.session.scalars(sa.select(Mail.state)).all() == [MailState.SENT]
