"""Calls for their organisers: made, published, their forms built, proposals read and taken out as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import CallKind, ProposalState, QuestionKind
from congress.programme.models import Call, Proposal, ProposalAnswer, Question
from tests.conftest import NOON
from tests.factories.programme import make_format, make_track
from tests.factories.proposals import make_call, make_person, make_proposal, make_question
from tests.support.counting import queries_of
from tests.support.tour import Tour, make_tour

BASE = "/en/manage/events/grand-est/calls/"


@pytest.fixture
def tour(app, now) -> Tour:
    return make_tour(app)


def settings(**values):
    return {
        "kind": "talks",
        "title-fr": "Appel à communications",
        "title-en": "Call for papers",
        "opens_at": "2027-03-10T12:00",
        "closes_at": "2027-03-20T23:59",
        "max_people": "4",
    } | values


def event_of(tour, slug="grand-est"):
    return db.session.scalars(sa.select(Event).where(Event.slug == slug)).one()


@pytest.fixture
def call(tour):
    """A published call with a proposal in each state."""
    with tour.app.app_context():
        call = make_call(event_of(tour))
        for state in ProposalState:
            make_proposal(call, state, title=f"About {state.value}")
        db.session.commit()
        return call.id


def test_a_call_is_made_published_changed_and_taken_offline(tour):
    client = tour.client("organiser")
    made = client.submit(BASE + "new", settings())
    assert made.status_code == 303
    call_id = tour.read(sa.select(Call.id))
    assert made.location.endswith(f"/calls/{call_id}/form")
    assert tour.read(sa.select(Call.opens_at)) == NOON
    assert tour.read(sa.select(Call.closes_at)) == dt.datetime(2027, 3, 20, 22, 59, tzinfo=dt.UTC)
    assert tour.read(sa.select(Call.slug)) == "call-for-papers"
    public = "/en/events/grand-est/calls/"
    assert "Call for papers" not in client.get(public).get_data(as_text=True)
    version = tour.read(sa.select(Event.page_version).where(Event.slug == "grand-est"))
    page = f"{BASE}{call_id}/settings"
    assert client.submit(f"{BASE}{call_id}/publish", {}, page).status_code == 303
    assert tour.read(sa.select(Event.page_version).where(Event.slug == "grand-est")) == version + 1
    assert "Call for papers" in client.get(public).get_data(as_text=True)
    changed = settings(**{"title-en": "Call for talks", "is_blind": "y"})
    assert client.submit(page, changed).status_code == 303
    assert "Call for talks" in client.get(public).get_data(as_text=True)
    assert client.submit(f"{BASE}{call_id}/hide", {}, page).status_code == 303
    assert "Call for talks" not in client.get(public).get_data(as_text=True)
    assert client.submit(f"{BASE}{call_id}/remove", {}, page).status_code == 303
    assert tour.read(sa.select(sa.func.count()).select_from(Call)) == 0
    acts = tour.read_all(sa.select(AuditEntry.action).where(AuditEntry.action.like("call.%")).order_by(AuditEntry.id))
    assert acts == ["call.created", "call.published", "call.changed", "call.hidden", "call.removed"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title-fr": ""}, "This field is required"),
        ({"closes_at": "2027-03-10T12:00"}, "The deadline must come after the opening"),
        ({"opens_at": "2027-03-28T02:30", "closes_at": "2027-04-20T12:00"}, "This time does not exist"),
        ({"closes_at": "9999-12-31T23:59"}, "year between 2000 and 2100"),
        ({"reviews_close_at": "2027-03-11T12:00"}, "Reviews must close after the deadline"),
        ({"max_people": "21"}, "20"),
        ({"kind": "party"}, "Not a valid choice"),
    ],
)
def test_a_call_that_cannot_be_is_refused_in_words(tour, values, sentence):
    refused = tour.client("organiser").submit(BASE + "new", settings(**values))
    assert refused.status_code == 422
    assert sentence in refused.get_data(as_text=True)
    assert tour.read(sa.select(sa.func.count()).select_from(Call)) == 0


def test_the_second_of_two_organisers_overwrites_nothing(tour, call):
    client, page = tour.client("organiser"), f"{BASE}{call}/settings"
    assert client.submit(page, settings(version="1")).status_code == 303
    second = client.submit(page, settings(version="1", **{"title-en": "Mine"}))
    assert second.status_code == 422
    assert "Nothing was overwritten" in second.get_data(as_text=True)
    assert tour.read(sa.select(Call.title))["en"] == "Call for papers"


def test_a_call_with_proposals_stays(tour, call):
    client = tour.client("organiser")
    assert client.submit(f"{BASE}{call}/remove", {}, f"{BASE}{call}/settings").status_code == 409
    assert tour.read(sa.select(sa.func.count()).select_from(Call)) == 1


def question(**values):
    return {"kind": "line", "label-fr": "Pourquoi ?", "label-en": "Why?"} | values


def test_questions_are_added_ordered_changed_and_removed(tour):
    client = tour.client("organiser")
    client.submit(BASE + "new", settings())
    page = f"{BASE}{tour.read(sa.select(Call.id))}/form"
    options = {"options-0-fr": "Oui", "options-0-en": "Yes", "options-1-fr": "Non", "options-3-fr": "Peut-être"}
    for values in (question(), question(kind="choice", is_required="y", **options), question(kind="file")):
        assert client.submit(page, values).status_code == 303
    one, two, three = tour.read_all(sa.select(Question.id).order_by(Question.position))
    stored = tour.read(sa.select(Question.options).where(Question.id == two))
    assert [option["id"] for option in stored] == ["o1", "o2", "o3"]
    client.submit(f"{page}/{two}/move/up", {}, page)
    assert tour.read_all(sa.select(Question.id).order_by(Question.position)) == [two, one, three]
    edit = f"{page}/{two}/"
    renamed = {
        "options-0-option_id": "o1",
        "options-0-fr": "Bien sûr",
        "options-0-en": "",
        "options-1-option_id": "o3",
        "options-1-fr": "Non",
        "options-2-option_id": "o9",
        "options-2-fr": "Nouveau",
    }
    assert client.submit(edit, question(kind="choices", **renamed)).status_code == 303
    stored = tour.read(sa.select(Question.options).where(Question.id == two))
    assert [(option["id"], option["label"]["fr"]) for option in stored] == [
        ("o1", "Bien sûr"),
        ("o3", "Non"),
        ("o4", "Nouveau"),
    ]
    client.submit(f"{page}/{one}/remove", {}, page)
    assert tour.read_all(sa.select(Question.id).order_by(Question.position)) == [two, three]
    preview = client.get(page.replace("/form", "/preview"))
    assert "Bien sûr" in preview.get_data(as_text=True)
    refused = client.submit(page, question(kind="choice", **{"options-0-fr": "Alone"}))
    assert refused.status_code == 422
    assert "at least two options" in refused.get_data(as_text=True)


@pytest.mark.database
def test_what_was_answered_is_archived_with_its_words(tour):
    with tour.app.app_context():
        call = make_call(event_of(tour))
        asked = make_question(call, QuestionKind.CHOICE, label={"en": "Old words?", "fr": "Vieux ?"})
        proposal = make_proposal(call)
        db.session.add(ProposalAnswer(proposal_id=proposal.id, question_id=asked.id, value="o2"))
        db.session.commit()
        call_id, question_id, code, slug = call.id, asked.id, proposal.code, call.slug
    client, page = tour.client("organiser"), f"{BASE}{call_id}/form"
    edit = f"{page}/{question_id}/"
    assert client.submit(edit, question(kind="line")).status_code == 422
    kept = question(
        kind="choice",
        **{"label-en": "Old words?", "options-0-option_id": "o1", "options-0-fr": "A"},
        **{"options-1-option_id": "", "options-1-fr": "B", "options-1-en": "B"},
    )
    assert client.submit(edit, kept).status_code == 303
    form = client.get(f"/en/events/grand-est/calls/{slug}/submit").get_data(as_text=True)
    assert "Second choice" not in form
    assert "Second choice" in client.get(f"{BASE}proposals/{code}/").get_data(as_text=True)
    assert client.submit(f"{page}/{question_id}/remove", {}, page).status_code == 303
    assert tour.read(sa.select(Question.archived_at)) == NOON
    assert "Old words?" not in client.get(f"/en/events/grand-est/calls/{slug}/submit").get_data(as_text=True)
    shown = client.get(f"{BASE}proposals/{code}/").get_data(as_text=True)
    assert "Old words?" in shown
    exported = client.submit(f"{BASE}{call_id}/export.csv", {}, f"{BASE}{call_id}/").get_data(as_text=True)
    assert "Old words?" in exported
    assert "Second choice" in exported
    assert client.submit(f"{page}/{question_id}/restore", {}, page).status_code == 303
    assert tour.read(sa.select(Question.archived_at)) is None


@pytest.mark.database
def test_the_list_is_searched_and_narrowed(tour, call):
    with tour.app.app_context():
        event = event_of(tour)
        track, kind = make_track(event), make_format(event)
        found = make_proposal(db.session.get_one(Call, call), title="Needle % in hay", track_id=track.id)
        found.format_id = kind.id
        make_person(found, family_name="Noether")
        db.session.commit()
        track_id, format_id, code = track.id, kind.id, found.code
    client, page = tour.client("organiser"), f"{BASE}{call}/"
    for query in (
        "?q=needle",
        "?q=%25",
        "?q=noether",
        f"?q={code.lower()}",
        f"?track={track_id}",
        f"?format={format_id}",
    ):
        html = client.get(page + query).get_data(as_text=True)
        assert "Needle" in html, query
        assert "About" not in html, query
    html = client.get(page + "?state=withdrawn").get_data(as_text=True)
    assert "About withdrawn" in html
    assert "Needle" not in html
    for query in ("?state=odd&track=x&format=99999999999&page=zz", "?page=100000"):
        assert client.get(page + query).status_code == 200
    assert "Nothing matches" in client.get(page + "?q=absent").get_data(as_text=True)


def test_a_longer_list_costs_no_more_queries(tour, call):
    client = tour.client("organiser")
    pages = (BASE, f"{BASE}{call}/")
    before = [queries_of(tour.app, lambda page=page: client.get(page)) for page in pages]
    with tour.app.app_context():
        for _ in range(30):
            make_person(make_proposal(db.session.get_one(Call, call)))
        make_call(event_of(tour))
        db.session.commit()
    assert [queries_of(tour.app, lambda page=page: client.get(page)) for page in pages] == before


def test_exports_hold_no_formulas_and_are_noted(tour, call):
    with tour.app.app_context():
        make_proposal(db.session.get_one(Call, call), title="=HYPERLINK(1)", abstract="@sum")
        db.session.commit()
    client, page = tour.client("organiser"), f"{BASE}{call}/"
    answer = client.submit(page + "export.csv", {}, page)
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 1 + 6
    assert "'=HYPERLINK(1)" in rows[-1]
    assert "'@sum" in rows[-1]
    with zipfile.ZipFile(io.BytesIO(client.submit(page + "export.xlsx", {}, page).data)) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    narrowed = client.submit(page + "export.csv?state=draft", {}, page).data.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(narrowed)))) == 2
    noted = tour.read_all(sa.select(AuditEntry.after).where(AuditEntry.action == "proposal.exported"))
    assert noted == [
        {"count": 6, "kind": "csv"},
        {"count": 6, "kind": "xlsx"},
        {"count": 1, "kind": "csv"},
    ]


def test_the_note_is_the_teams_own(tour, call):
    code = tour.read(sa.select(Proposal.code).limit(1))
    client, page = tour.client("organiser"), f"{BASE}proposals/{code}/"
    assert client.submit(page, {"note": "<b>Strong</b>"}).status_code == 303
    assert "&lt;b&gt;Strong&lt;/b&gt;" in client.get(page).get_data(as_text=True)


def test_another_events_call_and_proposal_do_not_exist_here(tour, call):
    with tour.app.app_context():
        theirs = make_call(event_of(tour, "ile-de-france"), kind=CallKind.PITCHES)
        asked = make_question(theirs)
        proposal = make_proposal(theirs)
        db.session.commit()
        call_id, question_id, code = theirs.id, asked.id, proposal.code
    client = tour.client("organiser")
    for page in (f"{call_id}/", f"{call_id}/settings", f"{call_id}/form", f"{call_id}/preview", f"proposals/{code}/"):
        assert client.get(BASE + page).status_code == 404, page
    assert client.get(f"{BASE}{call}/form/{question_id}/").status_code == 404
    assert client.get(f"/en/manage/events/ile-de-france/calls/{call_id}/").status_code == 404


def test_a_call_states_itself_by_the_clock(tour, call):
    client = tour.client("organiser")
    assert "Open now" in client.get(BASE).get_data(as_text=True)
    with clock.held_at(NOON + dt.timedelta(days=11)):
        assert "Call closed" in client.get(BASE).get_data(as_text=True)
