"""The desk on the day: taps, absences, waiting pairs, badges, paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.queries import event_by_slug
from congress.extensions import db
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.models import Meeting, Profile, SchedulePrintRun
from congress.matchmaking.queries import schedules
from congress.matchmaking.services import scheduling
from tests.factories.events import make_event
from tests.factories.matchmaking import (
    make_matchmaking,
    make_meeting,
    make_profile,
    make_slots,
    make_tables,
)
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_registration
from tests.support.client import CongressClient
from tests.support.counting import queries_of
from tests.support.pdf_reader import page_count, text_of
from tests.support.work import do_jobs


@dataclass
class Scene:
    """An event that began an hour ago: the first slot is over, the second is on, the third is to come."""

    app: Flask
    slug: str
    meeting: str
    ada: str
    ben: str
    client: CongressClient

    def path(self, rest: str = "", language: str = "en") -> str:
        return f"/{language}/manage/events/{self.slug}/matchmaking/{rest}"

    def tap(self, kind: str, code: str = "") -> Any:
        return self.send(f"desk/meetings/{code or self.meeting}/{kind}")

    def send(self, rest: str, **values: Any) -> Any:
        page = self.path("prints/")
        return self.client.submit(self.path(rest), values.pop("data", {}), page=page, **values)

    def state(self, code: str = "") -> MeetingState:
        with self.app.app_context():
            return db.session.scalars(sa.select(Meeting.state).where(Meeting.code == (code or self.meeting))).one()


def staff(app: Flask, slug: str, role: Role) -> CongressClient:
    client = app.test_client()
    with app.test_request_context("/fr/"), commit_on_success():
        account = make_account()
        make_member(account, role, event=event_by_slug(slug))
        sign_in(client, account)
    return client


@pytest.fixture
def scene(app: Flask, now: dt.datetime) -> Scene:
    with app.test_request_context("/fr/"), commit_on_success():
        begin = clock.now() - dt.timedelta(hours=1)
        event = make_event(starts_at=begin, ends_at=begin + dt.timedelta(hours=8))
        make_matchmaking(event)
        slots = make_slots(event, 4, slot_minutes=55)
        tables = make_tables(event, 2)
        ada = make_profile(event, registration=make_registration(event, given_name="Ada", family_name="Alpha"))
        ben = make_profile(event, registration=make_registration(event, given_name="Ben", family_name="Beta"))
        meeting = make_meeting(ada, ben, MeetingState.SCHEDULED, slot=slots[0], table=tables[0])
        found = Scene(app, event.slug, meeting.code, ada.code, ben.code, app.test_client())
    found.client = staff(app, found.slug, Role.REGISTRATION)
    return found


def test_the_desk_opens_on_the_slot_that_is_on_and_any_can_be_asked_for(scene: Scene) -> None:
    page = scene.client.get(scene.path("desk/"))
    assert page.status_code == 200
    assert "No meeting in this slot" in page.text
    with scene.app.app_context():
        first = db.session.scalars(sa.select(Meeting.shown_slot_id)).one()
    assert "Table 1" in scene.client.get(scene.path(f"desk/?slot={first}")).text
    assert scene.client.get(scene.path("desk/?slot=999999")).status_code == 200


def test_what_is_refused_is_said_at_the_top_of_the_page(scene: Scene, app: Flask) -> None:
    with app.app_context():
        begin = event_by_slug(scene.slug).starts_at
    with clock.held_at(begin - dt.timedelta(hours=1)):
        answer = scene.tap("held")
        assert "#" not in answer.location, "further down the page nobody would see it"
        assert "has not begun" in scene.client.get(answer.location).text
    assert scene.state() is MeetingState.SCHEDULED
    assert "#meeting-" in scene.tap("held").location


def test_one_tap_notes_and_another_corrects(scene: Scene) -> None:
    assert scene.tap("held").status_code == 303
    assert scene.state() is MeetingState.HELD
    scene.tap("target_absent")
    assert scene.state() is MeetingState.NO_SHOW
    scene.tap("held")
    assert scene.state() is MeetingState.HELD


def test_what_is_no_tap_or_no_meeting_of_this_event_is_nothing(scene: Scene, app: Flask) -> None:
    assert scene.tap("burned").status_code == 404
    with app.test_request_context("/fr/"), commit_on_success():
        other = make_event()
        make_matchmaking(other)
        slot = make_slots(other, 1)[0]
        foreign = make_meeting(make_profile(other), make_profile(other), MeetingState.SCHEDULED, slot=slot).code
    assert scene.tap("held", foreign).status_code == 404
    assert scene.state(foreign) is MeetingState.SCHEDULED


def test_a_meeting_to_come_cannot_have_taken_place(scene: Scene, app: Flask) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_by_slug(scene.slug)
        slot = make_slots(event, 1, starts_at=clock.now() + dt.timedelta(hours=5))[0]
        code = make_meeting(make_profile(event), make_profile(event), MeetingState.SCHEDULED, slot=slot).code
    page = scene.send(f"desk/meetings/{code}/held", follow_redirects=True)
    assert page.status_code == 200
    assert "alert-danger" in page.text
    assert scene.state(code) is MeetingState.SCHEDULED


def test_who_missed_two_meetings_is_named_once(scene: Scene, app: Flask) -> None:
    assert "Nobody missed two meetings" in scene.client.get(scene.path("desk/absences")).text
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_by_slug(scene.slug)
        ben = db.session.scalars(sa.select(Profile).where(Profile.code == scene.ben)).one()
        ben_id = ben.id
        slot = make_slots(event, 1, starts_at=event.starts_at - dt.timedelta(days=1))[0]
        cleo = make_profile(event, registration=make_registration(event, given_name="Cleo", family_name="Gamma"))
        second = make_meeting(cleo, ben, MeetingState.SCHEDULED, slot=slot).code
    scene.tap("target_absent")
    assert "Nobody missed two meetings" in scene.client.get(scene.path("desk/absences")).text
    scene.tap("target_absent", second)
    page = scene.client.get(scene.path("desk/absences")).text
    assert "Ben Beta" in page
    assert "Ada Alpha" not in page
    with app.app_context():
        assert schedules.absences_of(event_by_slug(scene.slug)) == {ben_id: 2}


def test_a_badge_leads_to_the_schedule_and_paper_is_marked(scene: Scene, app: Flask) -> None:
    with app.app_context():
        person = db.session.scalars(sa.select(Profile).where(Profile.code == scene.ada)).one().registration_id
        from congress.registration.models import Registration, Ticket

        payload = db.session.scalars(sa.select(Ticket.payload).where(Ticket.registration_id == person)).one()
        reference = db.session.get_one(Registration, person).reference
    for shown in (payload, payload.lower(), reference, f"{reference[:4]}-{reference[4:]}"):
        answer = scene.client.get(scene.path("desk/scan"), query_string={"badge": shown})
        assert answer.status_code == 303
        assert answer.location.endswith(f"/people/{scene.ada}")
    for nonsense in ("x" * 5000, "NOBODY12", "' OR 1=1"):
        page = scene.client.get(scene.path("desk/scan"), query_string={"badge": nonsense})
        assert page.status_code == 200
        assert "Nobody in the meetings" in page.text
    assert "Not printed yet" in scene.client.get(scene.path(f"desk/people/{scene.ada}")).text
    printed = scene.send(f"desk/people/{scene.ada}/print", follow_redirects=True)
    assert printed.mimetype == "application/pdf"
    assert "Ben Beta" in text_of(printed.data)
    assert "The paper is up to date" in scene.client.get(scene.path(f"desk/people/{scene.ada}")).text
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.update(Profile).where(Profile.code == scene.ada).values(schedule_version=7))
    assert "Changed since it was printed" in scene.client.get(scene.path(f"desk/people/{scene.ada}")).text


def test_all_schedules_then_only_what_changed(scene: Scene, app: Flask) -> None:
    started = scene.send("prints/all")
    assert started.status_code == 303
    do_jobs(app)
    with app.app_context():
        run = db.session.scalars(sa.select(SchedulePrintRun)).one()
        assert run.file_name
    with scene.client.get(scene.path(f"prints/{run.id}/all.pdf")) as answer:
        whole = answer.data
    assert page_count(whole) == 2
    assert {"Ada Alpha", "Ben Beta"} <= set(text_of(whole).replace("\r\n", "\n").split("\n"))
    assert "Nobody here has a meeting to print" in scene.send("prints/changed", follow_redirects=True).text
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.update(Profile).where(Profile.code == scene.ben).values(schedule_version=3))
    with app.app_context():
        event = event_by_slug(scene.slug)
        ben = db.session.scalars(sa.select(Profile.id).where(Profile.code == scene.ben)).one()
        assert schedules.printable_ids(event, only_changed=True) == [ben]
    scene.send(f"prints/{run.id}/discard")
    assert scene.client.get(scene.path(f"prints/{run.id}/all.pdf")).status_code == 404


def test_somebody_whose_last_meeting_went_gets_new_paper(scene: Scene, app: Flask) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.update(Profile).values(printed_version=0, printed_at=clock.now()))
        db.session.execute(sa.update(Profile).where(Profile.code == scene.ada).values(schedule_version=1))
        db.session.execute(sa.update(Meeting).values(state=MeetingState.CANCELLED))
    with app.app_context():
        ada = db.session.scalars(sa.select(Profile.id).where(Profile.code == scene.ada)).one()
        event = event_by_slug(scene.slug)
        assert schedules.printable_ids(event) == []
        assert schedules.printable_ids(event, only_changed=True) == [ada]


def test_table_cards_show_each_number_twice(scene: Scene) -> None:
    cards = text_of(scene.client.get(scene.path("prints/table-cards.pdf")).data)
    assert cards.count("1") >= 2
    assert cards.count("2") >= 2


@pytest.mark.parametrize("rest", ["desk/", "desk/absences", "desk/waiting", "desk/scan", "prints/"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_page_opens_for_the_desk_and_for_nobody_else(scene: Scene, app: Flask, rest: str, language: str) -> None:
    assert scene.client.get(scene.path(rest, language)).status_code == 200
    assert staff(app, scene.slug, Role.VIEWER).get(scene.path(rest, language)).status_code == 403


def test_a_pair_that_waits_gets_a_place_by_one_press(scene: Scene, app: Flask) -> None:
    assert "Nobody waits for a free place" in scene.client.get(scene.path("desk/waiting")).text
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_by_slug(scene.slug)
        code = make_meeting(make_profile(event), make_profile(event), MeetingState.UNSCHEDULED).code
    assert "Give them this place" in scene.client.get(scene.path("desk/waiting")).text
    scene.send("desk/waiting", data={"meeting": code})
    assert scene.state(code) is MeetingState.SCHEDULED
    with app.app_context():
        placed = db.session.scalars(sa.select(Meeting).where(Meeting.code == code)).one()
        assert placed.shown_slot_id == placed.slot_id is not None
    again = scene.send("desk/waiting", data={"meeting": code}, follow_redirects=True)
    assert "was given to somebody else" in again.text


def test_the_desk_asks_the_same_number_of_questions_for_a_full_slot(scene: Scene, app: Flask) -> None:
    with app.app_context():
        slot = db.session.scalars(sa.select(Meeting.shown_slot_id)).one()
    few = queries_of(app, lambda: scene.client.get(scene.path(f"desk/?slot={slot}")))
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_by_slug(scene.slug)
        first = schedules.meetings_of_days(event, event.starts_at, event.ends_at)[0].shown_slot
        for table in make_tables(event, 6):
            make_meeting(make_profile(event), make_profile(event), MeetingState.SCHEDULED, slot=first, table=table)
    assert queries_of(app, lambda: scene.client.get(scene.path(f"desk/?slot={slot}"))) == few


def test_what_organisers_take_out_stays_on_schedules_until_it_is_published(scene: Scene, app: Flask) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        meeting = db.session.scalars(sa.select(Meeting).order_by(Meeting.id)).first()
        assert meeting is not None
        code, profile_id, meeting_id = meeting.code, meeting.requester_id, meeting.id
        scheduling.unschedule(meeting)
    with app.test_request_context("/fr/"):
        assert db.session.get_one(Meeting, meeting_id).state is MeetingState.UNSCHEDULED
        entries = schedules.schedules_of([profile_id])[profile_id]
        assert code in [one.meeting.code for one in entries]
