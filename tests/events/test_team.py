"""Inviting, accepting, changing roles and leaving."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from congress.accounts.models import Account
from congress.core import clock
from congress.core.tokens import derive_token, hash_token
from congress.events.enums import Role
from congress.events.models import Event, Invitation, Series, TeamMember
from congress.extensions import db
from congress.mail.models import Mail
from tests.conftest import NOON
from tests.support.filled_forms import filled
from tests.support.sentences import says

TEAM = "/en/manage/events/grand-est/team/"
SERIES_TEAM = "/en/manage/series/tour/team/"
LANGUAGES = ("fr", "en")


@pytest.fixture(autouse=True)
def _noon(now):
    """The clock stands still."""


def invite(client, email="new@example.org", role="door", path=TEAM, **more):
    return client.submit(path, {"email": email, "role": role, "language": "fr", "scope": "event"} | more)


def link(tour, email="new@example.org"):
    salt = tour.read(sa.select(Invitation.salt).where(Invitation.email == email).order_by(Invitation.id.desc()))
    return f"/en/invitations/{derive(tour, salt)}/"


def derive(tour, salt):
    with tour.app.app_context():
        return derive_token("invitation", salt)


def role_of(tour, who, table=Event):
    column = TeamMember.event_id if table is Event else TeamMember.series_id
    account = sa.select(Account.id).where(Account.email == who).scalar_subquery()
    return tour.read(sa.select(TeamMember.role).where(TeamMember.account_id == account, column.is_not(None)))


def member_id(tour, who):
    return tour.read(sa.select(TeamMember.id).where(TeamMember.account_id == tour.accounts[who]))


def test_a_new_colleague_is_invited_accepts_and_is_signed_in(tour):
    assert invite(tour.client("organiser")).location == TEAM
    assert tour.read(sa.select(Mail.recipient)) == "new@example.org"
    visitor = tour.client()
    path = link(tour)
    assert "Your name" in visitor.get(path).get_data(as_text=True)
    assert tour.read(sa.select(Account.id).where(Account.email == "new@example.org")) is None
    answer = visitor.submit(path, {"name": "Nina Nouvelle"})
    assert (answer.status_code, answer.location) == (303, "/en/manage/events/grand-est/")
    assert role_of(tour, "new@example.org") == Role.DOOR
    assert visitor.get("/en/manage/events/grand-est/").status_code == 200
    assert visitor.get("/en/manage/events/ile-de-france/").status_code == 404


def test_the_link_is_kept_only_as_its_hash(tour):
    invite(tour.client("organiser"))
    token = link(tour).split("/")[3]
    assert tour.read(sa.select(Invitation.token_hash)) == hash_token(token)


def test_somebody_with_an_account_has_to_sign_in_as_always(tour):
    invite(tour.client("organiser"), "stranger@example.org")
    path = link(tour, "stranger@example.org")
    visitor = tour.client()
    answer = visitor.submit(path, {})
    assert answer.location == "/en/account/sign-in?next=/en/manage/events/grand-est/"
    assert visitor.get("/en/manage/").status_code == 303
    assert role_of(tour, "stranger@example.org") == Role.DOOR


def test_a_link_works_once_and_a_double_click_shows_no_error(tour):
    invite(tour.client("organiser"))
    path, visitor, other = link(tour), tour.client(), tour.client()
    html = visitor.get(path).get_data(as_text=True)
    form = filled(html, "name") | {"name": "Nina"}
    clicked_again = tour.client()
    clicked_again.set_cookie("congress", visitor.get_cookie("congress").value)
    assert [one.post(path, data=form).status_code for one in (visitor, clicked_again)] == [303, 303]
    assert visitor.get(path).status_code == 303
    assert other.get(path).status_code == 410
    assert tour.read(sa.select(sa.func.count(TeamMember.id)).where(TeamMember.role == Role.DOOR)) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_ends_after_seven_days_when_withdrawn_and_when_replaced(tour, language):
    client = tour.client("organiser")
    invite(client)
    first = link(tour).replace("/en/", f"/{language}/")
    visitor = tour.client()
    with clock.held_at(NOON + dt.timedelta(days=7)):
        answer = visitor.get(first)
        assert answer.status_code == 410
        assert says(tour.app, answer.get_data(as_text=True), "This link has expired or was already used.")
    invite(client)
    assert visitor.get(first).status_code == 410
    second = link(tour)
    assert visitor.get(second).status_code == 200
    newest = tour.read(sa.select(sa.func.max(Invitation.id)))
    client.submit(f"{TEAM}invitations/{newest}/withdraw", {}, TEAM)
    assert visitor.get(second).status_code == 410


def test_unknown_and_foreign_links_are_not_there(tour):
    invite(tour.client("organiser"))
    salt = tour.read(sa.select(Invitation.salt))
    with tour.app.app_context():
        wrong_purpose = derive_token("manage", salt)
    for token in ("x", wrong_purpose, "é" * 27):
        assert tour.client().get(f"/en/invitations/{token}/").status_code == 404


def test_an_invitation_gives_nothing_that_its_sender_may_not_give_any_more(tour):
    invite(tour.client("organiser"))
    path, visitor = link(tour), tour.client()
    tour.client("owner").submit(f"{TEAM}{member_id(tour, 'organiser')}/remove", {}, TEAM)
    answer = visitor.submit(path, {"name": "Nina"})
    assert answer.status_code == 422
    assert role_of(tour, "new@example.org") is None


def test_a_role_on_the_whole_series_is_given_by_the_series_alone(tour):
    assert invite(tour.client("owner"), scope="series").status_code == 303
    assert tour.read(sa.select(Invitation.series_id)) is not None
    invite(tour.client("organiser"), "other@example.org", scope="series")
    assert tour.read(sa.select(Invitation.series_id).where(Invitation.email == "other@example.org")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_organiser_names_no_owner(tour, language):
    path = TEAM.replace("/en/", f"/{language}/")
    assert invite(tour.client("organiser"), role="owner", path=path).status_code == 422
    assert tour.read(sa.select(Invitation.id)) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("nobody", "Please give a complete e-mail address, like name@example.org."),
        ("DOOR@Example.org", "This person is already in the team. Change the role in the list."),
    ],
)
def test_mistakes_are_said_in_words(tour, language, email, sentence):
    answer = invite(tour.client("organiser"), email, path=TEAM.replace("/en/", f"/{language}/"))
    assert answer.status_code == 422
    assert says(tour.app, answer.get_data(as_text=True), sentence)


def test_another_role_holds_at_the_next_request(tour):
    viewer = tour.client("viewer")
    assert viewer.get("/en/manage/events/grand-est/settings").status_code == 403
    tour.client("owner").submit(f"{TEAM}{member_id(tour, 'viewer')}/role", {"role": "organiser"}, TEAM)
    assert viewer.get("/en/manage/events/grand-est/settings").status_code == 200
    tour.client("owner").submit(f"{TEAM}{member_id(tour, 'viewer')}/remove", {}, TEAM)
    assert viewer.get("/en/manage/events/grand-est/").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_owner_stays(tour, language):
    page = SERIES_TEAM.replace("/en/", f"/{language}/")
    client = tour.client("owner")
    own = member_id(tour, "owner")
    for act, data in (("remove", {}), ("role", {"role": "viewer"})):
        client.submit(f"{page}{own}/{act}", data, page)
        sentence = "This is the last owner. Make somebody else an owner first."
        assert says(tour.app, client.get(page).get_data(as_text=True), sentence)
    assert role_of(tour, "owner@example.org", Series) == Role.OWNER


def test_an_owner_who_cannot_sign_in_does_not_count(tour):
    with tour.app.app_context():
        series = db.session.scalar(sa.select(Series.id))
        account = db.session.get(Account, tour.accounts["stranger"])
        account.disabled_at = NOON
        db.session.add(TeamMember(account_id=account.id, series_id=series, role=Role.OWNER, created_at=NOON))
        db.session.commit()
    client = tour.client("owner")
    client.submit(f"{SERIES_TEAM}{member_id(tour, 'owner')}/remove", {}, SERIES_TEAM)
    assert role_of(tour, "owner@example.org", Series) == Role.OWNER


def test_an_organiser_takes_nothing_from_an_owner(tour):
    with tour.app.app_context():
        event = db.session.scalar(sa.select(Event.id).where(Event.slug == "grand-est"))
        db.session.add(
            TeamMember(account_id=tour.accounts["stranger"], event_id=event, role=Role.OWNER, created_at=NOON)
        )
        db.session.commit()
    client = tour.client("organiser")
    client.submit(f"{TEAM}{member_id(tour, 'stranger')}/remove", {}, TEAM)
    client.submit(f"{TEAM}{member_id(tour, 'stranger')}/role", {"role": "viewer"}, TEAM)
    client.submit(f"{TEAM}{member_id(tour, 'organiser')}/role", {"role": "owner"}, TEAM)
    assert role_of(tour, "stranger@example.org") == Role.OWNER
    assert role_of(tour, "organiser@example.org") == Role.ORGANISER


def test_a_disabled_account_accepts_nothing(tour):
    invite(tour.client("organiser"), "stranger@example.org")
    with tour.app.app_context():
        db.session.get(Account, tour.accounts["stranger"]).disabled_at = NOON
        db.session.commit()
    assert tour.client().submit(link(tour, "stranger@example.org"), {}).status_code == 422
    assert role_of(tour, "stranger@example.org") is None


@pytest.mark.database
def test_fifteen_clicks_at_once_make_one_member(tour):
    invite(tour.client("organiser"))
    path = link(tour)
    clients = [tour.client() for _ in range(15)]
    forms = [filled(one.get(path).get_data(as_text=True), "name") | {"name": "Nina"} for one in clients]
    with ThreadPoolExecutor(15) as pool:
        answers = list(pool.map(lambda one, form: one.post(path, data=form).status_code, clients, forms))
    assert answers.count(303) == 1
    assert set(answers) == {303, 410}
    assert tour.read(sa.select(sa.func.count(Account.id)).where(Account.email == "new@example.org")) == 1


@pytest.mark.database
def test_two_owners_who_leave_at_once_leave_one(tour):
    with tour.app.app_context():
        series = db.session.scalar(sa.select(Series.id))
        second = TeamMember(account_id=tour.accounts["stranger"], series_id=series, role=Role.OWNER, created_at=NOON)
        db.session.add(second)
        db.session.commit()
    people = ("owner", "stranger")
    clients = [tour.client(who) for who in people]
    forms = [filled(one.get(SERIES_TEAM).get_data(as_text=True), "email") for one in clients]
    ids = [member_id(tour, who) for who in people]

    def leave(client, form, number):
        data = {"csrf_token": form["csrf_token"]}
        return client.post(f"{SERIES_TEAM}{number}/remove", data=data).status_code

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(leave, clients, forms, ids))
    owners = sa.select(sa.func.count(TeamMember.id)).where(TeamMember.series_id.is_not(None))
    assert tour.read(owners) == 1


def test_an_exhibitor_sees_nothing_of_the_organisation(tour):
    with tour.app.app_context():
        event = db.session.scalar(sa.select(Event.id).where(Event.slug == "grand-est"))
        values = {"account_id": tour.accounts["stranger"], "event_id": event}
        db.session.add(TeamMember(role=Role.EXHIBITOR, created_at=NOON, **values))
        db.session.commit()
    exhibitor = tour.client("stranger")
    assert "grand-est" not in exhibitor.get("/en/manage/").get_data(as_text=True)
    assert exhibitor.get("/en/manage/events/grand-est/").status_code == 403
