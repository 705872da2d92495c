"""The platform's own pages: for administrators, and nobody locks themselves out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.accounts.models import Account, AccountSession
from congress.audit.models import AuditEntry
from congress.core import clock
from congress.events.models import Event, EventHost
from congress.extensions import db
from congress.jobs.enums import JobState, Lane
from congress.jobs.models import Job
from congress.organisations.models import Membership, Organisation
from tests.factories.people import make_organisation
from tests.support.sentences import says

LANGUAGES = ("fr", "en")
PAGES = ("", "accounts/", "accounts/new", "organisations/", "organisations/new", "jobs/")
ACCOUNTS = "/en/admin/accounts/"


@pytest.mark.parametrize("page", PAGES)
def test_only_administrators_come_in(tour, page):
    answers = {who: tour.client(who).get(f"/en/admin/{page}").status_code for who in tour.accounts}
    assert {who for who, status in answers.items() if status == 200} == {"administrator"}
    assert set(answers.values()) == {200, 403}
    assert tour.client().get(f"/en/admin/{page}").status_code == 303


def change(client, tour, who, what, page=ACCOUNTS):
    return client.submit(f"{page}{tour.accounts[who]}/{what}", {}, page)


def account(tour, who):
    with tour.app.app_context():
        return db.session.get(Account, tour.accounts[who])


def test_a_disabled_account_is_out_at_the_next_request(tour):
    organiser, root = tour.client("organiser"), tour.client("administrator")
    assert organiser.get("/en/manage/").status_code == 200
    change(root, tour, "organiser", "disable")
    assert organiser.get("/en/manage/").status_code == 303
    change(root, tour, "organiser", "enable")
    assert organiser.get("/en/manage/").status_code == 303
    revoked = sa.select(AccountSession.revoked_at).where(AccountSession.account_id == tour.accounts["organiser"])
    assert tour.read(revoked) is not None


def test_the_right_of_an_administrator_is_given_and_taken(tour):
    root, stranger = tour.client("administrator"), tour.client("stranger")
    change(root, tour, "stranger", "promote")
    assert stranger.get("/en/admin/").status_code == 200
    change(root, tour, "stranger", "demote")
    assert stranger.get("/en/admin/").status_code == 403
    actions = tour.read_all(sa.select(AuditEntry.action))
    assert actions == ["account.administrator_changed"] * 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["disable", "demote"])
def test_nobody_does_it_to_themselves(tour, language, what):
    root, page = tour.client("administrator"), ACCOUNTS.replace("/en/", f"/{language}/")
    change(root, tour, "administrator", what, page)
    sentence = "You cannot do this to your own account. Ask another administrator."
    assert says(tour.app, root.get(page).get_data(as_text=True), sentence)
    assert account(tour, "administrator").is_administrator
    assert account(tour, "administrator").is_active


def test_an_account_is_made_once_whatever_the_spelling(tour):
    root = tour.client("administrator")
    data = {"email": "Nina@Example.org", "name": "Nina", "language": "fr"}
    assert root.submit(ACCOUNTS + "new", data).status_code == 303
    assert root.submit(ACCOUNTS + "new", data | {"email": "nina@example.ORG"}).status_code == 422


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=door", ["door"]), ("q=DOOR@EXAMPLE", ["door"]), ("q=%25", []), ("kind=administrators", ["administrator"])],
)
def test_accounts_are_searched(tour, query, found):
    html = tour.client("administrator").get(f"{ACCOUNTS}?{query}").get_data(as_text=True)
    emails = {"door": "door@example.org", "administrator": "root@example.org", "viewer": "viewer@example.org"}
    assert [who for who, email in emails.items() if f'cell-sub">{email}<' in html] == found


def make_job(tour, state):
    with tour.app.app_context():
        now = clock.now()
        job = Job(
            kind="mail.send", lane=Lane.URGENT, lane_order=0, payload={}, state=state, run_at=now, created_at=now
        )
        job.attempts, job.error = 8, "550 <b>no</b>"
        db.session.add(job)
        db.session.commit()
        return job.id


def test_failed_work_is_seen_and_tried_again(tour):
    root, page = tour.client("administrator"), "/en/admin/jobs/"
    number = make_job(tour, JobState.FAILED)
    html = root.get(page).get_data(as_text=True)
    assert "550 &lt;b&gt;no&lt;/b&gt;" in html
    root.submit(f"{page}{number}/retry", {}, page)
    assert tour.read(sa.select(Job.state)) == JobState.QUEUED
    assert tour.read(sa.select(Job.attempts)) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_work_that_is_done_is_not_done_again(tour, language):
    root, page = tour.client("administrator"), f"/{language}/admin/jobs/"
    number = make_job(tour, JobState.DONE)
    root.submit(f"{page}{number}/retry", {}, page)
    assert says(tour.app, root.get(page).get_data(as_text=True), "Only work that has failed can be tried again.")
    assert tour.read(sa.select(Job.state)) == JobState.DONE


def test_an_organisation_its_manager_and_the_series_they_create(tour):
    root, page = tour.client("administrator"), "/en/admin/organisations/"
    answer = root.submit(page + "new", {"name": "Medicen", "kind": "cluster", "regions": ["FR-IDF"]})
    assert answer.location == f"{page}medicen/"
    root.submit(f"{page}medicen/members", {"email": "stranger@example.org", "role": "manager"}, f"{page}medicen/")
    stranger = tour.client("stranger")
    data = {"kind": "congress", "name-fr": "Congrès", "name-en": "Congress", "owners": []}
    answer = stranger.submit("/en/manage/series/new", data)
    assert answer.location == "/en/manage/series/congres/"
    assert stranger.get(answer.location).status_code == 200
    membership = tour.read(sa.select(Membership.id))
    root.submit(f"{page}medicen/members/{membership}/remove", {}, f"{page}medicen/")
    assert stranger.get("/en/manage/series/new").status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_mistakes_with_organisations(tour, language):
    with tour.app.app_context():
        make_organisation("Medicen")
        db.session.commit()
    root, page = tour.client("administrator"), f"/{language}/admin/organisations/"
    answer = root.submit(page + "new", {"name": "MEDICEN", "kind": "cluster"})
    assert says(tour.app, answer.get_data(as_text=True), "There is already an organisation with this name.")
    slug = tour.read(sa.select(Organisation.slug))
    data = {"email": "nobody@example.org", "role": "manager"}
    answer = root.submit(f"{page}{slug}/members", data, f"{page}{slug}/")
    sentence = "There is no account with this address yet. Create it on the page of accounts first."
    assert answer.status_code == 422
    assert says(tour.app, answer.get_data(as_text=True), sentence)


def test_another_name_renews_the_pages_that_show_it(tour):
    with tour.app.app_context():
        organisation = make_organisation("Medicen")
        event = db.session.scalar(sa.select(Event).where(Event.slug == "grand-est"))
        db.session.add(EventHost(event_id=event.id, organisation_id=organisation.id, role="owner"))
        db.session.commit()
        slug = organisation.slug
    versions = sa.select(Event.page_version).order_by(Event.id)
    before = tour.read_all(versions)
    page = f"/en/admin/organisations/{slug}/"
    tour.client("administrator").submit(page, {"name": "Medicen Paris Region", "kind": "cluster"})
    assert tour.read_all(versions) == [before[0] + 1, before[1]]
