"""Whether this installation works: what a load balancer, a monitor and an administrator look at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from congress.core.rendering import setting
from congress.extensions import db
from congress.jobs import queries as jobs
from congress.jobs.enums import Lane
from congress.mail import queries as mails

log = structlog.get_logger(__name__)

OLDEST_HEARTBEAT = dt.timedelta(seconds=60)
LONGEST_WAIT = dt.timedelta(minutes=10)
PROMPT_LANES = (Lane.URGENT, Lane.NORMAL)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. A failed one that is not `needed` is a warning."""

    name: str
    passed: bool
    needed: bool = True
    detail: Any = None


def readiness() -> list[Check]:
    """The database answers, a worker lives, nothing urgent waits for long, mail can leave."""
    try:
        db.session.execute(sa.select(1))
        age = jobs.heartbeat_age()
        waiting = jobs.oldest_due_age(PROMPT_LANES)
    except SQLAlchemyError:
        log.exception("readiness_failed")
        return [Check("database", passed=False)]
    return [
        Check("database", passed=True),
        Check("worker", age is not None and age <= OLDEST_HEARTBEAT, detail=_seconds(age)),
        Check("queue", waiting <= LONGEST_WAIT, detail=_seconds(waiting)),
        Check("mail", _mail_can_leave(), needed=False),
    ]


def metrics() -> bytes:
    """The state of jobs, mails, worker and this process in Prometheus' text format."""
    from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest  # noqa: PLC0415 (rare)

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    by_lane = Gauge("congress_jobs", "Jobs by state and lane", ["state", "lane"], registry=registry)
    for state, lane, count in jobs.count_by_state_and_lane():
        by_lane.labels(state.value, lane.value).set(count)
    by_state = Gauge("congress_mails", "Mails by state", ["state"], registry=registry)
    for mail_state, count in mails.count_by_state().items():
        by_state.labels(mail_state.value).set(count)
    age = Gauge("congress_worker_age_seconds", "Seconds since a worker was last seen", registry=registry)
    age.set(_seconds(jobs.heartbeat_age()) or 0)
    waiting = Gauge("congress_queue_age_seconds", "Seconds that the oldest due job has waited", registry=registry)
    waiting.set(_seconds(jobs.oldest_due_age()) or 0)
    return bytes(generate_latest(registry))


def _mail_can_leave() -> bool:
    return bool(setting("SMTP_URL") or setting("DEMO") or setting("TESTING"))


def _seconds(age: dt.timedelta | None) -> float | None:
    return None if age is None else round(age.total_seconds(), 1)
