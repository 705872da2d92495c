"""Co-submitters: invited, joining with their own data, declining, leaving; and the mails to all of them."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.core import clock
from congress.extensions import db
from congress.jobs.models import Job
from congress.jobs.signals import hour_began
from congress.mail.messages import NoLongerTrue
from congress.mail.models import Mail
from congress.mail.render import compose
from congress.notifications.jobs import REMIND_DRAFT, remind_of_draft
from congress.notifications.receivers import remind_of_drafts
from congress.programme.enums import PersonState, ProposalState
from congress.programme.links import proposal_token
from congress.programme.models import Call, Proposal, ProposalPerson
from congress.programme.services import co_submitters
from congress.subscriptions import SUBSCRIPTIONS
from tests.factories.events import make_event
from tests.factories.proposals import make_call, make_person, make_proposal

pytestmark = pytest.mark.usefixtures("now")
ME = {"given_name": "Grace", "family_name": "Hopper", "mail_language": "en"}


@pytest.fixture
def link(app):
    """A submitted proposal in a call for three people: the address of its page for the submitter."""
    with app.app_context():
        make_proposal(make_call(make_event(), max_people=3), email="ada@example.org", title="<Cells>", language="en")
        db.session.commit()
    return link_of(app, "ada@example.org")


def link_of(app, email):
    with app.app_context():
        person = db.session.scalars(sa.select(ProposalPerson).filter_by(email=email)).one()
        return f"/en/proposal/{proposal_token(person)}/"


def state_of(app, email):
    with app.app_context():
        return db.session.scalar(sa.select(ProposalPerson.state).filter_by(email=email))


def invite(client, link, email, language="en"):
    return client.submit(link + "invite", {"email": email, "language": language}, page=link)


def mails(app, template=None):
    with app.app_context():
        found = sa.select(Mail).order_by(Mail.id)
        rows = db.session.scalars(found if template is None else found.where(Mail.template == template)).all()
        return [(one.template, one.recipient, one.language) for one in rows]


def text_of(app, template):
    with app.app_context():
        mail = db.session.scalars(sa.select(Mail).where(Mail.template == template).order_by(Mail.id.desc())).first()
        message = compose(mail)
        return (
            message["Subject"],
            message.get_body(("plain",)).get_content(),
            message.get_body(("html",)).get_content(),
        )


def test_somebody_joins_by_the_link_in_the_mail(app, client, link):
    assert invite(client, link, "grace@example.org", "fr").status_code == 303
    assert mails(app) == [("proposal_invitation", "grace@example.org", "fr")]
    subject, plain, html = text_of(app, "proposal_invitation")
    theirs = link_of(app, "grace@example.org")
    assert theirs.removeprefix("/en/") in plain
    assert "&lt;Cells&gt;" in html
    assert "<Cells>" in subject
    assert client.get(theirs).location.endswith("/join")
    page = client.get(theirs + "join").get_data(as_text=True)
    assert "&lt;Cells&gt;" in page
    assert client.submit(theirs + "join", ME).status_code == 303
    assert state_of(app, "grace@example.org") is PersonState.JOINED
    assert "Grace Hopper" in client.get(link).get_data(as_text=True)
    edit = client.submit(theirs + "edit", {"title": "Ours", "abstract": "By two", "language": "en"})
    assert edit.status_code == 303


def test_a_co_submitter_neither_removes_nor_invites_nor_withdraws(app, client, link):
    with app.app_context():
        proposal = db.session.scalars(sa.select(Proposal)).one()
        make_person(proposal, email="grace@example.org")
        submitter = db.session.scalars(sa.select(ProposalPerson).filter_by(email="ada@example.org")).one().id
        db.session.commit()
    theirs = link_of(app, "grace@example.org")
    assert client.submit(f"{theirs}people/{submitter}/remove", {}, page=theirs + "edit").status_code == 409
    asked = client.submit(theirs + "invite", {"email": "x@example.org", "language": "fr"}, page=theirs + "edit")
    assert asked.status_code == 422
    assert client.get(theirs + "withdraw").status_code == 303
    assert client.submit(theirs + "reopen", {}, page=theirs + "edit").status_code == 409
    assert state_of(app, "ada@example.org") is PersonState.SUBMITTER
    assert mails(app) == []


def test_declining_and_joining_after_all(app, client, link):
    invite(client, link, "grace@example.org")
    theirs = link_of(app, "grace@example.org")
    assert client.submit(theirs + "decline", {}).status_code == 303
    assert state_of(app, "grace@example.org") is PersonState.DECLINED
    again = invite(client, link, "GRACE@example.org")
    assert again.status_code == 422
    assert "has declined" in again.get_data(as_text=True)
    assert client.submit(theirs + "join", ME).status_code == 303
    assert state_of(app, "grace@example.org") is PersonState.JOINED
    assert client.submit(theirs + "decline", {}).status_code == 303
    with app.app_context():
        left = db.session.scalars(sa.select(ProposalPerson).filter_by(email="grace@example.org")).one()
        assert (left.given_name, left.family_name, left.biography) == ("", "", "")


def test_the_submitter_cannot_leave(app, client, link):
    assert client.submit(link + "decline", {}).status_code == 409
    assert state_of(app, "ada@example.org") is PersonState.SUBMITTER


def test_who_is_taken_out_has_no_link_any_more(app, client, link):
    invite(client, link, "grace@example.org")
    theirs = link_of(app, "grace@example.org")
    with app.app_context():
        person_id = db.session.scalar(sa.select(ProposalPerson.id).filter_by(email="grace@example.org"))
    assert client.submit(f"{link}people/{person_id}/remove", {}, page=link).status_code == 303
    assert client.get(theirs).status_code == 404
    assert client.submit(f"{link}people/{person_id}/remove", {}, page=link).status_code == 404
    with app.app_context():
        mail = db.session.scalars(sa.select(Mail)).one()
        with pytest.raises(NoLongerTrue):
            compose(mail)


def test_no_more_people_than_the_call_allows(client, link):
    for number in (1, 2):
        assert invite(client, link, f"person{number}@example.org").status_code == 303
    refused = invite(client, link, "person3@example.org")
    assert refused.status_code == 422
    assert "no more people" in refused.get_data(as_text=True)
    assert "person3@example.org" in refused.get_data(as_text=True)


def test_an_unanswered_invitation_is_sent_again_but_not_for_ever(app, client, link):
    answers = [invite(client, link, "grace@example.org").status_code for _ in range(31)]
    assert answers == [303] * 30 + [422]
    assert len(mails(app)) == 30


def test_a_broken_address_is_refused_in_words(client, link):
    refused = invite(client, link, "grace@")
    assert refused.status_code == 422
    assert "complete e-mail address" in refused.get_data(as_text=True)


def test_nobody_joins_after_the_deadline(app, client, link):
    invite(client, link, "grace@example.org")
    theirs = link_of(app, "grace@example.org")
    with app.app_context():
        closes = db.session.scalars(sa.select(Call)).one().closes_at
    with clock.held_at(closes):
        assert "no longer possible" in client.get(theirs + "join").get_data(as_text=True)
        assert client.submit(theirs + "join", ME, page=theirs + "decline").status_code == 422
    assert state_of(app, "grace@example.org") is PersonState.INVITED


def test_all_who_said_yes_are_told(app, client):
    with app.app_context():
        proposal = make_proposal(make_call(make_event()), ProposalState.DRAFT, email="ada@example.org")
        make_person(proposal, email="grace@example.org", language="en")
        make_person(proposal, PersonState.INVITED, email="invited@example.org")
        db.session.commit()
    link = link_of(app, "grace@example.org")
    client.submit(link + "edit", {"title": "T", "abstract": "A", "language": "fr", "send": "1"})
    assert mails(app) == [
        ("proposal_received", "ada@example.org", "fr"),
        ("proposal_received", "grace@example.org", "en"),
    ]
    subject, plain, _html = text_of(app, "proposal_received")
    assert subject == "Received: T"
    assert link in plain
    client.submit(link_of(app, "ada@example.org") + "withdraw", {})
    assert len(mails(app, "proposal_withdrawn")) == 2
    text_of(app, "proposal_withdrawn")


def test_a_draft_is_reminded_once_on_the_last_day(app, now):
    with app.app_context():
        call = make_call(make_event(), closes_at=now + dt.timedelta(hours=25))
        make_proposal(call, ProposalState.DRAFT, email="ada@example.org")
        make_proposal(call, ProposalState.SUBMITTED)
        db.session.commit()

        def jobs():
            return db.session.scalars(sa.select(Job).where(Job.kind == REMIND_DRAFT)).all()

        assert remind_of_drafts in SUBSCRIPTIONS[hour_began]
        remind_of_drafts(None)
        assert jobs() == []
        for hours in (1, 2, 3, 24.99):
            with clock.held_at(now + dt.timedelta(hours=hours)):
                remind_of_drafts(None)
        assert len(jobs()) == 1
        with clock.held_at(now + dt.timedelta(hours=2)):
            assert remind_of_draft(jobs()[0]) == {"mails": 1}
        db.session.commit()
    assert mails(app) == [("proposal_reminder", "ada@example.org", "fr")]
    subject, _plain, _html = text_of(app, "proposal_reminder")
    assert subject.startswith("Pas encore")


def test_many_proposals_do_not_invite_one_address_without_end(app, client, monkeypatch):
    monkeypatch.setattr(co_submitters, "INVITATIONS_A_DAY", 2)
    with app.app_context():
        call = make_call(make_event(), max_people=3)
        for number in range(3):
            make_proposal(call, email=f"m{number}@example.org")
        db.session.commit()
    for number, status in enumerate((303, 303, 422)):
        assert invite(client, link_of(app, f"m{number}@example.org"), "victim@example.org").status_code == status
    assert len(mails(app, "proposal_invitation")) == 2
