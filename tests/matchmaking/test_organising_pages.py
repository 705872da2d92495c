"""The organisers' screens of requests, meetings, drafts and the timetable."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from congress.core import clock, transactions
from congress.events.enums import Role
from congress.extensions import db
from congress.jobs.worker import run_due_jobs
from congress.matchmaking.enums import Mark, MeetingEvent, MeetingState, Publication
from congress.matchmaking.models import (
    Matchmaking,
    Meeting,
    MeetingChange,
    Profile,
    ProfileMark,
    Suggestion,
    Thread,
    ThreadReport,
    TimetableRun,
    UnavailableSlot,
)
from congress.registration.models import Registration
from tests.factories.events import make_event
from tests.factories.matchmaking import make_matchmaking, make_meeting, make_profile, make_slots, make_tables
from tests.factories.people import make_account, make_member, sign_in
from tests.support.client import KEY, TOKEN
from tests.support.counting import queries_of

UNSCHEDULED, SCHEDULED, DRAFT = MeetingState.UNSCHEDULED, MeetingState.SCHEDULED, MeetingState.DRAFT
HIDDEN = {"shown_slot_id": None, "shown_table_id": None, "published_at": None}


class Desk:
    """An event whose organiser is signed in; everything is committed."""

    def __init__(self, app, client):
        self.app, self.client = app, client
        with app.test_request_context("/fr/"), transactions.commit_on_success():
            self.event = make_event()
            make_matchmaking(self.event)
            self.slots, self.tables = make_slots(self.event, 4), make_tables(self.event, 2)
            account = make_account()
            make_member(account, Role.MATCHMAKING, event=self.event)
            self.slug = self.event.slug
        with app.app_context():
            sign_in(client, account)
            db.session.commit()

    def write(self, act):
        with self.app.test_request_context("/fr/"), transactions.commit_on_success():
            return act()

    def meeting(self, state=UNSCHEDULED, **values):
        def make():
            event = db.session.merge(self.event)
            one = make_meeting(make_profile(event), make_profile(event), state, **values)
            return one.code, one.id

        return self.write(make)

    def path(self, rest=""):
        return f"/en/manage/events/{self.slug}/matchmaking{rest}"

    def get(self, rest=""):
        return self.client.get(self.path(rest))

    def read(self, rest=""):
        answer = self.get(rest)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
        return answer.get_data(as_text=True)

    def post(self, rest, page=None, **values):
        """Send the form of a page."""
        text = self.client.get(self.path(rest if page is None else page)).get_data(as_text=True)
        hidden = {"csrf_token": TOKEN.search(text).group(1)}
        key = KEY.search(text)
        if key:
            hidden["idempotency_key"] = key.group(1)
        return self.client.post(self.path(rest), data=hidden | values)

    def row(self, meeting_id):
        with self.app.app_context():
            return db.session.get_one(Meeting, meeting_id)

    def matchmaking(self):
        with self.app.app_context():
            return db.session.scalars(sa.select(Matchmaking)).one()

    def run(self):
        with self.app.app_context():
            return db.session.scalars(sa.select(TimetableRun).order_by(TimetableRun.id.desc())).first()


@pytest.fixture
def desk(app, client, now):
    return Desk(app, client)


PAGES = ("/", "/meetings/", "/meetings/new", "/drafts/", "/timetable/", "/timetable/grid", "/timetable/publish")


@pytest.mark.parametrize("page", PAGES)
def test_each_page_without_anything(desk, page):
    desk.read(page)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_with_something(desk, page):
    desk.meeting()
    desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0], **HIDDEN)
    desk.meeting(SCHEDULED, slot=desk.slots[1], table=desk.tables[1])
    desk.meeting(DRAFT)
    desk.read(page)
    assert desk.client.get(desk.path(page).replace("/en/", "/fr/", 1)).status_code == 200


def test_before_matchmaking_was_begun_the_overview_says_so(app, desk):
    desk.write(lambda: db.session.execute(sa.delete(Matchmaking)))
    assert "No meetings yet" in desk.read("/")
    assert desk.get("/timetable/").status_code == 404


def test_the_overview_says_what_to_do_next(desk):
    _code, _meeting_id = desk.meeting(MeetingState.PENDING, created_at=clock.now() - dt.timedelta(days=3))
    desk.meeting(DRAFT)
    desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0], **HIDDEN)
    page = desk.read("/")
    assert "1 request has waited for an answer for two days or more." in page
    assert "1 draft of yours is seen by nobody yet" in page
    assert "1 meeting has a place that its people do not know of" in page
    assert "4 listed people have no agreed meeting" in page


def test_a_reported_conversation_waits_until_it_is_handled(desk):
    sentence = "1 reported conversation waits for you"

    def report():
        one, other = sorted(make_profile(db.session.merge(desk.event)).id for _ in range(2))
        pair = {"low_id": one, "high_id": other}
        thread = Thread(event_id=desk.event.id, **pair, created_at=clock.now(), last_message_at=clock.now())
        db.session.add(thread)
        db.session.flush()
        db.session.add(
            ThreadReport(
                thread_id=thread.id, reporter_id=one, reason="Rude", last_message_id=0, created_at=clock.now()
            )
        )

    assert sentence not in desk.read("/")
    desk.write(report)
    assert sentence in desk.read("/")
    desk.write(lambda: db.session.execute(sa.update(ThreadReport).values(handled_at=clock.now())))
    assert sentence not in desk.read("/")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 4),
        ("state=draft", 1),
        ("state=nonsense", 4),
        ("only=hidden", 1),
        ("only=unanswered", 0),
        ("only=locked", 1),
        ("table=2", 1),
        ("table=2x", 4),
        ("q=nobody+at+all", 0),
        ("page=99", 4),
    ],
)
def test_the_list_is_narrowed_by_its_address(desk, query, number):
    desk.meeting()
    desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0], **HIDDEN)
    desk.meeting(SCHEDULED, slot=desk.slots[1], table=desk.tables[1], locked_at=clock.now())
    desk.meeting(DRAFT)
    assert desk.read(f"/meetings/?{query}").count('class="pair-link"') == number


def test_the_list_is_narrowed_to_a_slot_and_a_person(desk):
    _code, meeting_id = desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0])
    desk.meeting(SCHEDULED, slot=desk.slots[1], table=desk.tables[1])
    assert desk.read(f"/meetings/?slot={desk.slots[0].id}").count('class="pair-link"') == 1
    with desk.app.app_context():
        of_requester = (
            sa.select(Registration.family_name).join(Profile).join(Meeting, Meeting.requester_id == Profile.id)
        )
        words = db.session.scalars(of_requester.where(Meeting.id == meeting_id)).one().split()[1]
    assert desk.read(f"/meetings/?q={words}").count('class="pair-link"') == 1


def test_the_list_costs_the_same_for_many(app, desk):
    def look():
        desk.read("/meetings/")

    desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0])
    few = queries_of(app, look)
    for _ in range(5):
        desk.meeting()
    assert queries_of(app, look) == few


def test_lock_and_unlock(desk):
    code, meeting_id = desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0])
    page = f"/meetings/{code}/"
    assert desk.post(f"{page}lock", page=page).status_code == 303
    assert desk.row(meeting_id).locked_at is not None
    assert desk.post(f"{page}unlock", page=page).status_code == 303
    assert desk.row(meeting_id).locked_at is None


def test_what_is_not_scheduled_cannot_be_locked(desk):
    code, meeting_id = desk.meeting()
    page = f"/meetings/{code}/"
    desk.post(f"{page}lock", page=page)
    assert desk.row(meeting_id).locked_at is None
    assert "alert-danger" in desk.read(page)


def test_guarantee_on_and_off(desk):
    code, meeting_id = desk.meeting()
    page = f"/meetings/{code}/"
    desk.post(f"{page}guarantee", page=page)
    assert desk.row(meeting_id).is_guaranteed is True
    desk.post(f"{page}guarantee", page=page)
    assert desk.row(meeting_id).is_guaranteed is False


def test_move_to_a_free_slot(desk):
    code, meeting_id = desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0])
    page = f"/meetings/{code}/"
    answer = desk.post(f"{page}move", slot=str(desk.slots[2].id), table=str(desk.tables[1].id))
    assert answer.status_code == 303
    row = desk.row(meeting_id)
    assert (row.slot_id, row.table_id) == (desk.slots[2].id, desk.tables[1].id)
    assert "Moved by the organisers" in desk.read(page)


def test_a_slot_that_is_not_free_is_refused_in_words(desk):
    code, meeting_id = desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0])
    busy = desk.row(meeting_id).requester_id
    desk.write(lambda: db.session.add(UnavailableSlot(profile_id=busy, slot_id=desk.slots[2].id)))
    answer = desk.post(f"/meetings/{code}/move", slot=str(desk.slots[2].id))
    assert answer.status_code == 422
    assert desk.row(meeting_id).slot_id == desk.slots[0].id


def test_when_nobody_is_free_the_page_says_why(desk):
    code, meeting_id = desk.meeting()
    busy = desk.row(meeting_id).requester_id
    desk.write(lambda: db.session.add_all(UnavailableSlot(profile_id=busy, slot_id=one.id) for one in desk.slots))
    page = desk.read(f"/meetings/{code}/move")
    assert "No slot is free for all of them" in page
    assert "0 free slots" in page


def test_cancel_needs_a_reason_and_tells_it(desk):
    code, meeting_id = desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0])
    assert desk.post(f"/meetings/{code}/cancel", reason="").status_code == 422
    assert desk.row(meeting_id).state is SCHEDULED
    assert desk.post(f"/meetings/{code}/cancel", reason="The room is flooded").status_code == 303
    assert desk.row(meeting_id).state is MeetingState.CANCELLED
    assert "The room is flooded" in desk.read(f"/meetings/{code}/")


@pytest.mark.parametrize("rest", ["", "lock", "unlock", "guarantee", "move", "cancel"])
def test_meetings_of_another_event_are_not_there(app, desk, rest):
    elsewhere = Desk(app, app.test_client())
    code, _meeting_id = elsewhere.meeting()
    method = desk.client.get if rest in {"", "move", "cancel"} else desk.client.post
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.config, "WTF_CSRF_CHECK_DEFAULT", False)
        assert method(desk.path(f"/meetings/{code}/{rest}")).status_code == 404


def test_a_draft_for_two_people_is_made_and_published(desk):
    codes = desk.write(lambda: [make_profile(desk.event).code for _ in range(2)])
    rest = "/meetings/new?first=exemple&second=exemple"
    answer = desk.post(rest, requester=codes[0], target=codes[1], is_guaranteed="y")
    assert answer.status_code == 303
    with desk.app.app_context():
        made = db.session.scalars(sa.select(Meeting)).one()
    assert (made.state, made.is_guaranteed, len(made.code)) == (DRAFT, True, 15)
    again = desk.post(rest, requester=codes[1], target=codes[0])
    assert again.status_code == 422
    assert "have a request, a draft or a meeting already" in again.get_data(as_text=True)
    assert desk.post(rest, requester=codes[0], target=codes[0]).status_code == 422
    assert desk.post("/drafts/publish", page="/drafts/", meeting=made.code).status_code == 303
    assert desk.row(made.id).state is MeetingState.PENDING


def test_ideas_become_drafts_and_are_discarded(desk):
    def prepare():
        one, other, third = (make_profile(desk.event) for _ in range(3))
        now = clock.now()
        db.session.add_all(
            [
                ProfileMark(profile_id=one.id, other_id=other.id, mark=Mark.BOOKMARKED, created_at=now),
                ProfileMark(profile_id=other.id, other_id=one.id, mark=Mark.BOOKMARKED, created_at=now),
                Suggestion(profile_id=one.id, other_id=third.id, rank=1, score=0.7, reasons=[]),
                Suggestion(profile_id=third.id, other_id=other.id, rank=1, score=0.2, reasons=[]),
            ]
        )

    desk.write(prepare)
    assert desk.post("/drafts/", fewer_than="3", minimum="50").status_code == 303
    page = desk.read("/drafts/")
    assert "2 drafts" in page
    assert "Bookmarked each other" in page
    assert desk.post("/drafts/", fewer_than="3", minimum="50").status_code == 422
    desk.post("/drafts/discard", page="/drafts/", which="all")
    with desk.app.app_context():
        assert set(db.session.scalars(sa.select(Meeting.state))) == {MeetingState.DISCARDED}
    desk.post("/drafts/discard", page="/drafts/")
    assert "There is no draft" in desk.read("/drafts/")


def test_the_grid_opens_on_the_first_session_that_is_not_over(desk):
    begins = desk.slots[-1].ends_at + dt.timedelta(hours=2)
    later = desk.write(lambda: make_slots(db.session.merge(desk.event), 2, starts_at=begins)[0].session_id)
    with clock.held_at(begins - dt.timedelta(minutes=1)):
        assert re.search(rf'value="{later}"\s+selected', desk.read("/timetable/grid"))
    with clock.held_at(begins + dt.timedelta(days=2)):
        assert not re.search(rf'value="{later}"\s+selected', desk.read("/timetable/grid"))


def test_a_run_from_the_form_to_the_publication(app, desk):
    ids = [desk.meeting()[1] for _ in range(3)]
    answer = desk.post("/timetable/", seconds="1", seed="7", which="none")
    assert answer.status_code == 303
    run = desk.run()
    assert (run.seconds, run.seed, run.movable) == (1, 7, [])
    assert desk.post("/timetable/", page="/timetable/publish", seconds="1", seed="7", which="none").status_code == 422
    assert "Stop and keep the best so far" in desk.read(f"/timetable/runs/{run.id}/progress")
    run_due_jobs(app.app_context)
    page = desk.read(f"/timetable/runs/{run.id}/")
    assert "Every meeting has a place." in page
    assert "3 meetings" in page
    assert desk.read("/timetable/grid").count("grid-hidden") == 3
    assert desk.read("/timetable/grid?by=person").count("grid-hidden") == 6
    preview = desk.read("/timetable/publish")
    assert "6 people get one mail each" in preview
    seen = preview.split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert desk.post("/timetable/publish", level="final", seen=seen).status_code == 303
    assert desk.matchmaking().publication is Publication.FINAL
    rows = [desk.row(one) for one in ids]
    assert all((row.slot_id, row.table_id) == (row.shown_slot_id, row.shown_table_id) for row in rows)
    assert "Nothing: everybody knows the timetable as it is." in desk.read("/timetable/publish")


def test_ticked_meetings_are_those_that_may_move(desk):
    code, meeting_id = desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0])
    locked = desk.meeting(SCHEDULED, slot=desk.slots[1], table=desk.tables[0], locked_at=clock.now())
    desk.meeting()
    assert (
        desk.post("/timetable/", seconds="1", seed="7", which="ticked", movable=[code, locked[0]]).status_code == 303
    )
    assert desk.run().movable == [meeting_id]


@pytest.mark.parametrize(
    "values",
    [
        {"seconds": "0"},
        {"seconds": "99999"},
        {"seconds": "many"},
        {"seconds": ""},
        {"seed": "-1"},
        {"seed": "9" * 30},
        {"which": "some"},
    ],
)
def test_odd_runs_are_refused_in_words(desk, values):
    desk.meeting()
    answer = desk.post("/timetable/", **({"seconds": "1", "seed": "1", "which": "none"} | values))
    assert answer.status_code == 422
    assert desk.run() is None


def test_a_run_that_can_do_nothing_is_explained(desk):
    assert "No meeting waits for a place" in desk.read("/timetable/")
    answer = desk.post("/timetable/", seconds="1", seed="1", which="none")
    assert answer.status_code == 422
    assert "could not do anything useful" in answer.get_data(as_text=True)


def test_the_button_that_stops(desk):
    desk.meeting()
    desk.post("/timetable/", seconds="1", seed="1", which="none")
    run = desk.run()
    page = f"/timetable/runs/{run.id}/"
    assert desk.post(f"{page}stop", page=page).status_code == 303
    assert "It was stopped before it began" in desk.read(page)
    desk.post(f"{page}stop", page="/timetable/")
    assert "This run is over" in desk.read(page)


def test_runs_of_another_event_are_not_there(app, desk):
    elsewhere = Desk(app, app.test_client())
    elsewhere.meeting()
    elsewhere.post("/timetable/", seconds="1", seed="1", which="none")
    run = desk.run()
    for rest in ("", "progress"):
        assert desk.get(f"/timetable/runs/{run.id}/{rest}").status_code == 404


def test_what_changed_since_the_preview_is_not_published(desk):
    desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0], **HIDDEN)
    answer = desk.post("/timetable/publish", level="final", seen="somethingelse")
    assert answer.status_code == 422
    assert "changed since you looked at it" in answer.get_data(as_text=True)
    assert desk.matchmaking().publication is Publication.DRAFT


def test_publishing_twice_says_that_there_is_nothing(desk):
    answer = desk.post("/timetable/publish", level="final", seen="x")
    assert answer.status_code == 422
    seen = desk.read("/timetable/publish").split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert desk.post("/timetable/publish", level="final", seen=seen).status_code == 303
    again = desk.post("/timetable/publish", level="final", seen=seen)
    assert again.status_code == 422
    assert "There is nothing to publish" in again.get_data(as_text=True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_timetable_as_a_file(desk, kind):
    desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0])
    answer = desk.post(f"/timetable/export.{kind}", page="/timetable/")
    assert answer.status_code == 200
    if kind == "csv":
        lines = answer.get_data(as_text=True).splitlines()
        assert len(lines) == 2
        assert ",1," in lines[1]


def test_an_unknown_kind_of_file(desk):
    assert desk.post("/timetable/export.pdf", page="/timetable/").status_code == 404


def test_the_history_of_a_publication_names_old_and_new_place(desk):
    _code, _meeting_id = desk.meeting(SCHEDULED, slot=desk.slots[0], table=desk.tables[0])
    desk.write(lambda: db.session.execute(sa.update(Meeting).values(shown_slot_id=desk.slots[3].id)))
    seen = desk.read("/timetable/publish").split('name="seen"')[1].split('value="')[1].split('"')[0]
    desk.post("/timetable/publish", level="preliminary", seen=seen)
    with desk.app.app_context():
        change = db.session.scalars(sa.select(MeetingChange)).one()
    assert (change.event, change.old_slot_id, change.new_slot_id) == (
        MeetingEvent.PUBLISH,
        desk.slots[3].id,
        desk.slots[0].id,
    )


def test_a_viewer_reads_nothing_and_the_registration_team_changes_nothing(app, desk):
    code, _meeting_id = desk.meeting()
    for role, readable in ((Role.VIEWER, False), (Role.REGISTRATION, True)):
        client = app.test_client()
        account = desk.write(make_account)
        desk.write(lambda account=account, role=role: make_member(account, role, event=db.session.merge(desk.event)))
        with app.app_context():
            sign_in(client, account)
            db.session.commit()
        assert client.get(desk.path("/meetings/")).status_code == (200 if readable else 403)
        assert client.get(desk.path(f"/meetings/{code}/move")).status_code == 403
        assert client.get(desk.path("/timetable/publish")).status_code == 403
