"""Many at once on one proposal: real concurrent requests, each in its own thread and transaction, on both engines.

Seen failing on PostgreSQL without the `with_for_update()` of `services.proposals.lock_proposal`: each transaction
counts the people before the others have committed, and invites one too many. SQLite lets one write at a time.
"""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.extensions import db
from congress.mail.models import Mail
from congress.programme.enums import PersonState, ProposalState
from congress.programme.links import proposal_token
from congress.programme.models import Call, Proposal, ProposalPerson
from tests.factories.events import make_event
from tests.factories.proposals import make_call, make_person, make_proposal
from tests.registration.test_races import Visitor, at_once, count

pytestmark = pytest.mark.database
PROPOSAL = {
    "title": "Cells",
    "abstract": "About cells.",
    "language": "fr",
    "format": "0",
    "track": "0",
    "given_name": "Ada",
    "family_name": "Lovelace",
    "email": "ada@example.org",
    "mail_language": "fr",
    "send": "1",
}
ME = {"given_name": "Grace", "family_name": "Hopper", "mail_language": "fr"}


def post(visitor, path, values):
    answer = visitor.client.post(path, data=visitor.hidden | values)
    return answer.status_code, answer.headers.get("Location", "")


def link_of(person):
    return f"/en/proposal/{proposal_token(person)}/"


def a_proposal(app, people=(), **call):
    """A submitted proposal: the links of the submitter and of further people in these states."""
    with app.app_context():
        proposal = make_proposal(make_call(make_event(), **call))
        submitter = db.session.scalars(sa.select(ProposalPerson)).one()
        links = [link_of(submitter), *(link_of(make_person(proposal, state)) for state in people)]
        db.session.commit()
        return links


def test_one_form_sent_twelve_times_at_once_is_one_proposal(app):
    with app.app_context():
        event = make_event()
        call = make_call(event)
        db.session.commit()
        path = f"/en/events/{event.slug}/calls/{call.slug}/submit"
    visitor = Visitor(app, path)
    clones = [visitor.clone(app) for _ in range(12)]
    answers = at_once(12, lambda number: post(clones[number], path, PROPOSAL))
    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    for model in (Proposal, ProposalPerson, Mail):
        assert count(app, model) == 1


def test_an_invitation_accepted_many_times_at_once(app):
    _, theirs = a_proposal(app, [PersonState.INVITED])
    path = theirs + "join"
    visitors = [Visitor(app, path) for _ in range(6)]
    answers = at_once(6, lambda number: post(visitors[number], path, ME))
    assert {status for status, _ in answers} == {303}
    assert count(app, AuditEntry, AuditEntry.action == "proposal.co_submitter_joined") == 1
    assert count(app, ProposalPerson, ProposalPerson.state == PersonState.JOINED) == 1


def test_accepting_and_being_taken_out_at_once(app):
    mine, theirs = a_proposal(app, [PersonState.INVITED])
    with app.app_context():
        invited = db.session.scalar(sa.select(ProposalPerson.id).where(ProposalPerson.state == PersonState.INVITED))
    guest, owner = Visitor(app, theirs + "join"), Visitor(app, mine)
    answers = at_once(
        2,
        lambda number: (
            post(guest, theirs + "join", ME) if number else post(owner, f"{mine}people/{invited}/remove", {})
        ),
    )
    assert answers[0][0] == 303
    assert answers[1][0] in {303, 404}
    assert count(app, ProposalPerson) == 1


def test_invitations_at_once_never_exceed_the_limit(app):
    (mine,) = a_proposal(app, max_people=4)
    visitors = [Visitor(app, mine) for _ in range(10)]
    answers = at_once(
        10,
        lambda number: post(visitors[number], mine + "invite", {"email": f"p{number}@example.org", "language": "fr"}),
    )
    assert Counter(status for status, _ in answers) == {303: 3, 422: 7}
    assert count(app, ProposalPerson) == 4
    assert count(app, Mail) == 3


def test_one_address_invited_many_times_at_once_is_one_person(app):
    (mine,) = a_proposal(app)
    visitors = [Visitor(app, mine) for _ in range(6)]
    answers = at_once(
        6, lambda number: post(visitors[number], mine + "invite", {"email": "p@example.org", "language": "fr"})
    )
    assert {status for status, _ in answers} == {303}
    assert count(app, ProposalPerson) == 2


def test_withdrawn_many_times_at_once_is_withdrawn_once(app):
    (mine,) = a_proposal(app)
    visitors = [Visitor(app, mine + "withdraw") for _ in range(5)]
    answers = at_once(5, lambda number: post(visitors[number], mine + "withdraw", {}))
    assert {status for status, _ in answers} == {303}
    assert count(app, Mail, Mail.template == "proposal_withdrawn") == 1
    assert count(app, Proposal, Proposal.state == ProposalState.WITHDRAWN) == 1


def test_two_edits_at_once_one_is_told(app):
    mine, theirs = a_proposal(app, [PersonState.JOINED])
    editors = [(Visitor(app, link + "edit"), link + "edit") for link in (mine, theirs)]
    values = {"abstract": "x", "language": "fr", "version": "1"}
    answers = at_once(2, lambda number: post(*editors[number], values | {"title": f"Title {number}"}))
    assert Counter(status for status, _ in answers) == {303: 1, 422: 1}
    assert count(app, Call) == 1
