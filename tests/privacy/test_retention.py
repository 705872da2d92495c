"""When the time is over, names go by themselves."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.extensions import db
from congress.jobs.models import Job
from congress.jobs.worker import run_due_jobs
from congress.privacy import jobs, queries
from congress.privacy.receivers import look_for_ended_retention
from congress.registration.models import Registration
from tests.factories.events import make_event
from tests.factories.registrations import make_category, make_registration


def run_round(app):
    with app.test_request_context("/fr/"), commit_on_success():
        look_for_ended_retention(None)
    with app.test_request_context("/fr/"):
        run_due_jobs(app.app_context)


def names_left(app):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(Registration.id)).where(Registration.family_name != ""))


def test_people_are_erased_the_day_after_the_last_day_and_not_before(app, now, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event(retention_days=30)
        category = make_category(event)
        for _ in range(5):
            make_registration(event, category)
        last_day = event.retention_ends_on
    with clock.held_at(dt.datetime.combine(last_day, dt.time(20, 0), dt.UTC)):
        run_round(app)
        assert names_left(app) == 5
    with clock.held_at(dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(1, 0), dt.UTC)):
        run_round(app)
        assert names_left(app) == 0
        with app.app_context():
            assert queries.events_past_retention() == []
            assert db.session.scalar(sa.select(sa.func.count(Registration.id))) == 5


def test_asked_again_on_the_same_day_nothing_is_added(app, now):
    for _ in range(3):
        with app.test_request_context("/fr/"), commit_on_success():
            look_for_ended_retention(None)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Job.id)).where(Job.kind == jobs.RETENTION)) == 1
