"""The team of one stage sees nothing of the other: what is a sibling's looks exactly like what does not exist."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from congress.accounts.models import Account
from congress.audit.models import AuditEntry
from congress.events.enums import HostRole, Role
from congress.events.models import Event, EventHost, Invitation, Room, Series, TeamMember
from congress.events.services import hosts, rooms, team
from congress.extensions import db
from tests.factories.people import make_organisation

PAGES = ("", "settings", "hosts/", "rooms/", "look/", "team/", "publication/", "history/", "publication/cancel")
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')


def body(answer, *names):
    """The bytes of an answer without what differs by chance: form tokens, and the address itself."""
    html = TOKEN.sub("", answer.get_data(as_text=True))
    for name in names:
        html = html.replace(name, "X")
    return html


@pytest.fixture
def theirs(tour):
    """Ids of things of Île-de-France."""
    with tour.app.app_context():
        event = db.session.scalar(sa.select(Event).where(Event.slug == tour.sibling))
        neighbour = db.session.get(Account, tour.accounts["neighbour"])
        ids = {
            "host": hosts.add_host(event, make_organisation().id, HostRole.OWNER).id,
            "room": rooms.add_room(event, {"fr": "Salle secrète"}, 10).id,
            "member": db.session.scalar(sa.select(TeamMember.id).where(TeamMember.event_id == event.id)),
            "invitation": team.invite(event, neighbour, "new@example.org", Role.DOOR, "fr").id,
        }
        db.session.commit()
    return ids


@pytest.mark.parametrize("page", PAGES)
def test_the_sibling_event_is_not_there(tour, page):
    client = tour.client("organiser")
    sibling = client.get(f"/fr/manage/events/{tour.sibling}/{page}")
    missing = client.get(f"/fr/manage/events/no-such-event/{page}")
    assert (sibling.status_code, missing.status_code) == (404, 404)
    assert body(sibling, tour.sibling) == body(missing, "no-such-event")


NESTED = (
    "hosts/{host}/role",
    "hosts/{host}/move/up",
    "hosts/{host}/remove",
    "rooms/{room}/",
    "rooms/{room}/move/up",
    "rooms/{room}/remove",
    "team/{member}/role",
    "team/{member}/remove",
    "team/invitations/{invitation}/withdraw",
)


@pytest.mark.parametrize("path", NESTED)
def test_things_of_the_sibling_under_our_own_address_are_not_there(tour, theirs, path):
    client = tour.client("organiser")
    own = f"/fr/manage/events/{tour.event}/"
    none = dict.fromkeys(theirs, 999_999)
    page = own + "team/"
    taken = client.submit(own + path.format(**theirs), {"role": "viewer", "name-fr": "x"}, page)
    missing = client.submit(own + path.format(**none), {"role": "viewer", "name-fr": "x"}, page)
    numbers = [str(number) for number in (*theirs.values(), *none.values())]
    assert (taken.status_code, missing.status_code) == (404, 404)
    assert body(taken, path.format(**theirs)) == body(missing, path.format(**none))
    assert numbers
    with tour.app.app_context():
        tables = (EventHost, Room, TeamMember, Invitation)
        assert [
            db.session.get(table, one) is not None for table, one in zip(tables, theirs.values(), strict=True)
        ] == [True] * 4
        assert db.session.get(Invitation, theirs["invitation"]).revoked_at is None


def test_no_page_of_one_stage_names_the_other_or_its_people(tour, theirs):
    client = tour.client("organiser")
    for page in ("/fr/manage/", *(f"/fr/manage/events/{tour.event}/{one}" for one in PAGES)):
        html = client.get(page).get_data(as_text=True)
        without_regions = html.replace('value="FR-IDF"', "").replace(">Île-de-France</label>", "")
        assert tour.sibling not in html, page
        assert "Île-de-France" not in without_regions, page
        assert "Neighbour" not in html, page
        assert "Salle secrète" not in html, page


@pytest.mark.parametrize("page", ["", "settings", "hosts/", "team/", "events/new"])
def test_the_series_is_not_there_for_the_team_of_one_stage(tour, page):
    assert tour.client("organiser").get(f"/fr/manage/series/tour/{page}").status_code == 404
    assert tour.client("owner").get(f"/fr/manage/series/tour/{page}").status_code == 200


ALLOWED = {
    "": {"owner", "organiser", "registration", "door", "viewer", "administrator"},
    "settings": {"owner", "organiser", "administrator"},
    "hosts/": {"owner", "organiser", "administrator"},
    "rooms/": {"owner", "organiser", "administrator"},
    "look/": {"owner", "organiser", "administrator"},
    "team/": {"owner", "organiser", "administrator"},
    "publication/": {"owner", "organiser", "administrator"},
    "history/": {"owner", "organiser", "administrator"},
}
OUTSIDE = {"neighbour", "stranger"}


@pytest.mark.parametrize("page", ALLOWED)
def test_who_may_open_a_page(tour, page):
    path = f"/en/manage/events/{tour.event}/{page}"
    answers = {who: tour.client(who).get(path).status_code for who in tour.accounts}
    expected = {who: 200 if who in ALLOWED[page] else 404 if who in OUTSIDE else 403 for who in tour.accounts}
    assert answers == expected
    assert tour.client().get(path).status_code == 303


WRITES = (
    ("settings", "name-fr"),
    ("hosts/", "role"),
    ("rooms/", "name-fr"),
    ("look/colour", "colour"),
    ("look/logo", "picture"),
    ("look/logo/remove", "x"),
    ("team/", "email"),
    ("publication/publish", "x"),
    ("publication/unpublish", "x"),
    ("publication/cancel", "x"),
    ("publication/restore", "x"),
)


@pytest.mark.parametrize(("path", "field"), WRITES)
def test_who_may_not_write_changes_nothing(tour, path, field):
    before = tour.read(sa.select(Event.changed_at))
    for who in ("viewer", "door", "registration", "neighbour", "stranger", None):
        client = tour.client(who)
        page = "/en/account/" if who else "/en/account/sign-in"
        answer = client.submit(f"/en/manage/events/{tour.event}/{path}", {field: "x"}, page)
        assert answer.status_code in {303, 403, 404}, who
    assert tour.read(sa.select(Event.changed_at)) == before
    assert tour.read(sa.select(sa.func.count(AuditEntry.id))) == 0


@pytest.mark.parametrize(("path", "field"), WRITES)
def test_a_form_without_its_token_changes_nothing(tour, path, field):
    answer = tour.client("organiser").post(f"/en/manage/events/{tour.event}/{path}", data={field: "x"})
    assert answer.status_code == 400
    assert tour.read(sa.select(sa.func.count(AuditEntry.id))) == 0


def test_a_page_that_changes_something_does_not_do_so_by_reading_it(tour):
    client = tour.client("organiser")
    for path in ("publication/publish", "publication/unpublish", "look/logo/remove", "hosts/1/remove"):
        assert client.get(f"/en/manage/events/{tour.event}/{path}").status_code == 405


def test_home_shows_only_what_is_mine(tour):
    html = tour.client("organiser").get("/en/manage/").get_data(as_text=True)
    assert f"/en/manage/events/{tour.event}/" in html
    assert "Manage the series" not in html
    assert "You have no event yet" in tour.client("stranger").get("/en/manage/").get_data(as_text=True)
    everything = tour.client("administrator").get("/en/manage/").get_data(as_text=True)
    assert f"/en/manage/events/{tour.sibling}/" in everything


def test_series_are_made_by_managers_and_administrators_only(tour):
    answers = {who: tour.client(who).get("/en/manage/series/new").status_code for who in tour.accounts}
    assert {who for who, status in answers.items() if status == 200} == {"administrator"}
    assert set(answers.values()) == {200, 403}
    assert tour.read(sa.select(sa.func.count(Series.id))) == 1
