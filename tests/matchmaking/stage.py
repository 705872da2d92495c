"""An event with meetings for tests of services: people, slots, tables, and who heard what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from congress.core import clock
from congress.core.errors import DomainError
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.models import Matchmaking, Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.queries import meetings
from congress.matchmaking.signals import meetings_changed
from tests.factories.events import make_event
from tests.factories.matchmaking import make_matchmaking, make_profile, make_slots, make_tables


class Stage:
    """An event whose slots lie ten days ahead, 25 minutes apart."""

    def __init__(self, slots: int = 4, tables: int = 2, **values: Any) -> None:
        self.event: Event = make_event()
        self.matchmaking: Matchmaking = make_matchmaking(self.event, **values)
        self.slots = make_slots(self.event, slots) if slots else []
        self.tables = make_tables(self.event, tables) if tables else []

    def people(self, number: int, **values: Any) -> list[Profile]:
        return [make_profile(self.event, **values) for _ in range(number)]

    def person(self, **values: Any) -> Profile:
        return make_profile(self.event, **values)


def now(meeting: Meeting) -> Meeting:
    """The meeting as the database has it."""
    db.session.flush()
    db.session.expire(meeting)
    return meetings.by_id(meeting.id)


def state(meeting: Meeting) -> MeetingState:
    return now(meeting).state


def place(meeting: Meeting) -> tuple[int | None, int | None]:
    found = now(meeting)
    return found.slot_id, found.table_id


def seats(meeting: Meeting) -> dict[int, int | None]:
    """Who sits in it, with the slot that each is booked for."""
    rows = sa.select(MeetingPerson.profile_id, MeetingPerson.slot_id).where(MeetingPerson.meeting_id == meeting.id)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def log(meeting: Meeting) -> list[MeetingChange]:
    rows = sa.select(MeetingChange).where(MeetingChange.meeting_id == meeting.id).order_by(MeetingChange.id)
    return list(db.session.scalars(rows))


def events(meeting: Meeting) -> list[str]:
    return [one.event.value for one in log(meeting)]


def versions(*people: Profile) -> list[int]:
    """How often the schedule of each changed."""
    ids = [one.id for one in people]
    rows = db.session.execute(sa.select(Profile.id, Profile.schedule_version).where(Profile.id.in_(ids)))
    found = {row[0]: row[1] for row in rows}
    return [found[one] for one in ids]


@contextmanager
def heard() -> Iterator[list[MeetingChange]]:
    """What was announced within the block."""
    found: list[MeetingChange] = []

    def hear(_sender: object, *, changes: list[tuple[Meeting, MeetingChange]]) -> None:
        for meeting, change in changes:
            assert (change.meeting_id, change.to_state) == (meeting.id, meeting.state)
            found.append(change)

    with meetings_changed.connected_to(hear):
        yield found


@contextmanager
def refused(kind: type[DomainError]) -> Iterator[None]:
    """What happens within is refused for this reason, and leaves nothing behind."""
    savepoint = db.session.begin_nested()
    with pytest.raises(kind) as found:
        yield
    savepoint.rollback()
    assert found.type is kind
    assert str(found.value.sentence)


@contextmanager
def later(**delta: float) -> Iterator[None]:
    """The clock held at a later time."""
    with clock.held_at(clock.now() + dt.timedelta(**delta)):
        yield
