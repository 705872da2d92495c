"""Meetings in the personal calendar: read by programs that are not ours, and only what their people were told."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.agenda.busy import busy_during
from congress.core import clock, transactions
from congress.extensions import db
from congress.matchmaking.enums import MeetingEvent, MeetingState
from congress.matchmaking.models import Meeting, MeetingSlot, MeetingTable, Profile, TableZone
from congress.matchmaking.queries.meetings import by_id
from congress.matchmaking.services.transitions import change
from congress.programme import releases
from congress.registration.links import calendar_token
from congress.registration.models import Registration, RegistrationGroup
from tests.factories.agenda import make_released_workshop
from tests.factories.events import make_event
from tests.factories.matchmaking import make_matchmaking, make_meeting, make_profile, make_slots, make_tables
from tests.factories.registrations import make_registration
from tests.support.counting import queries_of
from tests.support.ics_readers import every_reader, read_with_icalendar, values

SCHEDULED = MeetingState.SCHEDULED
A_MINUTE = dt.timedelta(minutes=1)


class Scene:
    """Zoé meets Max at table 1 in the blue zone."""

    def __init__(self, app, now) -> None:
        self.app = app
        self.minutes = iter(now + number * A_MINUTE for number in range(1, 100))
        with app.test_request_context("/fr/"), transactions.commit_on_success():
            event = make_event(slug="west", name={"fr": "Ouest"})
            make_matchmaking(event)
            zone = TableZone(event_id=event.id, name={"fr": "Espace bleu"})
            db.session.add(zone)
            db.session.flush()
            slots, (table, _other) = make_slots(event, 3), make_tables(event, 2, zone_id=zone.id)
            self.slots, self.table, self.event_id = [one.id for one in slots], table.id, event.id
            people = [
                make_registration(
                    event, email=f"{name}@example.org", given_name=name, family_name="Roy", language="fr"
                )
                for name in ("zoe", "max")
            ]
            for one in people:
                one.organisation = "Acme, SA"
            self.groups = [one.group_id for one in people]
            self.registrations = [one.id for one in people]
            zoe, other = (make_profile(event, one) for one in people)
            self.meeting = make_meeting(zoe, other, SCHEDULED, slot=slots[0], table=table).id

    def path(self, number=0) -> str:
        with self.app.app_context():
            return f"/calendars/personal/{calendar_token(db.session.get(RegistrationGroup, self.groups[number]))}.ics"

    def act(self, event: MeetingEvent, to: MeetingState = SCHEDULED, **more) -> None:
        moment = next(self.minutes)
        with clock.held_at(moment), self.app.test_request_context("/fr/"), transactions.commit_on_success():
            change(by_id(self.meeting), event, to=to, **more)


@pytest.fixture
def scene(app, now):
    return Scene(app, now)


def meeting_in(client, scene, read=read_with_icalendar, number=0):
    return next((one for one in read(client.get(scene.path(number)).get_data()) if "endez-vous" in one.title), None)


@pytest.mark.parametrize("read", every_reader)
def test_who_where_and_when(client, scene, read) -> None:
    seen = meeting_in(client, scene, read)
    assert seen.title == "Rendez-vous avec max Roy"
    assert seen.location.startswith("Table 1 · Espace bleu, ")
    assert (seen.starts, seen.status) == (dt.datetime(2027, 3, 20, 8, tzinfo=dt.UTC), "CONFIRMED")
    assert meeting_in(client, scene, read, 1).title == "Rendez-vous avec zoe Roy"
    assert meeting_in(client, scene, read, 1).uid == seen.uid


def test_nobodys_address_is_in_it(client, scene) -> None:
    raw = client.get(scene.path()).get_data().replace(b"\r\n ", b"")
    assert b"@example.org" not in raw.replace(b"mailto:", b"") or b"max@" not in raw
    assert b"max@example.org" not in raw
    assert b"zoe@example.org" not in raw
    assert b"/r/" not in raw, "people share their calendars"


def test_a_move_is_the_same_entry_with_a_higher_sequence(client, scene) -> None:
    before = client.get(scene.path())
    first = meeting_in(client, scene)
    scene.act(MeetingEvent.MOVE, slot_id=scene.slots[1], table_id=None)
    after = client.get(scene.path(), headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    seen = meeting_in(client, scene)
    assert (seen.uid, seen.location) == (first.uid, "En visioconférence")
    assert (seen.sequence > first.sequence, seen.starts > first.starts) == (True, True)


def test_what_is_not_published_is_not_there(client, scene) -> None:
    with scene.app.test_request_context("/fr/"), transactions.commit_on_success():
        db.session.execute(sa.update(Meeting).values(shown_slot_id=None, shown_table_id=None, published_at=None))
    assert meeting_in(client, scene) is None


def test_a_hidden_move_does_not_show(client, scene) -> None:
    scene.act(MeetingEvent.UNSCHEDULE, MeetingState.UNSCHEDULED)
    scene.act(MeetingEvent.ASSIGN, slot_id=scene.slots[2], table_id=None)
    assert meeting_in(client, scene).location.startswith("Table 1")


@pytest.mark.parametrize("read", every_reader)
def test_a_cancelled_one_says_so_for_a_while(client, scene, read) -> None:
    scene.act(MeetingEvent.CANCEL, MeetingState.CANCELLED)
    seen = meeting_in(client, scene, read)
    assert (seen.status, seen.sequence) == ("CANCELLED", 1)
    with clock.held_at(clock.now() + dt.timedelta(days=31)):
        assert meeting_in(client, scene, read) is None


def test_a_bell_rings_before_it(client, scene) -> None:
    raw = client.get(scene.path() + "?alarm=15").get_data()
    assert values(raw, "TRIGGER") == [":-PT15M"] * 2


def test_many_meetings_cost_no_more_queries(client, scene) -> None:
    few = queries_of(scene.app, lambda: client.get(scene.path()))
    with scene.app.test_request_context("/fr/"), transactions.commit_on_success():
        from congress.events.models import Event

        event = db.session.get_one(Event, scene.event_id)
        zoe = db.session.scalars(sa.select(Profile).where(Profile.registration_id == scene.registrations[0])).one()
        for slot_id in scene.slots[1:]:
            make_meeting(
                make_profile(event),
                zoe,
                SCHEDULED,
                slot=db.session.get_one(MeetingSlot, slot_id),
                table=db.session.get_one(MeetingTable, scene.table),
            )
        db.session.execute(sa.update(RegistrationGroup).values(calendar_version=9))
    assert queries_of(scene.app, lambda: client.get(scene.path())) <= few


def test_signing_up_for_a_session_says_which_meeting_overlaps(app, scene) -> None:
    with app.test_request_context("/en/"), transactions.commit_on_success():
        from congress.events.models import Event

        event = db.session.get_one(Event, scene.event_id)
        session_id = make_released_workshop(event, hour=8).id
        make_released_workshop(event, hour=18)
        registration = db.session.get_one(Registration, scene.registrations[0])
        programme = releases.latest(event.id)
        assert programme
        (found,) = busy_during(registration, programme, programme.slots_by_session[session_id])
        assert found.title == "Meeting with max Roy"
    scene.act(MeetingEvent.CANCEL, MeetingState.CANCELLED)
    with app.test_request_context("/en/"):
        registration = db.session.get_one(Registration, scene.registrations[0])
        programme = releases.latest(scene.event_id)
        assert programme
        assert busy_during(registration, programme, programme.slots_by_session[session_id]) == []
