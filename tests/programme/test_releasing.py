"""What a release holds, and what a slot keeps from one release to the next."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session as DbSession

from congress.events.models import Event
from congress.extensions import db
from congress.programme import releases
from congress.programme.enums import ChangeKind, SessionState
from congress.programme.errors import NameTaken, NothingToRelease, ReleasedMeanwhile
from congress.programme.models import Session, Slot
from congress.programme.services.drafting import draft_changed
from congress.programme.services.releasing import release, suggested_name
from tests.factories.events import make_event
from tests.factories.programme import (
    make_programme,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
)


@pytest.fixture
def event(session: DbSession) -> Event:
    return make_event()


@pytest.mark.database
def test_only_confirmed_sessions_with_a_time_are_released(event: Event) -> None:
    room = make_room(event)
    seen = make_session(event, [make_speaker(event)])
    make_slot(event, seen, room)
    make_slot(event, None, None, hour=10)
    make_slot(event, make_session(event, state=SessionState.ACCEPTED), room, hour=11)
    make_session(event)
    make_release(event)
    latest = releases.latest(event.id)
    assert latest
    assert [one.id for one in latest.sessions] == [seen.id]
    assert [slot.session_id for slot in latest.live_slots] == [seen.id, None]


def slot_of(session: Session) -> Slot:
    return db.session.scalars(sa.select(Slot).where(Slot.session_id == session.id)).one()


@pytest.mark.database
def test_a_move_raises_the_sequence_and_an_untouched_slot_keeps_all(event: Event) -> None:
    slot = slot_of(make_programme(event)[0])
    before = releases.latest(event.id)
    slot.ends_at += dt.timedelta(minutes=15)
    made = make_release(event)
    after = releases.latest(event.id)
    assert before
    assert after
    assert [change["kind"] for change in made.changes] == [ChangeKind.MOVED.value]
    assert {one.guid: one.sequence for one in after.slots}[slot.guid] == 1
    assert [one for one in after.slots if one.guid != slot.guid] == [
        one for one in before.slots if one.guid != slot.guid
    ]


@pytest.mark.database
def test_what_is_unconfirmed_leaves_as_cancelled_and_comes_back_later(event: Event) -> None:
    dropped, *_others = make_programme(event)
    dropped.state = SessionState.ACCEPTED
    assert [change["kind"] for change in make_release(event).changes] == [ChangeKind.CANCELLED.value]
    second = releases.latest(event.id)
    assert second
    assert second.session_by_code[dropped.code].dropped_at == second.released_at
    assert [(slot.sequence, slot.is_live) for slot in second.slots if slot.session_id == dropped.id] == [(1, False)]
    dropped.state = SessionState.CONFIRMED
    assert [change["kind"] for change in make_release(event).changes] == [ChangeKind.RESTORED.value]
    third = releases.latest(event.id)
    assert third
    assert third.session_by_code[dropped.code].dropped_at is None
    assert [(slot.sequence, slot.is_live) for slot in third.slots if slot.session_id == dropped.id] == [(2, True)]


def test_nobody_publishes_what_nobody_has_read(event: Event) -> None:
    make_programme(event)
    version = draft_changed(event).draft_version
    draft_changed(event)
    with pytest.raises(ReleasedMeanwhile):
        release(event, "2", {}, version)
    with pytest.raises(NameTaken):
        release(event, "1", {}, version + 1)
    release(event, "2", {}, version + 1)
    with pytest.raises(ReleasedMeanwhile):
        release(event, "3", {}, version + 1)


def test_an_empty_draft_is_not_released(event: Event) -> None:
    with pytest.raises(NothingToRelease):
        make_release(event)


@pytest.mark.parametrize(("name", "following"), [("1", "2"), ("Version 1.9", "Version 1.10"), ("Spring", "Spring 2")])
def test_the_next_name_is_suggested(event: Event, name: str, following: str) -> None:
    make_slot(event, make_session(event))
    make_release(event, name)
    assert suggested_name(event) == following
