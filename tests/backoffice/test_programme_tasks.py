"""The overview says what waits in the programme, to those who may do it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.accounts.models import Account
from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SessionState
from congress.programme.models import Proposal
from congress.programme.services.drafting import draft_changed
from tests.factories.people import make_account, make_member
from tests.factories.programme import make_release, make_room, make_session, make_slot
from tests.factories.proposals import make_call, make_proposal
from tests.factories.reviews import make_review
from tests.support.counting import queries_of

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]
OVERVIEW = "/{}/manage/events/grand-est/"
CHANGED = "The programme has changes that nobody sees yet"


def act(tour, does):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        return does(db.session.scalars(sa.select(Event).where(Event.slug == tour.event)).one())


def overview(tour, who="organiser", language="en"):
    answer = tour.client(who).get(OVERVIEW.format(language))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def join(tour, role):
    def does(event):
        account = make_account(f"{role.value}@example.org", name="Zoé")
        make_member(account, role, event=event)
        tour.accounts[role.value] = account.id

    act(tour, does)
    return role.value


def test_an_event_without_a_programme_is_not_bothered_with_it(tour):
    assert "Waiting in the programme" not in overview(tour)


def test_sessions_without_confirmation_or_time(tour):
    def does(event):
        make_session(event, state=SessionState.ACCEPTED)
        for _time in range(2):
            make_session(event)
        make_slot(event, make_session(event), make_room(event))

    act(tour, does)
    html = overview(tour)
    assert "1 session waits for its speaker to confirm" in html
    assert "2 confirmed sessions have no time" in html
    assert "The programme was never published" in html
    address = html.split("2 confirmed sessions have no time")[0].rsplit('<a href="', 1)[1].split('"')[0]
    assert tour.client("organiser").get(address.replace("&amp;", "&")).get_data(as_text=True).count("cell-check") >= 2
    assert "2 sessions confirmées n’ont pas d’horaire" in overview(tour, language="fr")


def test_a_draft_that_is_ahead_of_the_release(tour):
    def first(event):
        make_slot(event, make_session(event), make_room(event))
        make_release(event)

    act(tour, first)
    assert "Waiting in the programme" not in overview(tour)
    act(tour, draft_changed)
    assert CHANGED in overview(tour)
    assert CHANGED in overview(tour, join(tour, Role.PROGRAMME))
    for who in ("viewer", "registration", "door"):
        assert "Waiting in the programme" not in overview(tour, who)


def test_calls_from_the_draft_to_the_decision(tour):
    now = clock.now()

    def does(event):
        make_call(event, title={"en": "Hidden"}, published_at=None)
        make_call(event, title={"en": "Soon"}, opens_at=now + dt.timedelta(days=1))
        make_proposal(make_call(event, title={"en": "Open"}))
        for title, days in (("Decided", 2), ("Closed", 1)):
            call = make_call(event, title={"en": title}, closes_at=now - dt.timedelta(hours=days))
            if title == "Closed":
                make_proposal(call)

    act(tour, does)
    html = overview(tour)
    for said in ("“Hidden” is not published yet", "“Open” is open: 1 proposal", "“Closed” is closed: 1 proposal to"):
        assert said in html
    assert "Soon" not in html
    assert "“Decided”" not in html


def test_a_reviewer_is_told_of_the_own_reviews_only(tour):
    who = join(tour, Role.REVIEWER)

    def does(event):
        call = make_call(event, published_at=None)
        mine = make_proposal(call)
        make_proposal(call, email="reviewer@example.org")
        make_proposal(make_call(event, only_assigned=True))
        make_proposal(make_call(event, reviews_close_at=clock.now()))
        make_proposal(call)
        return mine

    mine = act(tour, does).id
    assert "2 proposals wait for your review" in (html := overview(tour, who))
    assert "is not published yet" not in html
    act(tour, lambda _event: _write_review(mine, tour.accounts[who]))
    assert "1 proposal waits for your review" in overview(tour, who)


def _write_review(proposal_id, account_id):
    make_review(db.session.get_one(Proposal, proposal_id), db.session.get_one(Account, account_id))


def test_a_longer_programme_costs_no_more_queries(tour):
    def does(event):
        make_session(event)
        make_proposal(make_call(event))

    act(tour, does)
    client = tour.client("organiser")
    client.get(OVERVIEW.format("en"))
    before = queries_of(tour.app, lambda: client.get(OVERVIEW.format("en")))
    for _time in range(3):
        act(tour, does)
    assert queries_of(tour.app, lambda: client.get(OVERVIEW.format("en"))) == before
