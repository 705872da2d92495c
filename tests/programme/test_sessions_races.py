"""Several people at one session or speaker at once: real concurrent connections, on both engines.

Seen failing without the `with_for_update()` of `lock_programme`: on PostgreSQL everybody then reads the same version.
"""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from congress.core import transactions
from congress.core.errors import DomainError
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SessionState
from congress.programme.models import Session, Speaker
from congress.programme.services import sessions, speakers
from congress.programme.services.drafting import draft_changed
from tests.factories.events import make_event
from tests.factories.programme import make_session
from tests.registration.test_races import at_once

pytestmark = pytest.mark.database


@pytest.fixture
def made(app):
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        event = make_event()
        draft_changed(event)  # the row is there: making it would let people in one by one
        return event.id, make_session(event, state=SessionState.ACCEPTED).code


def outcomes(app, event_id, act):
    """How often each thing happened when six people act at once."""

    def run(number):
        with app.test_request_context("/fr/"), transactions.commit_on_success():
            try:
                act(db.session.get_one(Event, event_id), number)
            except DomainError as refusal:
                transactions.rollback()
                return type(refusal).__name__
            return "done"

    return Counter(at_once(6, run))


def test_of_many_who_save_what_they_opened_one_does(app, made):
    event_id, code = made
    got = outcomes(app, event_id, lambda event, n: sessions.change_session(event, code, {"note": f"by {n}"}, 1))
    assert got == {"done": 1, "ChangedMeanwhile": 5}
    with app.app_context():
        assert db.session.scalar(sa.select(Session.version)) == 2


def test_a_state_is_left_once(app, made):
    event_id, code = made
    got = outcomes(app, event_id, lambda event, _n: sessions.change_state(event, code, SessionState.REJECTED))
    assert got == {"done": 1, "StepRefused": 5}


def test_an_address_is_given_once(app, made):
    event_id, _code = made
    values = {"family_name": "Ada", "email": "ada@example.org"}
    got = outcomes(app, event_id, lambda event, _n: speakers.create_speaker(event, values))
    assert got == {"done": 1, "AddressTaken": 5}
    with app.app_context():
        assert len(db.session.scalars(sa.select(Speaker.id)).all()) == 1
