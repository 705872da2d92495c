"""What is measured of accepting a request: the form, sending it, the page after it, while others do the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import MeetingState, SchedulingMode, SessionModality
from congress.matchmaking.models import Meeting, Profile
from congress.registration.links import manage_token
from congress.registration.models import Registration
from tests.benchmarks.stage import RUNS, Stage, result
from tests.factories.matchmaking import make_matchmaking, make_meeting, make_profile, make_slots, make_tables

Lines = Iterator[dict[str, Any]]
PAIRS, TABLES, SLOTS = 100, 60, 24


def accepting(stage: Stage) -> Lines:
    """Requests that are accepted into the first slot and table that suit both; all of them have to get one."""
    event_id, _payloads = stage.event_of_today(2 * PAIRS)
    with stage.writing():
        requests = [_requests(event, run) for event in [_event(event_id)] for run in range(RUNS + 1)]
    rates, seconds = [], []
    for run, paths in enumerate(requests):
        seen = stage.load("register", [(path, {"slot": ""}) for path in paths])
        if seen["marks"].get("registered") != PAIRS or _scheduled(stage, event_id) != PAIRS * (run + 1):
            raise RuntimeError(f"meeting.accept: not every request was accepted: {seen['statuses']}")
        if run:
            rates.append(PAIRS / seen["wall"])
            seconds += seen["seconds"]
    yield result("meeting.accept", "1/s", rates, seconds)


def _event(event_id: int) -> Event:
    event = db.session.get_one(Event, event_id)
    make_matchmaking(event, scheduling_mode=SchedulingMode.PARTICIPANTS)
    starts_at = event.starts_at + dt.timedelta(days=1)
    make_slots(event, SLOTS, starts_at=starts_at, modality=SessionModality.ON_SITE)
    make_tables(event, TABLES)
    people = db.session.scalars(
        sa.select(Registration)
        .where(Registration.event_id == event_id)
        .options(joinedload(Registration.group, innerjoin=True))
        .order_by(Registration.id)
    )
    for number, one in enumerate(people):
        one.organisation = f"Company {number}"
        make_profile(event, one)
    return event


def _requests(event: Event, run: int) -> list[str]:
    """A request from each of the first half to one of the second, another one in each run; where it is accepted."""
    profiles = db.session.scalars(
        sa.select(Profile)
        .where(Profile.event_id == event.id)
        .options(joinedload(Profile.registration, innerjoin=True).joinedload(Registration.group, innerjoin=True))
        .order_by(Profile.id)
    ).all()
    paths = []
    for number in range(PAIRS):
        requester, target = profiles[number], profiles[PAIRS + (number + run) % PAIRS]
        meeting = make_meeting(requester, target, MeetingState.PENDING)
        person = target.registration
        link = f"/fr/r/{manage_token(person.group)}/meetings/{person.public_id}"
        paths.append(f"{link}/m/{meeting.code}/accept")
    return paths


def _scheduled(stage: Stage, event_id: int) -> int:
    with stage.app.app_context():
        count = sa.select(sa.func.count(Meeting.id)).where(
            Meeting.event_id == event_id, Meeting.state == MeetingState.SCHEDULED
        )
        return int(db.session.scalar(count) or 0)
