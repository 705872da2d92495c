"""My meetings and everything that is done about them by the link of the registration, without a script."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import Flask

from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.extensions import db
from congress.matchmaking.enums import Answer, MeetingState, Outcome, SchedulingMode
from congress.matchmaking.models import Block, Matchmaking, Meeting, MeetingPerson, MeetingSlot, MeetingTable, Profile
from congress.registration.links import manage_token
from congress.registration.models import RegistrationGroup
from tests.factories.events import make_event
from tests.factories.matchmaking import (
    make_matchmaking,
    make_meeting,
    make_profile,
    make_slots,
    make_tables,
)
from tests.factories.registrations import make_category, make_registration
from tests.support.counting import queries_of
from tests.support.filled_forms import filled

HOUR = dt.timedelta(hours=1)
PENDING, SCHEDULED = MeetingState.PENDING, MeetingState.SCHEDULED


class Scene:
    """Zoé of Acme and Max of Umbrella, Ina of Acme too; four slots and two tables."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.test_request_context("/fr/"), commit_on_success():
            event = make_event(name={"fr": "Ouest", "en": "West"})
            make_matchmaking(event)
            category = make_category(event, capacity=None)
            self.event_id = event.id
            self.ids, self.codes, self.base = {}, {}, {}
            for name, firm in (("Zoé", "Acme"), ("Max", "Umbrella"), ("Ina", "Acme")):
                person = make_registration(
                    event, category, given_name=name, family_name="Martin", organisation=firm, language="en"
                )
                profile = make_profile(event, person)
                self.ids[name], self.codes[name] = profile.id, profile.code
                group = db.session.get_one(RegistrationGroup, person.group_id)
                self.base[name] = f"/en/r/{manage_token(group)}/meetings/{person.public_id}"
            self.slots = [(one.id, one.starts_at) for one in make_slots(event, 4)]
            self.tables = [one.id for one in make_tables(event, 2, zone_id=None)]

    def meeting(self, state: MeetingState = PENDING, slot: int | None = None, **values: object) -> str:
        with self.app.test_request_context("/fr/"), commit_on_success():
            place = {}
            if slot is not None:
                place["slot"] = db.session.get_one(MeetingSlot, self.slots[slot][0])
                place["table"] = db.session.get_one(MeetingTable, self.tables[0])
            zoe, other = (db.session.get_one(Profile, self.ids[name]) for name in ("Zoé", "Max"))
            return make_meeting(zoe, other, state, **place, **values).code

    def of(self, code: str) -> Meeting:
        return db.session.scalars(
            sa.select(Meeting).where(Meeting.code == code).execution_options(populate_existing=True)
        ).one()

    def state(self, code: str) -> MeetingState:
        with self.app.app_context():
            return self.of(code).state

    def change(self, model: type, **values: object) -> None:
        with self.app.test_request_context("/fr/"), commit_on_success():
            db.session.execute(sa.update(model).values(**values))

    def url(self, name: str, path: str = "/") -> str:
        return self.base[name] + path


@pytest.fixture
def scene(app: Flask, now: dt.datetime) -> Scene:
    return Scene(app)


def sent(client, url: str, expected: int = 303, **values: object):
    """Open the page, fill the form in, send it."""
    page = client.get(url)
    assert page.status_code == 200, page.headers
    answer = client.post(url, data=filled(page.get_data(as_text=True), "idempotency_key") | values)
    assert answer.status_code == expected, answer.get_data(as_text=True)[:2000]
    return answer


def test_an_empty_page_leads_on(client, scene) -> None:
    html = client.get(scene.url("Zoé")).get_data(as_text=True)
    assert "No meetings yet" in html
    assert "/people/" in html


