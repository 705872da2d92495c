"""What everybody sees of releases: the changes, the feed, each release at its own address, the PDF."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from congress.core import clock, pdf, transactions
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.programme import documents, releases
from congress.programme.enums import SessionState
from congress.programme.models import Release
from congress.programme.services.printing import discard_documents, request_documents, state_of
from tests.conftest import NOON
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot, make_speaker
from tests.support.pdf_reader import page_sizes_mm, text_of
from tests.support.sentences import says
from tests.support.work import do_jobs

pytestmark = [pytest.mark.usefixtures("now"), pytest.mark.database]
ATOM = "{http://www.w3.org/2005/Atom}"
SECRET = "https://join.example.org/secret"


@dataclass
class Scene:
    """An event with three releases an hour apart, and what is in the draft only."""

    event_id: int
    slug: str
    moved: str
    dropped: str

    def path(self, rest: str, language: str = "en") -> str:
        return f"/{language}/events/{self.slug}/programme/{rest}"


@pytest.fixture
def scene(app: Flask) -> Scene:
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        event = make_event(zone="Europe/Paris", name={"fr": "Congrès & Cie", "en": "Congress & Co"})
        room = make_room(event, name={"fr": "Amphi", "en": "Hall"})
        moved, dropped, later = (
            make_session(event, [make_speaker(event)], title={"fr": f"Exposé {one}", "en": one}, join_url=SECRET)
            for one in ("Moved <one>", "Dropped one", "Late one")
        )
        slot = make_slot(event, moved, room)
        make_slot(event, dropped, room, hour=11)
        make_slot(event, None, hour=12)
        make_release(event)
        with clock.held_at(NOON + dt.timedelta(hours=1)):
            slot.starts_at += dt.timedelta(hours=4)
            slot.ends_at += dt.timedelta(hours=4)
            dropped.state = SessionState.ACCEPTED
            make_slot(event, later, room, hour=15)
            make_release(event, "Version <2>")
        with clock.held_at(NOON + dt.timedelta(hours=2)):
            moved.title = {"fr": "Exposé Moved <one>", "en": "Moved <one>", "de": ""}
            make_release(event)
        make_slot(event, make_session(event, title={"en": "Draft only"}), room, hour=16)
        return Scene(event.id, event.slug, moved.code, dropped.code)


def test_the_changes_of_each_release_latest_first(app: Flask, client: FlaskClient, scene: Scene) -> None:
    for language in ("en", "fr"):
        answer = client.get(scene.path("changes/", language))
        assert answer.status_code == 200
        html = answer.get_data(as_text=True)
        order = [html.index(f'id="release-{number}"') for number in (3, 2, 1)]
        assert order == sorted(order)
        for sentence in ("Texts only: no session is at another time or place.", "Changes of the programme"):
            assert says(app, html, sentence)
        assert "Draft only" not in html
        assert SECRET not in html
    html = client.get(scene.path("changes/")).get_data(as_text=True)
    second = html[html.index('id="release-2"') : html.index('id="release-1"')]
    assert [second.index(word) for word in ("Late one", "Moved &lt;one&gt;", "Dropped one")] == sorted(
        second.index(word) for word in ("Late one", "Moved &lt;one&gt;", "Dropped one")
    )
    assert "10:00–10:30" in second
    assert "14:00–14:30" in second
    assert f'href="{scene.path(f"sessions/{scene.dropped}/")}"' in second
    assert "The first release, with 2 sessions." in html


def test_a_page_kept_is_validated_and_renewed_by_the_next_release(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    for rest in ("changes/", "changes.atom", "releases/1/"):
        first = client.get(scene.path(rest))
        again = client.get(scene.path(rest), headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304)
    before = client.get(scene.path("changes/")).headers["ETag"]
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        make_release(db.session.get_one(Event, scene.event_id))
    answer = client.get(scene.path("changes/"), headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert "Draft only" in answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_feed_is_atom(client: FlaskClient, scene: Scene, language: str) -> None:
    answer = client.get(scene.path("changes.atom", language))
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    feed = etree.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    children = [child.tag.removeprefix(ATOM) for child in feed]
    for name in ("id", "title", "updated", "author"):  # RFC 4287 §4.1.1
        assert children.count(name) == 1
    links = {link.get("rel"): link.get("href") for link in feed.iterfind(f"{ATOM}link")}
    assert links["self"] == f"http://localhost{scene.path('changes.atom', language)}"
    assert links["alternate"] == f"http://localhost{scene.path('changes/', language)}"
    entries = list(feed.iterfind(f"{ATOM}entry"))
    assert [entry.findtext(f"{ATOM}title") for entry in entries][1].endswith("Version <2>")
    ids = {entry.findtext(f"{ATOM}id") for entry in entries}
    assert len(ids) == 3
    for entry in entries:  # §4.1.2
        assert all(entry.find(ATOM + name) is not None for name in ("id", "title", "updated", "content", "link"))
        assert dt.datetime.fromisoformat(str(entry.findtext(f"{ATOM}updated")))
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        assert SECRET not in str(content.text)
        assert "Draft only" not in str(content.text)
    assert "Moved &lt;one&gt;" in str(entries[1].findtext(f"{ATOM}content"))
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated") == "2027-03-10T13:00:00Z"
    assert answer.headers["Last-Modified"] == "Wed, 10 Mar 2027 13:00:00 GMT"


def test_a_room_that_got_a_name_in_english_is_no_move_in_french(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        event = make_event()
        room = make_room(event, name={"fr": "Amphi"})
        make_slot(event, make_session(event, title={"fr": "Exposé"}), room)
        make_release(event)
        room.name = {"fr": "Amphi", "en": "Hall"}
        make_release(event)
        slug = event.slug
    for language, says_so in (("fr", False), ("en", True)):
        html = client.get(f"/{language}/events/{slug}/programme/changes/").get_data(as_text=True)
        assert ("<del>" in html) is says_so


def test_every_release_keeps_its_address_and_an_old_one_says_so(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    old, latest = client.get(scene.path("releases/1/")), client.get(scene.path("releases/3/"))
    html = old.get_data(as_text=True)
    assert says(app, html, "This is not the latest programme")
    assert "Dropped one" in html
    assert "Late one" not in html
    assert "10:00" in html
    assert '<meta name="robots" content="noindex">' in html
    assert old.headers["X-Robots-Tag"] == "noindex"
    assert says(app, latest.get_data(as_text=True), "This is the latest release")
    assert "Dropped one" not in latest.get_data(as_text=True)
    for page in (old, latest):
        assert SECRET not in page.get_data(as_text=True)
        assert "Draft only" not in page.get_data(as_text=True)
    assert client.get(scene.path("releases/4/")).status_code == 404
    assert client.get(scene.path("releases/0/")).status_code == 404


def test_a_session_that_left_keeps_its_page(app: Flask, client: FlaskClient, scene: Scene) -> None:
    html = client.get(scene.path(f"sessions/{scene.dropped}/")).get_data(as_text=True)
    assert "Dropped one" in html
    assert says(app, html, "This session is no longer in the programme")


def test_nothing_is_there_before_the_first_release_or_while_the_event_is_a_draft(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    with app.app_context(), transactions.commit_on_success():
        slug = make_event().slug
        event = db.session.get_one(Event, scene.event_id)
        event.status, event.published_at = EventStatus.DRAFT, None
    for name in (slug, scene.slug, "unknown"):
        for rest in ("changes/", "changes.atom", "releases/1/", "programme.pdf"):
            assert client.get(f"/en/events/{name}/programme/{rest}").status_code == 404


def ask(app: Flask, scene: Scene) -> Release:
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        found = releases.release_of(scene.event_id, releases.latest_number(scene.event_id))
        assert found
        request_documents(found)
        return found


def test_the_pdf_is_offered_when_it_is_drawn_and_goes_with_its_release(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    early = client.get(scene.path("programme.pdf"))
    assert early.status_code == 503
    assert says(app, early.get_data(as_text=True), "The PDF of the latest programme is not ready yet")
    assert "programme.pdf" not in client.get(scene.path("changes/")).get_data(as_text=True)
    ask(app, scene)
    do_jobs(app)
    for language, words in (("en", ("Congress & Co", "Moved <one>", "Hall")), ("fr", ("Congrès & Cie", "Amphi"))):
        assert "programme.pdf" in client.get(scene.path("changes/", language)).get_data(as_text=True)
        answer = client.get(scene.path("programme.pdf", language))
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        text = text_of(answer.data)
        for word in words:
            assert word in text
        for word in ("Draft only", "Dropped one", SECRET):
            assert word not in text
        assert page_sizes_mm(answer.data) == {(210, 297)}
        tag = answer.headers["ETag"]
        assert client.get(scene.path("programme.pdf", language), headers={"If-None-Match": tag}).status_code == 304
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        make_release(db.session.get_one(Event, scene.event_id))
    assert client.get(scene.path("programme.pdf")).status_code == 503
    ask(app, scene)
    do_jobs(app)
    assert "Draft only" in text_of(client.get(scene.path("programme.pdf")).data)
    with app.app_context():
        assert len(list(documents.storage.folder(documents.FOLDER).glob(f"{scene.event_id}-*"))) == 2


def test_asking_twice_draws_once_and_a_document_overtaken_is_not_drawn(app: Flask, scene: Scene) -> None:
    made = ask(app, scene)
    ask(app, scene)
    with app.app_context():
        assert state_of(made, "fr") == "queued"
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        make_release(db.session.get_one(Event, scene.event_id))
    do_jobs(app)
    with app.app_context():
        assert state_of(made, "fr") == "done"
        assert documents.file_of(made, "fr") is None


def test_what_must_not_be_shown_any_more_is_deleted_at_once(
    app: Flask, client: FlaskClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf.long_documents, "draw", lambda *_arguments: b"%PDF-")
    ask(app, scene)
    do_jobs(app)
    assert client.get(scene.path("programme.pdf")).status_code == 200
    with app.app_context(), transactions.commit_on_success():
        discard_documents(scene.event_id)
    assert client.get(scene.path("programme.pdf")).status_code == 503
    assert "programme.pdf" not in client.get(scene.path("changes/")).get_data(as_text=True)
    do_jobs(app)
    assert client.get(scene.path("programme.pdf")).status_code == 200


def test_without_the_libraries_the_answer_says_what_to_install(
    client: FlaskClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("congress.programme.views.changes.is_available", lambda: False)
    answer = client.get(scene.path("programme.pdf"))
    assert answer.status_code == 503
    assert "libpango" in answer.get_data(as_text=True)


def test_a_release_asks_for_its_documents_where_the_server_can_draw(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("congress.programme.receivers.is_available", lambda: True)
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        made = make_release(db.session.get_one(Event, scene.event_id))
        assert {state_of(made, language) for language in ("fr", "en")} == {"queued"}
