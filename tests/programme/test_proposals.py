"""Proposals from the form to the deadline: drafts, submissions, changes, withdrawals; nothing typed is lost."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core import clock
from congress.extensions import db
from congress.mail.models import Mail
from congress.programme.call_queries import person_by_token
from congress.programme.enums import ProposalState, QuestionKind
from congress.programme.links import proposal_token
from congress.programme.models import Call, Proposal, ProposalAnswer, ProposalFile, ProposalPerson
from congress.programme.views import calls
from tests.conftest import NOON
from tests.factories.events import make_event
from tests.factories.programme import make_format, make_track
from tests.factories.proposals import make_call, make_proposal, make_question

pytestmark = pytest.mark.usefixtures("now")
PDF = b"%PDF-1.7 a small file"


@dataclass
class Stage:
    """An open call with a question of each kind, by kind."""

    call_id: int
    form: str
    questions: dict[str, str]
    track: int
    format: int


@pytest.fixture
def stage(app) -> Stage:
    with app.app_context():
        event = make_event()
        call = make_call(event)
        questions = {kind.value: f"q{make_question(call, kind).id}" for kind in QuestionKind}
        track, session_format = make_track(event), make_format(event)
        db.session.commit()
        form = f"/en/events/{event.slug}/calls/{call.slug}/submit"
        return Stage(call.id, form, questions, track.id, session_format.id)


def typed(**values):
    return {
        "title": "Cells that listen",
        "abstract": "What we learned from <b>five</b> reactors.",
        "language": "fr",
        "format": "0",
        "track": "0",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "email": "ada@example.org",
        "mail_language": "en",
        "send": "1",
    } | values


def answers_of(stage: Stage):
    questions = stage.questions
    return {
        questions["line"]: "One line",
        questions["paragraphs"]: "Two\nlines",
        questions["number"]: "3,5",
        questions["date"]: "2027-03-13",
        questions["yes_no"]: "no",
        questions["choice"]: "o2",
        questions["choices"]: ["o1", "o2"],
        questions["link"]: "https://example.org/paper",
        questions["file"]: (io.BytesIO(PDF), "../../data.pdf"),
        "attachments": [(io.BytesIO(PDF), "one.pdf"), (io.BytesIO(PDF), "two.pdf")],
    }


def only(model):
    return db.session.scalars(sa.select(model)).one()


def link_of(app, **where):
    with app.app_context():
        person = db.session.scalars(sa.select(ProposalPerson).filter_by(**where)).one()
        return f"/en/proposal/{proposal_token(person)}/"


def propose(app, client, stage, **values):
    answer = client.submit(stage.form, typed(**values))
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    return answer.location


def test_a_proposal_with_an_answer_of_every_kind(app, client, stage):
    values = typed(track=str(stage.track), format=str(stage.format)) | answers_of(stage)
    answer = client.submit(stage.form, values, content_type="multipart/form-data")
    assert answer.status_code == 303
    with app.app_context():
        proposal = only(Proposal)
        assert (proposal.state, proposal.track_id, proposal.format_id) == ("submitted", stage.track, stage.format)
        found = {f"q{one.question_id}": one.value for one in db.session.scalars(sa.select(ProposalAnswer))}
        by_kind = {kind: found.get(name) for kind, name in stage.questions.items()}
        assert by_kind == {
            "line": "One line",
            "paragraphs": "Two\nlines",
            "number": 3.5,
            "date": "2027-03-13",
            "yes_no": False,
            "choice": "o2",
            "choices": ["o1", "o2"],
            "link": "https://example.org/paper",
            "file": None,
        }
        names = [one.file_name for one in db.session.scalars(sa.select(ProposalFile).order_by(ProposalFile.id))]
        assert names == ["data.pdf", "one.pdf", "two.pdf"]
        assert only(Mail).template == "proposal_received"
        acts = [one.action for one in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))]
        assert acts == ["proposal.drafted", "proposal.submitted"]
    page = client.get(answer.location)
    html = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "&lt;b&gt;five&lt;/b&gt;" in html
    assert "<b>five" not in html
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    for name in ("Second choice", "First choice, Second choice", "3.5", "https://example.org/paper"):
        assert name in html


def test_a_draft_needs_little_and_leads_back_by_mail(app, client, stage):
    values = typed(abstract="")
    values["save_draft"] = values.pop("send")
    answer = client.submit(stage.form, values)
    assert answer.status_code == 303
    with app.app_context():
        assert only(Proposal).state is ProposalState.DRAFT
        assert only(Mail).template == "proposal_draft"
    assert "This is a draft" in client.get(answer.location).get_data(as_text=True)
    edit = answer.location + "edit"
    refused = client.submit(edit, {"title": "Cells", "abstract": "", "language": "fr", "send": "1"})
    assert refused.status_code == 422
    assert "This is needed before the proposal can be sent." in refused.get_data(as_text=True)
    sent = client.submit(edit, {"title": "Cells", "abstract": "Now.", "language": "fr", "send": "1"})
    assert sent.status_code == 303
    with app.app_context():
        assert only(Proposal).state is ProposalState.SUBMITTED
        assert [one.template for one in db.session.scalars(sa.select(Mail).order_by(Mail.id))] == [
            "proposal_draft",
            "proposal_received",
        ]


def test_required_questions_are_asked_when_it_is_sent(app, client, stage):
    with app.app_context():
        call = db.session.get_one(Call, stage.call_id)
        names = [f"q{make_question(call, kind, is_required=True).id}" for kind in QuestionKind]
        db.session.commit()
    refused = client.submit(stage.form, typed())
    assert refused.status_code == 422
    html = refused.get_data(as_text=True)
    assert html.count("This is needed before the proposal can be sent.") == 2 * len(names)
    values = typed()
    values["save_draft"] = values.pop("send")
    assert client.submit(stage.form, values).status_code == 303


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("link", "javascript:alert(1)", "complete address"),
        ("link", "data:text/html,x", "complete address"),
        ("number", "1e9999", "Please give a number"),
        ("number", "١٢", "Please give a number"),
        ("date", "2027-02-30", "Please give a date"),
        ("date", "0001-01-01", "year between"),
        ("choice", "o9", "Not a valid choice"),
        ("choices", ["o1", "zz"], "not a valid choice"),
        ("yes_no", "perhaps", "Not a valid choice"),
        ("line", "x" * 301, "300"),
    ],
)
def test_an_odd_answer_is_refused_in_words_and_nothing_is_lost(app, client, stage, kind, value, sentence):
    refused = client.submit(stage.form, typed(**{stage.questions[kind]: value}))
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert sentence in html
    assert "Cells that listen" in html
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 0


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [(b"MZ\x90\x00", "talk.pdf", "not of a kind"), (b"", "talk.pdf", "empty"), (b"<svg/>", "x.png", "not of a kind")],
)
def test_a_file_that_is_not_what_it_says_is_refused(client, stage, content, name, sentence):
    values = typed(attachments=(io.BytesIO(content), name))
    refused = client.submit(stage.form, values, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert sentence in refused.get_data(as_text=True)


def test_the_deadline_is_exclusive_to_the_second_and_what_was_typed_stays(app, client, stage):
    closes = NOON + dt.timedelta(hours=1)
    with app.app_context():
        db.session.get_one(Call, stage.call_id).closes_at = closes
        db.session.commit()
    page = client.get(stage.form)
    assert page.status_code == 200
    with clock.held_at(closes - dt.timedelta(seconds=1)):
        link = propose(app, client, stage)
    late = typed(title="Too late <i>for</i> this", email="late@example.org")
    with clock.held_at(closes - dt.timedelta(seconds=1)):
        hidden = client.get(stage.form).get_data(as_text=True)
    with clock.held_at(closes):
        refused = client.post(stage.form, data=late | hidden_of(hidden))
        html = refused.get_data(as_text=True)
        assert refused.status_code == 422
        assert "The call is closed" in html
        assert "Too late &lt;i&gt;for&lt;/i&gt; this" in html
        assert "readonly" in html
        assert client.get(stage.form).status_code == 303
        shown = client.get(link)
        assert shown.status_code == 200
        assert "no longer changed" in shown.get_data(as_text=True)
        assert client.get(link + "edit").status_code == 303
        assert client.get(link + "withdraw").status_code == 303
        with app.app_context():
            assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1


def hidden_of(html):
    from tests.support.client import KEY, TOKEN

    return {"csrf_token": TOKEN.search(html)[1], "idempotency_key": KEY.search(html)[1]}


def test_an_edit_one_second_late_is_refused_with_its_text(app, client, stage):
    link = propose(app, client, stage)
    with app.app_context():
        closes = db.session.get_one(Call, stage.call_id).closes_at
    hidden = hidden_of(client.get(link + "edit").get_data(as_text=True))
    values = {"title": "A better title", "abstract": "New", "language": "fr", "version": "1"}
    with clock.held_at(closes):
        refused = client.post(link + "edit", data=values | hidden)
        assert refused.status_code == 422
        assert "The call is closed" in refused.get_data(as_text=True)
        assert "A better title" in refused.get_data(as_text=True)
        with app.app_context():
            assert only(Proposal).title == "Cells that listen"


def test_sending_twice_makes_one_proposal(app, client, stage):
    hidden = hidden_of(client.get(stage.form).get_data(as_text=True))
    answers = [client.post(stage.form, data=typed() | hidden) for _ in range(2)]
    assert {answer.location for answer in answers} == {answers[0].location}
    other = client.post(stage.form, data=typed(title="Another") | hidden)
    assert other.status_code == 422
    assert "already sent with other content" in other.get_data(as_text=True)
    with app.app_context():
        assert only(Proposal).title == "Cells that listen"
        assert only(Mail)


def test_files_are_for_the_holders_of_the_link_of_that_proposal(app, client, stage):
    values = typed(attachments=(io.BytesIO(PDF), 'çédille ".pdf'))
    link = client.submit(stage.form, values, content_type="multipart/form-data").location
    other = propose(app, client, stage, email="other@example.org", title="Other")
    with app.app_context():
        file_id = only(ProposalFile).id
    answer = client.get(f"{link}files/{file_id}", buffered=True)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(f"{other}files/{file_id}").status_code == 404
    removed = client.submit(
        link + "edit", {"title": "Cells", "abstract": "x", "language": "fr", "remove_files": str(file_id)}
    )
    assert removed.status_code == 303, removed.get_data(as_text=True)
    assert client.get(f"{link}files/{file_id}").status_code == 404


def test_a_second_editor_overwrites_nothing_unseen(app, client, stage):
    link = propose(app, client, stage)
    page = client.get(link + "edit").get_data(as_text=True)
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    values = {"language": "fr", "version": version}
    first = client.submit(link + "edit", {"title": "First", "abstract": "1"} | values)
    assert first.status_code == 303
    second = client.submit(link + "edit", {"title": "Second", "abstract": "2"} | values)
    html = second.get_data(as_text=True)
    assert second.status_code == 422
    assert "Nothing was overwritten" in html
    assert "First" in html
    assert "Second" in html


def test_withdrawn_and_made_a_draft_again(app, client, stage):
    link = propose(app, client, stage)
    assert client.submit(link + "withdraw", {}).status_code == 303
    with app.app_context():
        assert only(Proposal).state is ProposalState.WITHDRAWN
        assert "proposal_withdrawn" in set(db.session.scalars(sa.select(Mail.template)))
    assert client.get(link + "edit").status_code == 303
    assert client.submit(link + "reopen", {}, page=link).status_code == 303
    with app.app_context():
        assert only(Proposal).state is ProposalState.DRAFT
        by_link = sa.select(AuditEntry.actor_kind).where(AuditEntry.action == "proposal.withdrawn")
        assert db.session.scalars(by_link).one() == "proposal"


@pytest.mark.parametrize("state", [ProposalState.ACCEPTED, ProposalState.REJECTED])
def test_what_is_decided_is_read_only(app, client, state):
    with app.app_context():
        proposal = make_proposal(make_call(make_event()), state)
        db.session.commit()
        link = link_of(app, proposal_id=proposal.id)
    assert client.get(link).status_code == 200
    for page in ("edit", "withdraw", "me"):
        assert client.get(link + page).status_code == 303
    assert client.submit(link + "edit", {"title": "x"}, page="/en/account/sign-in").status_code == 303
    with app.app_context():
        assert only(Proposal).state is state


def test_own_data_are_corrected_and_the_address_stays(app, client, stage):
    link = propose(app, client, stage)
    changed = client.submit(
        link + "me", {"given_name": "Augusta", "family_name": "King", "mail_language": "fr", "email": "x@example.org"}
    )
    assert changed.status_code == 303
    with app.app_context():
        person = only(ProposalPerson)
        assert (person.given_name, person.language, person.email) == ("Augusta", "fr", "ada@example.org")


def test_a_guessed_link_is_no_page(client):
    for page in ("", "edit", "me", "join", "withdraw", "decline", "files/1"):
        assert client.get(f"/en/proposal/{'A' * 27}/{page}").status_code == 404


def test_a_link_opens_with_few_queries(app, stage):
    with app.app_context():
        proposal = make_proposal(db.session.get_one(Call, stage.call_id))
        db.session.commit()
        person = only(ProposalPerson)
        token = proposal_token(person)
        db.session.expunge_all()
        found = person_by_token(token)
        assert found is not None
        assert found.proposal.id == proposal.id
        assert found.proposal.call.event.series.slug


def test_the_deadline_between_the_page_and_the_write(app, client, stage, monkeypatch):
    """The page still let it pass; the service, a moment later, does not."""
    link = propose(app, client, stage)
    with app.app_context():
        closes = db.session.get_one(Call, stage.call_id).closes_at
    monkeypatch.setattr("congress.programme.permissions.can_edit_proposal", lambda _person, _now: True)
    with clock.held_at(closes):
        values = {"title": "A better title", "abstract": "New", "language": "fr", "version": "1"}
        refused = client.submit(link + "edit", values)
        assert refused.status_code == 422
        assert "A better title" in refused.get_data(as_text=True)
        for page, values in (
            ("me", {"given_name": "Other", "family_name": "Name", "mail_language": "fr"}),
            ("invite", {"email": "late@example.org", "language": "fr"}),
        ):
            refused = client.submit(link + page, values, page=link + "me")
            assert refused.status_code == 422
            assert "The call is closed" in refused.get_data(as_text=True)
    with app.app_context():
        assert only(Proposal).title == "Cells that listen"
        assert only(ProposalPerson).given_name == "Ada"


def test_one_visitor_fills_nobodys_mailbox_and_uses_up_nobodys_proposals(app, client, stage, monkeypatch):
    monkeypatch.setattr(calls, "PER_DAY", 2)
    here, elsewhere = ({"environ_base": {"REMOTE_ADDR": f"203.0.113.{number}"}} for number in (9, 10))
    statuses = [
        client.submit(stage.form, typed(email="Victim@Example.org"), **here).status_code for _number in range(3)
    ]
    refused = client.submit(stage.form, typed(email="victim@example.org"), **here)
    assert (statuses, refused.status_code) == ([303, 303, 422], 422)
    assert "Cells that listen" in refused.get_data(as_text=True)
    assert client.submit(stage.form, typed(email="victim@example.org"), **elsewhere).status_code == 303
    assert client.submit(stage.form, typed(email="ada@example.org"), **here).status_code == 303