def test_asking_somebody_and_asking_again(client, scene) -> None:
    page = client.get(scene.url("Zoé", f"/people/{scene.codes['Max']}")).get_data(as_text=True)
    assert f"/people/{scene.codes['Max']}/request" in page
    url = scene.url("Zoé", f"/people/{scene.codes['Max']}/request")
    form = client.get(url).get_data(as_text=True)
    assert form.count('name="slot"') == 5, "four common times and any of them"
    data = filled(form, "idempotency_key") | {"note": "Yeast at scale", "slot": str(scene.slots[2][0])}
    for _time in range(2):
        assert client.post(url, data=data).status_code == 303
    with scene.app.app_context():
        (made,) = db.session.scalars(sa.select(Meeting)).all()
        assert (made.note, made.wanted_slot_id) == ("Yeast at scale", scene.slots[2][0])
    html = client.get(scene.url("Zoé")).get_data(as_text=True)
    assert "1 of at most 10" in html
    assert client.get(url).status_code == 303, "the page of the person says why"
    page = client.get(scene.url("Zoé", f"/people/{scene.codes['Max']}")).get_data(as_text=True)
    assert f"/m/{made.code}" in page


def test_a_refusal_keeps_what_was_written(client, scene) -> None:
    url = scene.url("Zoé", f"/people/{scene.codes['Max']}/request")
    data = filled(client.get(url).get_data(as_text=True), "idempotency_key") | {"note": "Yeast at scale"}
    scene.change(Matchmaking, booking_closes_at=clock.now())
    answer = client.post(url, data=data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The time for requests is over" in html
    assert "Yeast at scale" in html
    long = client.post(url, data=data | {"note": "x" * 501})
    assert long.status_code == 422


def test_why_a_colleague_cannot_be_asked_stands_instead_of_the_button(client, scene) -> None:
    html = client.get(scene.url("Zoé", f"/people/{scene.codes['Ina']}")).get_data(as_text=True)
    assert "same organisation" in html
    assert "/request" not in html


def test_accepting_in_a_chosen_slot_takes_a_table(client, scene) -> None:
    code = scene.meeting()
    assert "Requests for you to answer" in client.get(scene.url("Max")).get_data(as_text=True)
    sent(client, scene.url("Max", f"/m/{code}/accept"), slot=str(scene.slots[3][0]))
    with scene.app.app_context():
        found = scene.of(code)
        assert (found.state, found.slot_id, found.table_id) == (SCHEDULED, scene.slots[3][0], scene.tables[0])
    html = client.get(scene.url("Zoé")).get_data(as_text=True)
    assert re.search(r"Next\s*</h2>\s*<p[^>]*>Table 1", html)


def test_a_slot_that_is_gone_is_refused_in_words(client, scene) -> None:
    code = scene.meeting()
    url = scene.url("Max", f"/m/{code}/accept")
    answer = sent(client, url, 422, slot="999999")
    assert "Choose another one" in answer.get_data(as_text=True)
    assert scene.state(code) is PENDING


def test_accepting_where_organisers_find_the_slots_asks_for_none(client, scene) -> None:
    scene.change(Matchmaking, scheduling_mode=SchedulingMode.ORGANISERS)
    code = scene.meeting()
    assert 'name="slot"' not in client.get(scene.url("Max", f"/m/{code}/accept")).get_data(as_text=True)
    sent(client, scene.url("Max", f"/m/{code}/accept"))
    assert scene.state(code) is MeetingState.UNSCHEDULED
    assert "waiting for the timetable" in client.get(scene.url("Max")).get_data(as_text=True)


def test_who_meets_is_one_step_from_writing_unless_one_blocked_the_other(client, scene) -> None:
    code, link = scene.meeting(), f"/messages/{scene.codes['Max']}"
    assert link in client.get(scene.url("Zoé", f"/m/{code}")).get_data(as_text=True)
    with scene.app.test_request_context("/fr/"), commit_on_success():
        db.session.add(Block(profile_id=scene.ids["Max"], other_id=scene.ids["Zoé"], created_at=clock.now()))
    assert link not in client.get(scene.url("Zoé", f"/m/{code}")).get_data(as_text=True)


def test_declining_with_a_reason_that_stays_private(client, scene) -> None:
    code = scene.meeting()
    sent(client, scene.url("Max", f"/m/{code}/decline"), reason="Competitor")
    assert scene.state(code) is MeetingState.DECLINED
    assert "Competitor" in client.get(scene.url("Max", f"/m/{code}")).get_data(as_text=True)
    assert "Competitor" not in client.get(scene.url("Zoé", f"/m/{code}")).get_data(as_text=True)


def test_withdrawing(client, scene) -> None:
    code = scene.meeting()
    sent(client, scene.url("Zoé", f"/m/{code}/withdraw"))
    assert scene.state(code) is MeetingState.WITHDRAWN
    assert client.get(scene.url("Zoé", f"/m/{code}/withdraw")).status_code == 303


def test_a_request_is_seen_when_it_is_opened_by_who_was_asked(client, scene) -> None:
    code = scene.meeting()

    def seen() -> int:
        with scene.app.app_context():
            return len(db.session.scalars(sa.select(MeetingPerson).where(MeetingPerson.seen_at.is_not(None))).all())

    def page_says_so(name: str) -> None:
        path = scene.url(name, f"/m/{code}")
        assert client.submit(f"{path}/seen", {}, page=path).status_code == 303

    client.get(scene.url("Max", f"/m/{code}"))
    assert seen() == 0
    page_says_so("Max")
    assert seen() == 1
    assert "data-send-on-load" not in client.get(scene.url("Max", f"/m/{code}")).get_data(as_text=True)
    assert "data-send-on-load" not in client.get(scene.url("Zoé", f"/m/{code}")).get_data(as_text=True)


def test_another_time_is_proposed_accepted_and_moves_the_meeting(client, scene) -> None:
    code = scene.meeting(SCHEDULED, 0)
    page = client.get(scene.url("Zoé", f"/m/{code}/reschedule")).get_data(as_text=True)
    assert page.count('name="slot"') == 3
    sent(client, scene.url("Zoé", f"/m/{code}/reschedule"), slot=str(scene.slots[2][0]))
    assert "You proposed another time" in client.get(scene.url("Zoé", f"/m/{code}")).get_data(as_text=True)
    assert "please answer" in client.get(scene.url("Max")).get_data(as_text=True)
    sent(client, scene.url("Max", f"/m/{code}/proposal"), decision="accept")
    with scene.app.app_context():
        assert scene.of(code).shown_slot_id == scene.slots[2][0]


@pytest.mark.parametrize("name", ["Zoé", "Max"])
def test_a_proposal_is_declined_or_taken_back(client, scene, name) -> None:
    code = scene.meeting(SCHEDULED, 0)
    sent(client, scene.url("Zoé", f"/m/{code}/reschedule"), slot=str(scene.slots[2][0]))
    sent(client, scene.url(name, f"/m/{code}/proposal"), decision="decline")
    with scene.app.app_context():
        found = scene.of(code)
        assert (found.slot_id, found.proposed_slot_id) == (scene.slots[0][0], None)
    assert client.get(scene.url(name, f"/m/{code}/proposal")).status_code == 303


def test_only_the_proposal_that_was_read_is_accepted(client, scene) -> None:
    code = scene.meeting(SCHEDULED, 0)
    sent(client, scene.url("Zoé", f"/m/{code}/reschedule"), slot=str(scene.slots[2][0]))
    url = scene.url("Max", f"/m/{code}/proposal")
    data = filled(client.get(url).get_data(as_text=True), "idempotency_key") | {"decision": "accept"}
    scene.change(Meeting, proposed_slot_id=scene.slots[3][0])
    assert client.post(url, data=data).status_code == 422
    with scene.app.app_context():
        assert scene.of(code).slot_id == scene.slots[0][0]


def test_after_the_cut_off_nothing_is_proposed(client, scene) -> None:
    code = scene.meeting(SCHEDULED, 0)
    with clock.held_at(scene.slots[0][1] - HOUR):
        html = client.get(scene.url("Zoé", f"/m/{code}")).get_data(as_text=True)
        assert "Propose another time" not in html
        assert "It could be moved until" in html
        assert client.get(scene.url("Zoé", f"/m/{code}/reschedule")).status_code == 303


def test_cancelling_asks_says_that_it_is_final_and_wants_a_reason(client, scene) -> None:
    code = scene.meeting(SCHEDULED, 0)
    url = scene.url("Zoé", f"/m/{code}/cancel")
    assert "final" in client.get(url).get_data(as_text=True)
    sent(client, url, 422)
    sent(client, url, reason="Train")
    assert scene.state(code) is MeetingState.CANCELLED
    assert "Train" in client.get(scene.url("Max", f"/m/{code}")).get_data(as_text=True)


def test_saying_what_happened_and_what_came_of_it(client, scene) -> None:
    code = scene.meeting(SCHEDULED, 0)
    with clock.held_at(scene.slots[0][1] + HOUR):
        assert "Did these meetings take place?" in client.get(scene.url("Zoé")).get_data(as_text=True)
        page = client.get(scene.url("Zoé", f"/m/{code}/answer?answer=happened")).get_data(as_text=True)
        assert re.search(r'value="happened"[^>]*checked|checked[^>]*value="happened"', page)
        answer = sent(client, scene.url("Zoé", f"/m/{code}/answer"), answer="happened")
        assert answer.location.endswith(f"/m/{code}/outcome")
        sent(client, scene.url("Zoé", f"/m/{code}/outcome"), outcome="possible")
        with scene.app.app_context():
            own = db.session.scalars(sa.select(MeetingPerson).where(MeetingPerson.answer.is_not(None))).one()
            assert (own.answer, own.outcome, scene.of(code).state) == (
                Answer.HAPPENED,
                Outcome.POSSIBLE,
                MeetingState.HELD,
            )
        sent(client, scene.url("Max", f"/m/{code}/answer"), answer="other_absent")
        assert scene.state(code) is MeetingState.NO_SHOW


def test_answering_too_early_is_refused_in_words(client, scene) -> None:
    code = scene.meeting(SCHEDULED, 0)
    answer = sent(client, scene.url("Zoé", f"/m/{code}/answer"), 422, answer="happened")
    assert "has not begun" in answer.get_data(as_text=True)


def test_a_place_that_is_not_published_is_seen_nowhere(client, scene) -> None:
    code = scene.meeting(SCHEDULED, 0, shown_slot_id=None, shown_table_id=None, published_at=None)
    for path in ("/", f"/m/{code}"):
        html = client.get(scene.url("Zoé", path)).get_data(as_text=True)
        assert "Table 1" not in html
        assert "timetable" in html


@pytest.mark.parametrize(
    "path", ["", "/accept", "/decline", "/withdraw", "/cancel", "/reschedule", "/proposal", "/answer"]
)
def test_a_meeting_of_others_looks_like_none(client, scene, path) -> None:
    code = scene.meeting()
    assert client.get(scene.url("Ina", f"/m/{code}{path}")).status_code == 404
    assert client.get(scene.url("Zoé", f"/m/nothing{path}")).status_code == 404


def test_drafts_are_invisible(client, scene) -> None:
    code = scene.meeting(MeetingState.DRAFT)
    assert client.get(scene.url("Zoé", f"/m/{code}")).status_code == 404
    assert code not in client.get(scene.url("Zoé")).get_data(as_text=True)


def test_the_list_asks_the_database_the_same_number_of_times(client, scene) -> None:
    def count() -> int:
        return queries_of(scene.app, lambda: client.get(scene.url("Zoé")))

    scene.meeting()
    few = count()
    with scene.app.test_request_context("/fr/"), commit_on_success():
        from congress.events.models import Event

        event, zoe = db.session.get_one(Event, scene.event_id), db.session.get_one(Profile, scene.ids["Zoé"])
        for number in range(6):
            make_meeting(make_profile(event), zoe, SCHEDULED if number < 3 else PENDING, slot=None)
    assert count() <= few + 1
