"""The organisers' pages of releases: who may, what is shown before the act, the act once, and the way back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from congress.audit.models import AuditEntry
from congress.core import transactions
from congress.events.enums import EventStatus, Role
from congress.events.models import Event, Room
from congress.extensions import db
from congress.jobs.models import Job
from congress.programme import releases
from congress.programme.enums import SessionState, SlotKind
from congress.programme.models import Programme, Release, Session, Slot, Speaker
from congress.programme.services.drafting import draft_changed
from tests.factories.people import make_account, make_member
from tests.factories.programme import make_release, make_room, make_session, make_slot, make_speaker
from tests.registration.test_races import at_once
from tests.support.client import KEY, TOKEN
from tests.support.counting import queries_of
from tests.support.sentences import says
from tests.support.tour import Tour

pytestmark = pytest.mark.usefixtures("now")
BASE = "/{language}/manage/events/grand-est/programme/releases/"


def path(rest: str = "", language: str = "en") -> str:
    return BASE.format(language=language) + rest


def act(tour: Tour) -> Iterator[Event]:
    """One writing unit of work about Grand Est."""
    with tour.app.test_request_context("/fr/"), transactions.commit_on_success():
        yield db.session.scalars(sa.select(Event).where(Event.slug == tour.event)).one()


@pytest.fixture
def stage(tour: Tour) -> Tour:
    """A first release with two sessions; since then one moved, one is new, one has no speaker with an address."""
    for event in act(tour):
        room = make_room(event, name={"fr": "Amphi", "en": "Hall"})
        ada = make_speaker(event, given_name="Ada", family_name="Moved", language="en", email="ada@example.org")
        moved = make_session(event, [ada], title={"fr": "Déplacée", "en": "Moved one"})
        slot = make_slot(event, moved, room)
        make_slot(event, make_session(event, title={"fr": "Fixe", "en": "Fixed"}), room, hour=11)
        make_release(event)
        slot.starts_at += dt.timedelta(hours=5)
        slot.ends_at += dt.timedelta(hours=5)
        silent = make_speaker(event, given_name="No", family_name="Address", email=None)
        make_slot(event, make_session(event, [silent], title={"fr": "Nouvelle", "en": "New one"}), room, hour=12)
        make_session(event, title={"en": "Waits for a time"})
        draft_changed(event)
        account = make_account("programme@example.org", name="Programme")
        make_member(account, Role.PROGRAMME, event=event)
        tour.accounts["programme"] = account.id
    return tour


def numbers(tour: Tour) -> list[int]:
    return tour.read_all(sa.select(Release.number).order_by(Release.number))


def html_of(client: FlaskClient, rest: str = "", language: str = "en") -> str:
    answer = client.get(path(rest, language))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_in_both_languages(stage: Tour, language: str) -> None:
    client = stage.client("programme")
    ada = stage.read(sa.select(Speaker.id).where(Speaker.family_name == "Moved"))
    for rest in ("", "new", f"new/mails/{ada}", "1/", "1/reset"):
        html_of(client, rest, language)


def test_what_would_change_is_shown_before_and_after_in_the_events_zone(stage: Tour) -> None:
    for rest in ("", "new"):
        html = html_of(stage.client("programme"), rest)
        assert "Moved one" in html
        assert "New one" in html
        assert "Fixed" not in html
        assert "10:00–10:30" in html
        assert "15:00–15:30" in html


def test_before_the_act_warnings_mails_and_those_whom_nobody_can_tell(stage: Tour) -> None:
    html = html_of(stage.client("programme"), "new")
    assert says(stage.app, html, "“%(title)s” has no time yet.", title="Waits for a time")
    assert "ada@example.org" in html
    assert says(stage.app, html, "Concerned, but without an address, so nobody to tell:")
    assert "No Address" in html
    assert 'value="2"' in html


def test_each_mail_can_be_read_in_full_and_its_link_stays_secret(stage: Tour) -> None:
    ada = stage.read(sa.select(Speaker.id).where(Speaker.family_name == "Moved"))
    html = html_of(stage.client("programme"), f"new/mails/{ada}", "fr")
    assert "Hello Ada Moved" in html
    assert "Before: " in html
    assert "/en/speaker/…/" in html
    silent = stage.read(sa.select(Speaker.id).where(Speaker.family_name == "Address"))
    html = html_of(stage.client("programme"), f"new/mails/{silent}")
    assert says(
        stage.app, html, "A release would change nothing for this speaker, or there is no address: no mail leaves."
    )


@pytest.mark.database
def test_publishing_makes_the_release_tells_and_is_on_the_record(stage: Tour) -> None:
    client = stage.client("programme")
    data = {"name": "Spring", "comment-fr": "Du neuf", "comment-en": "News", "tell": "y"}
    answer = client.submit(path("new"), data | {"version": version(client)})
    assert (answer.status_code, answer.location) == (303, path())
    row = stage.read(sa.select(Release).where(Release.number == 2))
    assert (row.name, row.comment, row.account_id) == (
        "Spring",
        {"fr": "Du neuf", "en": "News"},
        stage.accounts["programme"],
    )
    assert stage.read(sa.select(sa.func.count()).where(AuditEntry.action == "programme.released")) == 2
    assert stage.read(sa.select(Job.payload).where(Job.kind == "notifications.tell_speakers"))["release_id"] == row.id
    html = html_of(client)
    assert "Spring" in html
    assert says(stage.app, html, "Nothing: the draft is as the latest release.")


def version(client: FlaskClient, rest: str = "new") -> str:
    html = client.get(path(rest)).get_data(as_text=True)
    return html.split('name="version"')[1].split('value="')[1].split('"')[0]


def test_without_the_tick_nobody_is_told(stage: Tour) -> None:
    client = stage.client("programme")
    assert client.submit(path("new"), {"name": "2", "version": version(client)}).status_code == 303
    assert stage.read(sa.select(sa.func.count()).where(Job.kind == "notifications.tell_speakers")) == 0


def test_a_draft_that_changed_meanwhile_is_read_again_and_then_released(stage: Tour) -> None:
    client = stage.client("programme")
    seen = version(client)
    for event in act(stage):
        make_slot(event, make_session(event, title={"en": "Came meanwhile"}), hour=16)
        draft_changed(event)
    answer = client.submit(path("new"), {"name": "My name", "comment-en": "Kept", "version": seen})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    sentence = "The programme was changed or released since you opened this page. Please read it again first."
    assert says(stage.app, html, sentence)
    assert "Came meanwhile" in html
    assert "My name" in html
    assert "Kept" in html
    assert numbers(stage) == [1]
    fresh = html.split('name="version"')[1].split('value="')[1].split('"')[0]
    hidden = {"csrf_token": TOKEN.search(html)[1], "idempotency_key": KEY.search(html)[1]}  # type: ignore[index]
    answer = client.post(path("new"), data=hidden | {"name": "My name", "version": fresh})
    assert answer.status_code == 303
    assert numbers(stage) == [1, 2]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": "1"}, "This name is already taken. Please choose another one."),
        ({"name": "x" * 61}, None),
        ({"name": ""}, None),
        ({"name": "2", "version": "x"}, None),
        ({"name": "2", "version": "9" * 40}, None),
        ({"name": "2", "version": ""}, None),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_published(
    stage: Tour, data: dict[str, str], sentence: str | None
) -> None:
    client = stage.client("programme")
    answer = client.submit(path("new"), {"version": version(client), "tell": "y"} | data)
    assert answer.status_code == 422
    if sentence:
        assert says(stage.app, answer.get_data(as_text=True), sentence)
    assert numbers(stage) == [1]


@pytest.mark.database
def test_of_several_who_press_the_button_at_once_one_publishes_and_nothing_is_doubled(stage: Tour) -> None:
    clients = [stage.client(who) for who in ("programme", "organiser", "owner", "programme")]
    bodies = []
    for number, client in enumerate(clients):
        html = client.get(path("new")).get_data(as_text=True)
        hidden = {"csrf_token": TOKEN.search(html)[1], "idempotency_key": KEY.search(html)[1]}  # type: ignore[index]
        seen = html.split('name="version"')[1].split('value="')[1].split('"')[0]
        bodies.append(hidden | {"name": f"release {number}", "version": seen, "tell": "y"})
    answers = at_once(4, lambda number: clients[number].post(path("new"), data=bodies[number]).status_code)
    assert sorted(answers) == [303, 422, 422, 422]
    assert numbers(stage) == [1, 2]
    assert stage.read(sa.select(sa.func.count()).where(Job.kind == "notifications.tell_speakers")) == 1


@pytest.mark.database
def test_a_double_click_publishes_once_and_leads_to_the_same_page(stage: Tour) -> None:
    client = stage.client("programme")
    html = client.get(path("new")).get_data(as_text=True)
    hidden = {"csrf_token": TOKEN.search(html)[1], "idempotency_key": KEY.search(html)[1]}  # type: ignore[index]
    body = hidden | {"name": "2", "version": version(client)}
    answers = [client.post(path("new"), data=body) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, path())] * 2
    assert numbers(stage) == [1, 2]


def test_an_event_without_sessions_has_nothing_to_publish(tour: Tour) -> None:
    client = tour.client("organiser")
    html = html_of(client)
    assert says(tour.app, html, "No confirmed session has a time yet, so there is nothing to publish.")
    html = html_of(client, "new")
    assert 'name="name"' not in html


def test_whoever_reads_only_sees_the_history_and_no_button(stage: Tour) -> None:
    client = stage.client("viewer")
    html = html_of(client)
    assert "Moved one" in html
    assert "/releases/new" not in html
    assert "ada@example.org" not in html
    html_of(client, "1/")
    ada = stage.read(sa.select(Speaker.id).where(Speaker.family_name == "Moved"))
    for rest in ("new", f"new/mails/{ada}", "1/reset"):
        assert client.get(path(rest)).status_code == 403
    for rest in ("new", "1/reset", "documents"):
        assert client.post(path(rest), data={}).status_code in {400, 403}
    assert stage.client("neighbour").get(path()).status_code == 404
    assert stage.client("door").get(path()).status_code == 403


def test_a_cancelled_event_tells_nobody_and_a_draft_event_says_that_nobody_sees_it(stage: Tour) -> None:
    client = stage.client("programme")
    stage.change(Event, stage.event, status=EventStatus.CANCELLED)
    html = html_of(client, "new")
    assert "ada@example.org" not in html
    assert says(stage.app, html, "Its programme can still be published, but no mail is sent.")
    stage.change(Event, stage.event, status=EventStatus.DRAFT, published_at=None)
    assert says(stage.app, html_of(client), "The event is a draft")


def test_the_pages_cost_as_many_queries_for_many_as_for_few(stage: Tour) -> None:
    client = stage.client("programme")

    def counted(rest: str) -> int:
        client.get(path(rest))
        return queries_of(stage.app, lambda: client.get(path(rest)))

    before = [counted(rest) for rest in ("", "new")]
    for event in act(stage):
        room = make_room(event)
        for number in range(4):
            make_slot(event, make_session(event, [make_speaker(event)]), room, hour=13 + number)
        draft_changed(event)
    assert [counted(rest) for rest in ("", "new")] == before


@pytest.mark.database
def test_the_draft_is_put_back_and_forth(stage: Tour) -> None:
    """What was moved is moved back, what came later has no time, who said no stays out, and the way back is open."""
    for event in act(stage):
        make_release(event)
        fixed = db.session.scalars(sa.select(Session).where(Session.title["en"].as_string() == "Fixed")).one()
        moved = db.session.scalars(sa.select(Session).where(Session.title["en"].as_string() == "Moved one")).one()
        fixed.state = SessionState.WITHDRAWN
        moved.state = SessionState.ACCEPTED
        moved.title = {"fr": "Texte neuf", "en": "New text"}
        make_slot(event, kind=SlotKind.BLOCKER, title={"en": "Setting up"}, hour=6)
        draft_changed(event)
    client = stage.client("programme")
    html = html_of(client, "1/reset")
    for title in ("New text", "New one", "Fixed"):
        assert title in html
    assert put_back(client, 1) == (303, path())
    assert draft(stage) == {"New text": (9, "confirmed"), "Setting up": (6, "")}
    assert stage.read(sa.select(sa.func.count()).where(AuditEntry.action == "programme.reset")) == 1
    assert numbers(stage) == [1, 2]
    assert put_back(client, 2) == (303, path())
    assert draft(stage) == {"New text": (14, "confirmed"), "New one": (12, "confirmed"), "Setting up": (6, "")}


def put_back(client: FlaskClient, number: int) -> tuple[int, str | None]:
    rest = f"{number}/reset"
    answer = client.submit(path(rest), {"version": version(client, rest)})
    return answer.status_code, answer.location


def draft(tour: Tour) -> dict[str, tuple[int, str]]:
    """Title: UTC hour and state of everything in the draft's schedule."""
    with tour.app.app_context():
        rows = db.session.execute(
            sa.select(Slot.title, Slot.starts_at, Session.title, Session.state).outerjoin(
                Session, Session.id == Slot.session_id
            )
        )
        return {(title or own)["en"]: (at.hour, state.value if state else "") for own, at, title, state in rows}


