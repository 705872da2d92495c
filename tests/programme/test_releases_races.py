"""Several people release at once: real concurrent connections, on both engines.

Seen failing without `with_for_update()` in `lock_event` and `lock_programme`: on PostgreSQL each reads the same
latest number, and the unique constraint on the number turns the second release into an error instead of a sentence.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from congress.core import transactions
from congress.events.models import Event
from congress.extensions import db
from congress.programme import snapshot
from congress.programme.errors import ReleasedMeanwhile
from congress.programme.models import Release, Slot
from congress.programme.services.drafting import draft_changed, lock_programme
from congress.programme.services.releasing import release
from tests.factories.events import make_event
from tests.factories.programme import make_programme
from tests.registration.test_races import at_once

pytestmark = pytest.mark.database


@pytest.fixture
def event_id(app: Flask) -> int:
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        event = make_event()
        make_programme(event, 4)
        draft_changed(event)
        return event.id


def test_of_many_who_release_what_they_read_one_does_and_the_others_are_told(app: Flask, event_id: int) -> None:
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        seen = lock_programme(db.session.get_one(Event, event_id)).draft_version

    def act(number: int) -> str:
        with app.test_request_context("/fr/"), transactions.commit_on_success():
            try:
                release(db.session.get_one(Event, event_id), f"release {number}", {}, seen)
            except ReleasedMeanwhile:
                transactions.rollback()
                return "refused"
            return "released"

    assert Counter(at_once(6, act)) == {"released": 1, "refused": 5}
    with app.app_context():
        assert list(db.session.scalars(sa.select(Release.number).order_by(Release.number))) == [1, 2]


def test_a_release_holds_what_was_read_while_others_edit(app: Flask, event_id: int) -> None:
    """Every version that is released is the whole of one draft: all slots were moved together, never some of them."""

    def edit() -> None:
        event = db.session.get_one(Event, event_id)
        draft_changed(event)
        slots = db.session.scalars(sa.select(Slot).where(Slot.event_id == event_id).order_by(Slot.id)).all()
        for slot in slots:
            slot.ends_at += dt.timedelta(minutes=5)
            db.session.flush()

    def publish(number: int) -> None:
        event = db.session.get_one(Event, event_id)
        release(event, f"release {number}", {}, lock_programme(event).draft_version)

    def act(number: int) -> str:
        with app.test_request_context("/fr/"), transactions.commit_on_success():
            try:
                publish(number) if number % 2 else edit()
            except ReleasedMeanwhile:
                transactions.rollback()
                return "refused"
            return "done"

    at_once(8, act)
    with app.app_context():
        for document in db.session.scalars(sa.select(Release.snapshot)):
            slots = snapshot.from_json(document).slots
            assert len({slot.ends_at - slot.starts_at for slot in slots}) == 1
