"""People of proposals: what is given out, what an erasure takes away, what the retention leaves."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.core import clock, storage
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.models import Job
from congress.mail.models import Mail
from congress.mail.services import queue
from congress.privacy.jobs import erase_past_retention
from congress.privacy.queries import events_past_retention
from congress.privacy.services import erase, export
from congress.programme.enums import PersonState, ProposalState, QuestionKind
from congress.programme.links import proposal_token
from congress.programme.models import Proposal, ProposalAnswer, ProposalPerson
from congress.programme.services.attachments import change_files, files_of
from congress.programme.uploads import FOLDER, checked
from tests.factories.events import make_event
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.proposals import make_call, make_person, make_proposal, make_question

pytestmark = pytest.mark.database
ADDRESS = "canary@example.org"
CANARY = "Canary"


def propose(call, state, **values):
    """A proposal that names the canary in every place, with a file."""
    question = make_question(call, QuestionKind.PARAGRAPHS)
    proposal = make_proposal(call, state, email=ADDRESS, note="Canary called", **values)
    person = db.session.scalars(sa.select(ProposalPerson).filter_by(proposal_id=proposal.id)).one()
    person.given_name, person.family_name, person.biography = CANARY, "Bird", "Canary sings"
    db.session.add(ProposalAnswer(proposal_id=proposal.id, question_id=question.id, value="By Canary"))
    change_files(proposal, [(None, checked(b"%PDF-1.7 Canary", "canary.pdf"))])
    queue("proposal_received", ADDRESS, "fr", {"person_id": person.id}, shown_in=[(call.event_id, None)])
    return proposal


def where_it_sings():
    """Tables and files in which the canary still stands."""
    db.session.flush()
    found = []
    for table in db.metadata.sorted_tables:
        rows = db.session.execute(sa.select(table)).all()
        found += [table.name for row in rows if CANARY.lower() in str(tuple(row)).lower()]
    found += [path.name for path in storage.folder(FOLDER).iterdir() if b"Canary" in path.read_bytes()]
    return found


@pytest.fixture
def call(app):
    with app.test_request_context("/en/"), commit_on_success():
        for path in storage.folder(FOLDER).iterdir():
            path.unlink()
        made = make_call(make_event())
        db.session.flush()
        call_id, event_id = made.id, made.event_id
    return call_id, event_id


def call_now(call):
    from congress.programme.models import Call

    return db.session.get_one(Call, call[0])


@pytest.mark.parametrize(
    "state", [ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.REJECTED, ProposalState.WITHDRAWN]
)
def test_a_proposal_of_one_person_goes_with_that_person(app, call, state):
    with app.test_request_context("/en/"):
        with commit_on_success():
            propose(call_now(call), state)
            assert where_it_sings()
        with commit_on_success():
            counts = erase(ADDRESS, call[1])
        assert counts["proposals"] == {"proposals": 1}
        assert where_it_sings() == []
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0


def test_an_accepted_proposal_stays_without_its_people(app, call, client):
    with app.test_request_context("/en/"):
        with commit_on_success():
            proposal = propose(call_now(call), ProposalState.ACCEPTED, title="Published")
            token = proposal_token(db.session.scalars(sa.select(ProposalPerson)).one())
            proposal_id = proposal.id
        with commit_on_success():
            erase(ADDRESS, None)
        assert where_it_sings() == []
        assert db.session.get_one(Proposal, proposal_id).title == "Published"
    assert client.get(f"/en/proposal/{token}/").status_code == 404


def test_what_others_signed_too_stays_theirs(app, call):
    with app.test_request_context("/en/"):
        with commit_on_success():
            proposal = propose(call_now(call), ProposalState.SUBMITTED)
            change_files(proposal, (), {one.id for one in files_of(proposal.id)})
            proposal.note = ""
            make_person(proposal, PersonState.INVITED, email="invited@example.org")
            make_person(proposal, email="joined@example.org")
        with commit_on_success():
            erase(ADDRESS, call[1])
        assert where_it_sings() == []
        left = db.session.execute(sa.select(ProposalPerson.email, ProposalPerson.state).order_by(ProposalPerson.id))
        assert [tuple(row) for row in left] == [
            ("invited@example.org", "invited"),
            ("joined@example.org", "submitter"),
        ]


def test_an_invited_address_is_erased_too(app, call):
    with app.test_request_context("/en/"):
        with commit_on_success():
            proposal = make_proposal(call_now(call))
            make_person(proposal, PersonState.INVITED, email=ADDRESS, given_name="", family_name="")
        with commit_on_success():
            erase(ADDRESS, None)
        assert where_it_sings() == []
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1


def test_another_events_proposals_are_not_touched(app, call):
    with app.test_request_context("/en/"):
        with commit_on_success():
            propose(make_call(make_event()), ProposalState.SUBMITTED)
        with commit_on_success():
            assert erase(ADDRESS, call[1])["proposals"] == {"proposals": 0}
        assert where_it_sings()


def test_everything_is_given_out(app, call):
    with app.test_request_context("/en/"), commit_on_success():
        propose(call_now(call), ProposalState.SUBMITTED)
        (given,) = export(ADDRESS, call[1])["proposals"]["proposals"]
        assert (given["given_name"], given["note"], given["files"]) == (CANARY, "Canary called", ["canary.pdf"])
        assert list(given["answers"].values()) == ["By Canary"]


def test_after_the_retention_only_what_was_published_is_left(app, call):
    with app.test_request_context("/en/"):
        with commit_on_success():
            for state in ProposalState:
                propose(call_now(call), state)
        later = db.session.get_one(Event, call[1])
        end = later.ends_at + dt.timedelta(days=later.retention_days + 2)
        db.session.rollback()
        with clock.held_at(end):
            with commit_on_success():
                assert [one.id for one in events_past_retention()] == [call[1]]
                erase_past_retention(Job(kind="privacy.retention", payload={}))
            left = db.session.scalars(sa.select(ProposalPerson)).one()
            assert (left.full_name, left.email, left.biography) == ("Canary Bird", "", "")
            assert where_it_sings() == ["proposal_people"]
            assert db.session.scalars(sa.select(Proposal)).one().state is ProposalState.ACCEPTED
            assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0
            assert events_past_retention() == []


def test_an_organiser_finds_gives_out_and_erases_somebody_who_proposed(app, call):
    with app.test_request_context("/en/"), commit_on_success():
        made = call_now(call)
        proposal = propose(made, ProposalState.SUBMITTED)
        elsewhere = propose(make_call(make_event()), ProposalState.SUBMITTED)
        account = make_account()
        event = db.session.get_one(Event, call[1])
        make_member(account, Role.ORGANISER, event=event)
        slug, code = event.slug, proposal.code
        mine, theirs = (
            db.session.scalars(sa.select(ProposalPerson.id).filter_by(proposal_id=one.id)).one()
            for one in (proposal, elsewhere)
        )
    client = app.test_client()
    with app.app_context():
        sign_in(client, account)
    page = f"/en/manage/events/{slug}/privacy/"
    found = client.get(page + "?q=canary").get_data(as_text=True)
    assert f"authors/{mine}/erase" in found
    assert f"authors/{theirs}/" not in found
    assert client.get(f"{page}authors/{theirs}/erase").status_code == 404
    erase_page = f"{page}authors/{mine}/erase"
    archive = client.submit(f"{page}authors/{mine}/export", {}, erase_page)
    assert archive.headers["Content-Type"] == "application/zip"
    assert client.submit(erase_page, {"code": "wrong"}).status_code == 422
    assert client.submit(erase_page, {"code": code.lower()}).status_code == 303
    assert client.get(erase_page).status_code == 404