@pytest.mark.database
def test_a_reset_and_a_release_change_nothing_when_nothing_was_different(stage: Tour) -> None:
    for event in act(stage):
        make_release(event)
    before = stage.read_all(sa.select(Slot.version).order_by(Slot.id))
    client = stage.client("programme")
    assert says(stage.app, html_of(client, "2/reset"), "The draft is already so.")
    assert put_back(client, 2) == (303, path())
    assert stage.read_all(sa.select(Slot.version).order_by(Slot.id)) == before
    for event in act(stage):
        assert make_release(event).changes == []
        latest = releases.latest(event.id)
        assert latest
        assert {slot.sequence for slot in latest.slots} == {0, 1}


def test_a_room_that_is_gone_is_said_before_the_draft_is_put_back(stage: Tour) -> None:
    for event in act(stage):
        db.session.execute(sa.delete(Room).where(Room.event_id == event.id))
        draft_changed(event)
    client = stage.client("programme")
    assert "2 slots have no room afterwards" in html_of(client, "1/reset")
    assert put_back(client, 1) == (303, path())
    assert set(stage.read_all(sa.select(Slot.room_id))) == {None}


def test_a_draft_that_changed_meanwhile_is_not_put_back(stage: Tour) -> None:
    client = stage.client("programme")
    html = client.get(path("1/reset")).get_data(as_text=True)
    hidden = {"csrf_token": TOKEN.search(html)[1], "idempotency_key": KEY.search(html)[1]}  # type: ignore[index]
    seen = html.split('name="version"')[1].split('value="')[1].split('"')[0]
    for event in act(stage):
        draft_changed(event)
    answer = client.post(path("1/reset"), data=hidden | {"version": seen})
    assert answer.status_code == 422
    assert stage.read(sa.select(sa.func.count(Slot.id))) == 3
    assert client.get(path("7/reset")).status_code == 404


def test_the_pdf_is_asked_for_again_on_the_record(stage: Tour, monkeypatch: pytest.MonkeyPatch) -> None:
    client = stage.client("programme")
    for _ in range(2):
        assert client.submit(path("documents"), {}, page=path()).status_code == 303
    assert stage.read(sa.select(sa.func.count()).where(Job.kind == "programme.draw_pdf")) == 2
    assert stage.read(sa.select(sa.func.count()).where(AuditEntry.action == "programme.pdf_requested")) == 2
    assert says(stage.app, html_of(client), "In progress")
    monkeypatch.setattr("congress.programme.services.printing.is_available", lambda: False)
    client.submit(path("documents"), {}, page=path())
    assert "libpango" in html_of(client)


def test_a_programme_without_a_row_is_an_empty_draft(tour: Tour) -> None:
    assert tour.read(sa.select(sa.func.count(Programme.id))) == 0
    html_of(tour.client("organiser"))
