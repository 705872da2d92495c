"""What an attack on the programme found: each once accepted, or answered with an error of the server."""

from __future__ import annotations

import pytest

from congress.events.enums import Role
from congress.extensions import db
from tests.factories.events import make_event
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.programme import make_release, make_session, make_slot, make_speaker

YEARS_OF_NO_EVENT = ("0001-01-01T00:00", "9999-12-31T23:59")


@pytest.fixture
def organiser(app, session, client):
    """The owner of an event with one released session; the slot is the event's first."""
    event = make_event()
    slot = make_slot(event, make_session(event, [make_speaker(event)]), None)
    make_release(event)
    account = make_account()
    make_member(account, Role.OWNER, event=event)
    db.session.commit()
    sign_in(client, account)
    return event, slot


@pytest.mark.parametrize("time", YEARS_OF_NO_EVENT)
def test_a_year_at_the_end_of_time_is_no_time(organiser, client, time):
    event, slot = organiser
    address = f"/en/manage/events/{event.slug}/programme/schedule/slots/{slot.id}/move"
    day = event.first_day.isoformat()
    page = f"/en/manage/events/{event.slug}/programme/schedule/{day}/"
    answer = client.submit(address, {"start": time, "version": slot.version}, page)
    assert (answer.status_code, answer.json["message"]) == (422, "Please give a year between 2000 and 2100.")
